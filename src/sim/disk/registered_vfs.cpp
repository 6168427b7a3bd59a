#include "sim/disk/registered_vfs.hpp"

#include <atomic>
#include <cstdint>

#include "mayhem/async/assertion.hpp"
#include "sim/disk/disk_process.hpp"
#include "sim/disk/open_file.hpp"
#include "sim/disk/sqlite_call.hpp"

namespace mayhem::sim {
namespace {

constexpr int path_max = 512;

disk_process& process_of(sqlite3_vfs* v) { return *static_cast<disk_process*>(v->pAppData); }

template <auto Member>
constexpr auto* call = &sqlite_call<sqlite3_vfs, disk_process, &process_of, Member>::function;

int no_error(sqlite3_vfs*, int, char*) { return 0; }

std::string new_name() {
    static std::atomic<std::uint64_t> last = 0;
    return "mayhem-sim-" + std::to_string(++last);
}

}  // namespace

registered_vfs::registered_vfs(disk_process& p)
    : name_(new_name()),
      table_{.iVersion = 2,
             .szOsFile = sizeof(open_file),
             .mxPathname = path_max,
             .pNext = nullptr,
             .zName = name_.c_str(),
             .pAppData = &p,
             .xOpen = call<&disk_process::open>,
             .xDelete = call<&disk_process::remove>,
             .xAccess = call<&disk_process::access>,
             .xFullPathname = call<&disk_process::full_path>,
             .xDlOpen = nullptr,
             .xDlError = nullptr,
             .xDlSym = nullptr,
             .xDlClose = nullptr,
             .xRandomness = call<&disk_process::randomness>,
             .xSleep = call<&disk_process::sleep>,
             .xCurrentTime = call<&disk_process::time>,
             .xGetLastError = &no_error,
             .xCurrentTimeInt64 = call<&disk_process::time_ms>,
             .xSetSystemCall = nullptr,
             .xGetSystemCall = nullptr,
             .xNextSystemCall = nullptr} {
    const int answer = sqlite3_vfs_register(&table_, 0);
    MAYHEM_ASSERT(answer == SQLITE_OK, "SQLite takes another VFS at any time");
}

registered_vfs::~registered_vfs() { (void)sqlite3_vfs_unregister(&table_); }

void registered_vfs::seed_generator() {
    sqlite3_vfs* const before = sqlite3_vfs_find(nullptr);
    (void)sqlite3_vfs_register(&table_, 1);
    char drawn = 0;
    sqlite3_randomness(0, nullptr);
    sqlite3_randomness(sizeof drawn, &drawn);
    (void)sqlite3_vfs_register(before, 1);
}

}  // namespace mayhem::sim
