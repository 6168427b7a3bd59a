#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mayhem::system {

/// The files that `program` may mean, to be tried in this order: itself if it contains a slash, otherwise its name in
/// each directory of `search_path` ($PATH; an empty entry is the current directory). None for an empty name.
///
/// Computed before `fork`, because after it `execvp` might allocate.
std::vector<std::string> command_paths(const std::string& program, std::string_view search_path);

}  // namespace mayhem::system
