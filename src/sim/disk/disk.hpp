#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mayhem/core/random.hpp"
#include "sim/disk/folder.hpp"

namespace mayhem::sim {

class disk_process;

/// The disk of one simulated host, in memory. Processes use it through SQLite (`disk_process`), several at a time if
/// need be; any number of disks live side by side.
///
/// Two things happen to it. A process is killed: it loses what it held in memory and its locks, but everything that it
/// has written is in the page cache, and so in the files. The power fails: every process is gone, and so are the
/// changes that were not synced, but for some of them.
///
/// Paths are absolute, and every folder is there. The same calls in the same order on a disk with the same seed leave
/// the same files, byte for byte. One thread.
class disk {
public:
    static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

    explicit disk(core::random_source dice) noexcept : dice_(dice) {}

    /// Every process must be gone.
    ~disk();
    disk(const disk&) = delete;
    disk& operator=(const disk&) = delete;

    /// The files may have so many bytes together; whoever writes more finds the disk full.
    void limit(std::uint64_t capacity) noexcept { capacity_ = capacity; }

    /// Kills every process. Without an argument it is drawn how bad it is.
    void power_cut();
    void power_cut(const power_loss& how);

    /// What a process would read there; null if there is no such file. Until the next change.
    [[nodiscard]] const bytes* find(std::string_view path) const;

    /// Of every file, sorted.
    [[nodiscard]] std::vector<std::string> paths() const;

    /// What an operator does: the file is another one than was there before, and on the platter.
    void put(const std::string& path, bytes contents);
    /// The same; whoever has it open keeps it.
    void remove(const std::string& path);

    // For its processes.

    [[nodiscard]] folder& folder_of(std::string_view path);

    /// So many bytes may still be added.
    [[nodiscard]] std::uint64_t room() const noexcept;

    /// A stream for each process, by the order of their beginning.
    [[nodiscard]] core::random_source enter(disk_process& p);
    void leave(disk_process& p) noexcept;

    /// True if another one had its turn since.
    [[nodiscard]] bool switch_to(const disk_process& p) noexcept { return std::exchange(active_, &p) != &p; }

private:
    core::random_source dice_;
    std::uint64_t capacity_ = unlimited;
    std::uint64_t power_cuts_ = 0;
    std::uint64_t beginnings_ = 0;
    std::map<std::string, folder, std::less<>> folders_;
    std::vector<disk_process*> processes_;
    const disk_process* active_ = nullptr;
};

}  // namespace mayhem::sim
