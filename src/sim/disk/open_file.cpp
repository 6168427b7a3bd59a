#include "sim/disk/open_file.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "sim/disk/disk.hpp"
#include "sim/disk/disk_process.hpp"
#include "sim/disk/sqlite_call.hpp"

namespace mayhem::sim {
namespace {

static_assert(static_cast<int>(lock_level::shared) == SQLITE_LOCK_SHARED);
static_assert(static_cast<int>(lock_level::exclusive) == SQLITE_LOCK_EXCLUSIVE);
static_assert(alignof(open_file) <= 8, "what SQLite provides is not aligned for more");
static_assert(sizeof(memory_locks::slots) * 8 >= SQLITE_SHM_NLOCK);

open_file& file_of(sqlite3_file* f) { return *static_cast<open_file*>(f); }

template <auto Member>
constexpr auto* call = &sqlite_call<sqlite3_file, open_file, &file_of, Member>::function;

int sector_size(sqlite3_file*) { return 4096; }

/// A write changes nothing beside itself, though the power fails: what SQLite assumes of every disk today.
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

void barrier(sqlite3_file*) {}  // there is one thread

// Version 2: the third has memory-mapped reading.
constexpr sqlite3_io_methods methods{.iVersion = 2,
                                     .xClose = call<&open_file::close>,
                                     .xRead = call<&open_file::read>,
                                     .xWrite = call<&open_file::write>,
                                     .xTruncate = call<&open_file::truncate>,
                                     .xSync = call<&open_file::sync>,
                                     .xFileSize = call<&open_file::size>,
                                     .xLock = call<&open_file::lock>,
                                     .xUnlock = call<&open_file::unlock>,
                                     .xCheckReservedLock = call<&open_file::check_reserved_lock>,
                                     .xFileControl = call<&open_file::control>,
                                     .xSectorSize = &sector_size,
                                     .xDeviceCharacteristics = &characteristics,
                                     .xShmMap = call<&open_file::map_memory>,
                                     .xShmLock = call<&open_file::lock_memory>,
                                     .xShmBarrier = &barrier,
                                     .xShmUnmap = call<&open_file::unmap_memory>,
                                     .xFetch = nullptr,
                                     .xUnfetch = nullptr};

memory_locks::slots slots_of(int first, int count) {
    return static_cast<memory_locks::slots>(((1U << static_cast<unsigned>(count)) - 1U)
                                            << static_cast<unsigned>(first));
}

}  // namespace

open_file::open_file(disk_process& p, std::shared_ptr<inode> file, std::string path, bool syncs_folder)
    : sqlite3_file{&methods},
      process_(p),
      file_(std::move(file)),
      path_(std::move(path)),
      syncs_folder_(syncs_folder) {}

int open_file::close() noexcept {
    (void)drop();
    process_.forget(*this);
    std::destroy_at(this);
    return SQLITE_OK;
}

int open_file::read(void* to, int size, sqlite3_int64 at) {
    if (begin(disk_operation::read) != disk_fault::none) {
        return SQLITE_IOERR_READ;
    }
    const std::span wanted(static_cast<std::byte*>(to), static_cast<std::size_t>(size));
    const std::size_t found = file_->contents.read(wanted, static_cast<std::uint64_t>(at));
    return found == wanted.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int open_file::write(const void* from, int size, sqlite3_int64 at) {
    const disk_fault f = begin(disk_operation::write);
    std::span data(static_cast<const std::byte*>(from), static_cast<std::size_t>(size));
    int answer = SQLITE_OK;
    if (f == disk_fault::cut_short || process_.is_dying()) {
        data = data.first(static_cast<std::size_t>(process_.dice().below(data.size() + 1)));
        answer = f == disk_fault::death ? SQLITE_IOERR_WRITE : SQLITE_FULL;
    } else if (f != disk_fault::none) {
        return f == disk_fault::no_space ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    const std::uint64_t offset = static_cast<std::uint64_t>(at);
    const std::uint64_t end = offset + data.size();
    const std::uint64_t before = file_->contents.seen().size();
    if (end > before) {
        const std::uint64_t room = process_.place().room();
        if (end - before > room) {
            const std::uint64_t fits = std::max(before + room, offset) - offset;
            data = data.first(static_cast<std::size_t>(fits));
            answer = SQLITE_FULL;
        }
    }
    file_->contents.write(data, offset);
    return answer;
}

int open_file::truncate(sqlite3_int64 to) {
    const disk_fault f = begin(disk_operation::truncate);
    if (f == disk_fault::none || process_.acts_while_dying()) {
        file_->contents.truncate(static_cast<std::uint64_t>(to));
    }
    return f == disk_fault::none ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

int open_file::sync(int) {
    const disk_fault f = begin(disk_operation::sync);
    if (f == disk_fault::pages_dropped) {
        file_->contents.drop_unsynced(process_.dice());
    }
    if (f != disk_fault::none && f != disk_fault::ignored) {
        return SQLITE_IOERR_FSYNC;
    }
    if (f == disk_fault::none) {
        file_->contents.sync();
    }
    if (syncs_folder_) {
        syncs_folder_ = false;
        if (begin(disk_operation::sync_folder) == disk_fault::none) {
            process_.place().folder_of(path_).sync();
        }
    }
    return process_.is_alive() ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int open_file::size(sqlite3_int64* answer) {
    if (begin(disk_operation::size) != disk_fault::none) {
        return SQLITE_IOERR_FSTAT;
    }
    *answer = static_cast<sqlite3_int64>(file_->contents.seen().size());
    return SQLITE_OK;
}

int open_file::lock(int level) {
    if (begin(disk_operation::lock) != disk_fault::none) {
        return SQLITE_IOERR_LOCK;
    }
    return file_->locks.raise(this, static_cast<lock_level>(level)) ? SQLITE_OK : SQLITE_BUSY;
}

int open_file::unlock(int level) noexcept {
    file_->locks.lower(this, static_cast<lock_level>(level));
    return SQLITE_OK;
}

int open_file::check_reserved_lock(int* answer) {
    if (begin(disk_operation::lock) != disk_fault::none) {
        return SQLITE_IOERR_CHECKRESERVEDLOCK;
    }
    *answer = file_->locks.is_reserved() ? 1 : 0;
    return SQLITE_OK;
}

int open_file::control(int what, void* argument) {
    if (what != SQLITE_FCNTL_HAS_MOVED) {
        return SQLITE_NOTFOUND;
    }
    const std::shared_ptr<inode> there = process_.place().folder_of(path_).find(path_);
    *static_cast<int*>(argument) = there == file_ ? 0 : 1;
    return SQLITE_OK;
}

int open_file::map_memory(int region, int size, int may_extend, void volatile** answer) {
    *answer = nullptr;
    const disk_fault f = begin(disk_operation::map_memory);
    if (f != disk_fault::none) {
        return f == disk_fault::no_space ? SQLITE_IOERR_SHMSIZE : SQLITE_IOERR_SHMMAP;
    }
    if (!uses_index_) {
        uses_index_ = true;
        file_->index.join(&process_);
    }
    *answer = file_->index.region(&process_, static_cast<std::size_t>(region), static_cast<std::size_t>(size),
                                  may_extend != 0);
    return SQLITE_OK;
}

int open_file::lock_memory(int first, int count, int flags) {
    const memory_locks::slots which = slots_of(first, count);
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        file_->index_locks.unlock(this, which);
        return SQLITE_OK;
    }
    if (begin(disk_operation::lock_memory) != disk_fault::none) {
        return SQLITE_IOERR_SHMLOCK;
    }
    const bool is_locked = (flags & SQLITE_SHM_SHARED) != 0 ? file_->index_locks.share(this, which)
                                                            : file_->index_locks.exclude(this, which);
    return is_locked ? SQLITE_OK : SQLITE_BUSY;
}

int open_file::unmap_memory(int) noexcept {
    (void)leave_index();
    return SQLITE_OK;
}

shared_memory::regions open_file::drop() noexcept {
    file_->locks.lower(this, lock_level::none);
    return leave_index();
}

void open_file::switch_to_index() {
    if (uses_index_) {
        file_->index.switch_to(&process_);
    }
}

shared_memory::regions open_file::leave_index() noexcept {
    file_->index_locks.unlock(this, slots_of(0, SQLITE_SHM_NLOCK));
    return std::exchange(uses_index_, false) ? file_->index.leave(&process_) : shared_memory::regions{};
}

disk_fault open_file::begin(disk_operation o) { return process_.begin_call(o, path_); }

}  // namespace mayhem::sim
