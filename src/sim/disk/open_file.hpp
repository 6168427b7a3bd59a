#pragma once

#include <memory>
#include <string>

#include <sqlite3.h>

#include "sim/disk/disk_call.hpp"
#include "sim/disk/folder.hpp"

namespace mayhem::sim {

class disk_process;

/// A file that a connection has open, in the place that SQLite provides for it. It behaves as one of SQLite's own on
/// Linux: which calls it makes, in what order, and whose failure it overlooks. Results are SQLite's codes.
class open_file : public sqlite3_file {
public:
    /// `syncs_folder`: the first sync is one of the folder too, as SQLite has it for a journal and a log.
    open_file(disk_process& p, std::shared_ptr<inode> file, std::string path, bool syncs_folder);

    int close() noexcept;
    int read(void* to, int size, sqlite3_int64 at);
    int write(const void* from, int size, sqlite3_int64 at);
    int truncate(sqlite3_int64 to);
    int sync(int flags);
    int size(sqlite3_int64* answer);
    int lock(int level);
    int unlock(int level) noexcept;
    int check_reserved_lock(int* answer);
    int control(int what, void* argument);
    int map_memory(int region, int size, int may_extend, void volatile** answer);
    int lock_memory(int first, int count, int flags);
    int unmap_memory(int is_last) noexcept;

    /// Its process is gone: the locks are free. Hands out the memory that the connection may still write into.
    shared_memory::regions drop() noexcept;

    /// It is its process's turn to see the memory.
    void switch_to_index();

private:
    shared_memory::regions leave_index() noexcept;
    [[nodiscard]] disk_fault begin(disk_operation o);

    disk_process& process_;
    std::shared_ptr<inode> file_;
    std::string path_;
    bool syncs_folder_;
    bool uses_index_ = false;
};

}  // namespace mayhem::sim
