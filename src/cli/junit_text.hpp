#pragma once

#include <string>

#include "record/report.hpp"

namespace mayhem::cli {

/// The report as JUnit XML, as CI servers read it: a test suite a group, a test case a target, which fails if it did
/// not recover or could not be restarted, and is skipped if every attempt was refused.
std::string to_junit(const stores::report& r);

}  // namespace mayhem::cli
