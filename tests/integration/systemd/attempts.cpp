#include "attempts.hpp"

#include <filesystem>

#include <SQLiteCpp/SQLiteCpp.h>

namespace mayhem::testing {

std::vector<attempt> read_attempts(const std::string& path) {
    std::vector<attempt> all;
    if (!std::filesystem::exists(path)) {
        return all;
    }
    SQLite::Database database(path, SQLite::OPEN_READWRITE, 5000);
    if (!database.tableExists("attempts")) {
        return all;
    }
    SQLite::Statement rows(database,
                           "SELECT group_name, target, incarnation, coalesce(incarnation_after, ''), coalesce(verdict, "
                           "''), coalesce(refused_by, ''), coalesce(error, ''), started_at "
                           "FROM attempts JOIN messages ON seq = message ORDER BY started_at, seq");
    while (rows.executeStep()) {
        all.push_back({.group = rows.getColumn(0).getString(),
                       .target = rows.getColumn(1).getString(),
                       .incarnation = rows.getColumn(2).getString(),
                       .incarnation_after = rows.getColumn(3).getString(),
                       .verdict = rows.getColumn(4).getString(),
                       .refused_by = rows.getColumn(5).getString(),
                       .error = rows.getColumn(6).getString(),
                       .started_us = rows.getColumn(7).getInt64()});
    }
    return all;
}

std::size_t count_places_of_refusals(const std::string& path) {
    SQLite::Database database(path, SQLite::OPEN_READWRITE, 5000);
    return static_cast<std::size_t>(
        database
            .execAndGet("SELECT count(*) FROM claims AS c JOIN attempts AS a ON a.message = "
                        "c.message AND a.number = c.attempt WHERE a.verdict = 'refused'")
            .getInt64());
}

}  // namespace mayhem::testing
