#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/table.hpp"
#include "record/history.hpp"

namespace mayhem::cli {

/// Attempts whose acts lasted, as a table: for how long each stood, what its probe said meanwhile, how soon after its
/// end the target was well, its effect, and how it ended. Empty where there is none.
std::string lasted_table(const std::vector<stores::history_row>& rows, std::size_t room = table::no_limit);

}  // namespace mayhem::cli
