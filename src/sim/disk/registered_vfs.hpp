#pragma once

#include <string>

#include <sqlite3.h>

namespace mayhem::sim {

class disk_process;

/// What SQLite knows of a process's files, under a name that no other has. Registered as long as it lives, never as the
/// default.
class registered_vfs {
public:
    explicit registered_vfs(disk_process& p);
    ~registered_vfs();
    registered_vfs(const registered_vfs&) = delete;
    registered_vfs& operator=(const registered_vfs&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// SQLite's random numbers start from the process's from now on, whatever was drawn before. SQLite asks the default
    /// VFS, which this is for that moment.
    void seed_generator();

private:
    const std::string name_;
    sqlite3_vfs table_;
};

}  // namespace mayhem::sim
