#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/disk/disk_process.hpp"
#include "sim/world/scene.hpp"

namespace SQLite {
class Database;
}

namespace mayhem::sim {

/// The database of a simulated daemon, read by a process of its own, which is there as long as this is. Reads a file
/// that is not there as an empty one.
class record_rows {
public:
    record_rows(scene& s, const std::string& path);
    ~record_rows();
    record_rows(const record_rows&) = delete;
    record_rows& operator=(const record_rows&) = delete;

    [[nodiscard]] bool has_message(const std::string& id) const;
    [[nodiscard]] std::vector<std::string> open_breakers() const;

    /// Tells the log every row, as a witness.
    void tell_all() const;

    /// What an operator's command does, beside the daemon. False if it cannot, or if it was not open.
    [[nodiscard]] bool close_breaker(const std::string& group);

private:
    void tell_messages() const;
    void tell_attempts() const;
    void tell_skips() const;

    scene& scene_;
    disk_process process_;
    std::unique_ptr<SQLite::Database> database_;
};

}  // namespace mayhem::sim
