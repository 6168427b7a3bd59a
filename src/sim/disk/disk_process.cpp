#include "sim/disk/disk_process.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "mayhem/async/assertion.hpp"
#include "sim/disk/disk.hpp"
#include "sim/disk/open_file.hpp"
#include "sim/disk/registered_vfs.hpp"

namespace mayhem::sim {
namespace {

/// Only a sync can be ignored.
disk_fault applied_to(disk_operation o, disk_fault f) {
    const bool is_sync = o == disk_operation::sync || o == disk_operation::sync_folder;
    return f == disk_fault::ignored && !is_sync ? disk_fault::none : f;
}

}  // namespace

disk_process::disk_process(disk& d, surroundings s)
    : disk_(d),
      surroundings_(std::move(s)),
      dice_(d.enter(*this)),
      entropy_(dice_.stream("entropy")),
      vfs_(std::make_unique<registered_vfs>(*this)) {
    vfs_->seed_generator();
}

disk_process::~disk_process() {
    MAYHEM_ASSERT(files_.empty(), "the connections of a simulated process are destroyed before it");
    disk_.leave(*this);
}

const std::string& disk_process::vfs_name() const noexcept { return vfs_->name(); }

void disk_process::kill() noexcept {
    if (std::exchange(is_alive_, false)) {
        for (open_file* const f : files_) {
            left_.push_back(f->drop());
        }
    }
}

disk_fault disk_process::begin_call(disk_operation o, std::string_view path) {
    is_dying_ = false;
    if (!is_alive_) {
        return disk_fault::death;
    }
    const disk_call c{.operation = o, .path = path, .number = ++calls_};
    const disk_fault decided = decide_ ? decide_(c) : disk_fault::none;
    if (!is_alive_) {
        return disk_fault::death;
    }
    const disk_fault f = c.number >= dies_at_ ? disk_fault::death : applied_to(o, decided);
    take_turn();
    if (f == disk_fault::death) {
        is_dying_ = true;
        kill();
    }
    return f;
}

int disk_process::open(const char* path, sqlite3_file* place, int flags, int* flags_out) {
    place->pMethods = nullptr;
    const bool is_temporary = path == nullptr || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    const std::string name = path == nullptr ? std::string("/temporary") : std::string(path);
    const disk_fault f = begin_call(disk_operation::open, name);
    folder& files = disk_.folder_of(name);
    std::shared_ptr<inode> file = is_temporary ? std::make_shared<inode>() : files.find(name);
    const bool may_create = (flags & SQLITE_OPEN_CREATE) != 0;
    const bool is_new = file == nullptr && may_create;
    if (is_new && (f == disk_fault::none || acts_while_dying())) {
        file = std::make_shared<inode>();
        files.link(name, file);
    }
    const bool exists_already = !is_new && !is_temporary && (flags & SQLITE_OPEN_EXCLUSIVE) != 0;
    if (f != disk_fault::none || file == nullptr || exists_already) {
        return SQLITE_CANTOPEN;
    }
    constexpr int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    const bool syncs_folder = may_create && (flags & journals) != 0;
    files_.push_back(new (place) open_file(*this, std::move(file), name, syncs_folder));
    if (flags_out != nullptr) {
        *flags_out = flags;
    }
    return SQLITE_OK;
}

int disk_process::remove(const char* path, int is_synced) {
    const disk_fault f = begin_call(disk_operation::remove, path);
    folder& files = disk_.folder_of(path);
    if (acts_while_dying()) {
        files.unlink(path);
    }
    if (f != disk_fault::none) {
        return SQLITE_IOERR_DELETE;
    }
    if (files.find(path) == nullptr) {
        return SQLITE_IOERR_DELETE_NOENT;
    }
    files.unlink(path);
    if (is_synced == 0) {
        return SQLITE_OK;
    }
    const disk_fault of_sync = begin_call(disk_operation::sync_folder, path);
    if (of_sync == disk_fault::none) {
        files.sync();
    }
    return of_sync == disk_fault::none || of_sync == disk_fault::ignored ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
}

int disk_process::access(const char* path, int what, int* answer) {
    *answer = 0;
    if (begin_call(disk_operation::access, path) != disk_fault::none) {
        return SQLITE_IOERR_ACCESS;
    }
    const std::shared_ptr<inode> file = disk_.folder_of(path).find(path);
    const bool must_hold_something = what == SQLITE_ACCESS_EXISTS;  // an empty file is none, for SQLite on Linux
    *answer = file && (!must_hold_something || !file->contents.seen().empty()) ? 1 : 0;
    return SQLITE_OK;
}

int disk_process::full_path(const char* path, int size, char* to) noexcept {
    const std::string_view all(path);
    if (!all.starts_with('/') || all.size() >= static_cast<std::size_t>(size)) {
        return SQLITE_CANTOPEN;
    }
    std::memcpy(to, path, all.size() + 1);
    return SQLITE_OK;
}

int disk_process::randomness(int size, char* to) noexcept {
    std::generate_n(to, size, [this] { return static_cast<char>(entropy_.next()); });
    return size;
}

int disk_process::sleep(int microseconds) {
    surroundings_.sleep(core::duration{microseconds});
    take_turn();
    return microseconds;
}

int disk_process::time(double* julian_days) {
    sqlite3_int64 ms = 0;
    const int answer = time_ms(&ms);
    *julian_days = static_cast<double>(ms) / 86'400'000.0;
    return answer;
}

int disk_process::time_ms(sqlite3_int64* julian_ms) {
    constexpr sqlite3_int64 of_1970 = 210'866'760'000'000;
    *julian_ms =
        of_1970 + std::chrono::floor<std::chrono::milliseconds>(surroundings_.now()).time_since_epoch().count();
    return SQLITE_OK;
}

void disk_process::forget(open_file& f) noexcept { std::erase(files_, &f); }

void disk_process::take_turn() {
    if (is_alive_ && disk_.switch_to(*this)) {
        for (open_file* const f : files_) {
            f->switch_to_index();
        }
    }
}

}  // namespace mayhem::sim
