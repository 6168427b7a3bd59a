#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace mayhem::app::test {

/// Reads a config that has no error; throws, naming the errors, if it has one after all.
config read(std::string_view text);

/// The errors of a config as they are printed, the file being called "m.toml". None when it is right.
std::vector<std::string> errors_of(std::string_view text);

/// Those of a group with that driver and these keys, which begin in line 4. Each without the name of the file.
std::vector<std::string> group_errors_of(const std::string& driver, const std::string& keys);

}  // namespace mayhem::app::test
