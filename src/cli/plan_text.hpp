#pragma once

#include <cstddef>
#include <string>

#include "api/printed_plan.hpp"
#include "cli/table.hpp"

namespace mayhem::cli {

/// For a person: the seed and where it comes from, then a row for each moment, of so many
/// characters where `room` is not `table::no_limit`. Ends with a newline.
std::string to_text(const app::printed_plan& p, std::size_t room = table::no_limit);

}  // namespace mayhem::cli
