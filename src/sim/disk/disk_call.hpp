#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace mayhem::sim {

/// What a process can ask of a disk: a system call each. Giving something back (a lock, a descriptor) is not among
/// them, because it cannot fail.
enum class disk_operation {
    open,
    read,
    write,
    truncate,
    sync,         ///< fsync of a file
    sync_folder,  ///< fsync of a folder, whose failure SQLite does not look at
    size,
    access,
    remove,
    lock,
    map_memory,  ///< of the log's index, which processes share
    lock_memory,
};

struct disk_call {
    disk_operation operation;
    std::string_view path;  ///< valid as long as the call lasts
    std::uint64_t number;   ///< so many-th of its process, from 1
};

/// What becomes of a call.
enum class disk_fault {
    none,
    io_error,       ///< EIO, nothing is done. After a sync nothing is forgotten: the next one may succeed
    no_space,       ///< ENOSPC, nothing is done
    cut_short,      ///< of a write: a part is written, then ENOSPC. Of anything else: an io_error
    pages_dropped,  ///< of a sync: EIO, and pages that could not be written count as clean: the page cache alone has
                    ///< them, and no later sync writes them. Of anything else: an io_error
    ignored,        ///< of a sync: success, and nothing is done, as a drive answers that lies. Of anything else: none
    death,          ///< the process is killed in the middle of it: what it changes may be changed, in part, or not
};

/// Decides about each call. The fault is the caller's to draw, so that a stream of random numbers belongs to whoever
/// knows what the call means.
using fault_decision = std::function<disk_fault(const disk_call&)>;

}  // namespace mayhem::sim
