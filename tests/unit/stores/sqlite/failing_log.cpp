#include "failing_log.hpp"

#include <limits>

#include <sqlite3.h>

namespace mayhem::stores::test {
namespace {

std::atomic<int> failures_left{0};
sqlite3_vfs* real_disk = nullptr;
const sqlite3_io_methods* real_methods = nullptr;
sqlite3_io_methods failing_methods;
sqlite3_vfs failing_disk;

int sync(sqlite3_file* file, int flags) {
    for (int left = failures_left; left > 0;) {
        if (failures_left.compare_exchange_weak(left, left - 1)) {
            return SQLITE_IOERR_FSYNC;
        }
    }
    return real_methods->xSync(file, flags);
}

int open(sqlite3_vfs* /*disk*/, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    const int result = real_disk->xOpen(real_disk, name, file, flags, flags_out);
    if (result == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0) {
        real_methods = file->pMethods;  // the same for every log
        failing_methods = *real_methods;
        failing_methods.xSync = &sync;
        file->pMethods = &failing_methods;
    }
    return result;
}

}  // namespace

failing_log::failing_log() {
    failures_left = 0;
    real_disk = sqlite3_vfs_find(nullptr);
    failing_disk = *real_disk;
    failing_disk.pNext = nullptr;
    failing_disk.zName = "failing log";
    failing_disk.xOpen = &open;
    (void)sqlite3_vfs_register(&failing_disk, 1);
}

failing_log::~failing_log() {
    (void)sqlite3_vfs_unregister(&failing_disk);
    (void)sqlite3_vfs_register(real_disk, 1);
}

void failing_log::fail(int times) noexcept { failures_left = times; }

int failing_log::left() noexcept { return failures_left; }

std::filesystem::path copy_as_a_kill_leaves_it(const std::filesystem::path& database,
                                               const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    std::filesystem::path copy = folder / database.filename();
    std::filesystem::copy_file(database, copy, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::copy_file(database.string() + "-wal", copy.string() + "-wal",
                               std::filesystem::copy_options::overwrite_existing);
    return copy;
}

}  // namespace mayhem::stores::test
