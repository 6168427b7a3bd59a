#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mayhem::testing {

/// One attempt, as any other program would read it from the database.
struct attempt {
    std::string group;
    std::string target;
    std::string incarnation;
    std::string incarnation_after;
    std::string verdict;  ///< empty: not finished
    std::string refused_by;
    std::string error;
    std::int64_t started_us = 0;  ///< since 1970
};

/// In the order in which they began; none while there is no database. Throws `SQLite::Exception`.
std::vector<attempt> read_attempts(const std::string& path);

/// How many places within limits are taken by attempts that a guard refused.
std::size_t count_places_of_refusals(const std::string& path);

}  // namespace mayhem::testing
