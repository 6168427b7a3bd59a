#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/table.hpp"
#include "record/recovery_rows.hpp"

namespace mayhem::cli {

/// "slower than its usual, 4.1 x", "as usual", "did not come back": how a target is beside its own past.
std::string pace_text(const stores::recovery_row& row);

/// The targets beside their own pasts, as a table, the least usual first: USUAL (p50, from p10 to p90), LAST, and a
/// word. Empty where nothing can be said of any of them.
std::string pace_table(const std::vector<stores::recovery_row>& rows, std::size_t room = table::no_limit);

}  // namespace mayhem::cli
