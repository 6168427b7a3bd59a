#pragma once

#include <string>

#include "api/printed_plan.hpp"

namespace mayhem::cli {

/// For a person: the seed and where it comes from, then a row for each moment. Ends with a newline.
std::string to_text(const app::printed_plan& p);

}  // namespace mayhem::cli
