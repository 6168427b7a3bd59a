#pragma once

#include <cstddef>
#include <string>

#include "cli/table.hpp"
#include "record/report.hpp"

namespace mayhem::cli {

/// "6 restarts, 6 came back": what became of all of them.
std::string counts_sentence(const stores::report& r);

/// A report for a person: a sentence on the whole, then a table with a row for each target, and
/// one that holds the targets against their own pasts. Lines of so many characters, where `room` is not
/// `table::no_limit`: then columns without any number but zero go first. Ends with a newline.
std::string to_text(const stores::report& r, std::size_t room = table::no_limit);

}  // namespace mayhem::cli
