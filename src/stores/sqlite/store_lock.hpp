#pragma once

#include <filesystem>

namespace mayhem::stores {

/// Keeps a second daemon away from a database: two would hand out each other's unfinished messages. Held from
/// construction to destruction, and let go by the kernel when the process ends in whatever way. Commands that only
/// read, and `resume`, need none.
///
/// A POSIX record lock on a file beside the database, FILE.lock: children do not inherit it. The file stays. Nobody
/// else may read it: whoever can may lock it, too, and so keep the daemon from starting.
class store_lock {
public:
    /// Throws `core::store_failed`, which names the process that holds it.
    explicit store_lock(const std::filesystem::path& database);
    ~store_lock();
    store_lock(const store_lock&) = delete;
    store_lock& operator=(const store_lock&) = delete;

private:
    int fd_;
};

}  // namespace mayhem::stores
