#pragma once

#include <string>

#include "record/report.hpp"

namespace mayhem::cli {

/// A report for a person: a sentence on the whole, then a table with a row for each target, and
/// one that holds the targets against their own pasts. Ends with a newline.
std::string to_text(const stores::report& r);

}  // namespace mayhem::cli
