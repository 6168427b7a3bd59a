#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "drivers/proc/process_incarnation.hpp"
#include "drivers/proc/process_info.hpp"

namespace mayhem::drivers {

/// The processes of this host (or container), read from /proc. A process that vanishes while it is looked at is not
/// there; everything read about one belongs to the same process, because it is read below one open directory.
///
/// Blocks the calling thread: some 70 us for each process that is read whole, 30 us for one that only passes by. No
/// state that changes: any thread.
class process_table {
public:
    /// Command lines are cut here.
    static constexpr std::size_t command_line_bytes_max = 16UL * 1024;

    /// `root` is where the proc file system (or a test's imitation of it) is. Throws `std::runtime_error` when it is
    /// not there.
    explicit process_table(std::filesystem::path root = "/proc");

    /// The process with this number, if there is one (zombies included).
    [[nodiscard]] std::optional<process_info> read(pid_t pid) const;

    /// All processes that `wanted` accepts, kernel threads and zombies included. `wanted` sees only what /proc/PID/stat
    /// has (not executable, command line and user); those are read of the accepted ones alone.
    [[nodiscard]] std::vector<process_info> scan(const std::function<bool(const process_info&)>& wanted) const;

    /// The parents of `pid`, nearest first, up to PID 1 (or 0, outside of this PID namespace).
    [[nodiscard]] std::vector<pid_t> ancestors(pid_t pid) const;

    [[nodiscard]] process_incarnation incarnation_of(const process_info& process) const;

    /// Now, in the unit of `process_info::start_ticks` and rounded down as that is.
    [[nodiscard]] std::uint64_t now_ticks() const;

    /// The number under which the calling process appears here; unlike `getpid()` when `root` belongs to another
    /// PID namespace, where no number may be trusted.
    [[nodiscard]] pid_t self() const;

private:
    std::filesystem::path root_;
    std::string boot_id_;
};

}  // namespace mayhem::drivers
