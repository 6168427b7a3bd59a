#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "mayhem/core/random.hpp"
#include "mayhem/core/time.hpp"
#include "sim/disk/disk_call.hpp"
#include "sim/disk/folder.hpp"

namespace mayhem::sim {

class disk;
class open_file;
class registered_vfs;

/// One life of one process that uses SQLite on a simulated disk: SQLite finds it by the name of its VFS. A process that
/// was killed never works again, whatever its connections try; the next life is another object. The objects of the
/// killed one may be destroyed at leisure, and change nothing by it, but must be gone before this is.
///
/// SQLite has one generator of random numbers for all of them, from which the log's salts come. It is seeded anew, from
/// this disk's dice, whenever a process begins, and never again from the system's.
class disk_process {
public:
    struct surroundings {
        std::function<core::wall_time()> now;
        std::function<void(core::duration)> sleep;  ///< while SQLite waits for a lock
    };

    /// `d` must outlive this.
    disk_process(disk& d, surroundings s);

    /// Every connection must be closed.
    ~disk_process();
    disk_process(const disk_process&) = delete;
    disk_process& operator=(const disk_process&) = delete;

    /// For `sqlite3_open_v2`. The process's default VFS stays what it is.
    [[nodiscard]] const std::string& vfs_name() const noexcept;

    /// Decides about each call from now on; an empty one lets everything succeed.
    void inject(fault_decision decide) { decide_ = std::move(decide); }

    /// Is killed in the middle of its call of this number, or of the next one if that is over.
    void die_at(std::uint64_t call) noexcept { dies_at_ = call; }

    /// SIGKILL. Its locks are free; all its calls fail from now on, and do nothing.
    void kill() noexcept;

    [[nodiscard]] bool is_alive() const noexcept { return is_alive_; }

    /// How many it has made.
    [[nodiscard]] std::uint64_t calls() const noexcept { return calls_; }

    // For its files and its VFS. Results are SQLite's codes.

    /// Counts a call and says what becomes of it. A dead one's calls are all `death`.
    [[nodiscard]] disk_fault begin_call(disk_operation o, std::string_view path);

    /// It is killed in the middle of the call that was begun last, and not before.
    [[nodiscard]] bool is_dying() const noexcept { return is_dying_; }
    /// And what that call changes all at once is changed: drawn.
    [[nodiscard]] bool acts_while_dying() noexcept { return is_dying_ && dice_.below(2) == 0; }

    int open(const char* path, sqlite3_file* place, int flags, int* flags_out);
    int remove(const char* path, int is_synced);
    int access(const char* path, int what, int* answer);
    int full_path(const char* path, int size, char* to) noexcept;

    [[nodiscard]] disk& place() noexcept { return disk_; }
    [[nodiscard]] core::random_source& dice() noexcept { return dice_; }
    void forget(open_file& f) noexcept;

    int randomness(int size, char* to) noexcept;
    int sleep(int microseconds);
    int time(double* julian_days);
    int time_ms(sqlite3_int64* julian_ms);

private:
    /// Others may have run meanwhile.
    void take_turn();

    disk& disk_;
    const surroundings surroundings_;
    core::random_source dice_;
    core::random_source entropy_;  ///< what SQLite takes for the system's
    fault_decision decide_;
    std::uint64_t dies_at_ = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t calls_ = 0;
    bool is_alive_ = true;
    bool is_dying_ = false;
    std::vector<open_file*> files_;
    std::vector<shared_memory::regions> left_;  ///< what connections of the killed one may still write into
    std::unique_ptr<registered_vfs> vfs_;
};

}  // namespace mayhem::sim
