#pragma once

#include <map>
#include <string>

#include "record/report.hpp"

namespace mayhem::cli {

/// By group: a last recovery that is slow fails if it took so many times its usual, or more. Zero, or no entry: it does
/// not.
using slow_limits = std::map<std::string, double>;

/// The report as JUnit XML, as CI servers read it: a test suite a group, a test case a target, which fails if it did
/// not recover or could not be restarted, and is skipped if every attempt was refused. How its last recovery compares
/// with its past is its output.
std::string to_junit(const stores::report& r, const slow_limits& too_slow = {});

}  // namespace mayhem::cli
