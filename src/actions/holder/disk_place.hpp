#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "actions/holder/refusal.hpp"
#include "mayhem/core/rules/disk_fill.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::actions {

/// A directory held fast, and the file system that it is on: whatever becomes of its path, it is this one.
struct disk_place {
    system::unique_fd directory{};
    dev_t device = 0;
    core::disk_space space{};
    std::string type{};        ///< "ext4"
    std::string mounted_on{};  ///< where it is mounted, as far as that is seen; several places are one
};

/// One or the other.
struct found_place {
    disk_place place{};
    std::optional<refusal> refused{};
};

/// Where a fill would be: its file system, or why that is never filled. By its number (st_dev), which no symbolic link
/// and no bind mount hides, it is none that the host or Mayhem needs: that of /, of /boot, /etc, /run, /usr, /dev,
/// /var/log, of a file that is swapped to, of `spared`. By its type it is one that takes fallocate at its word: ext2 to
/// ext4, xfs and tmpfs; not one that copies on writing (btrfs, zfs, bcachefs), not that of another host.
///
/// A path that leads to another host by its mount is not touched, because that might hang; blocks otherwise.
[[nodiscard]] found_place find_place(const core::disk_fill& wanted);

/// The space on the file system of a descriptor. Throws `std::system_error`.
[[nodiscard]] core::disk_space space_of(int fd);

/// Of /proc/self/mountinfo (proc(5)), the mount on which a path lies as far as its text tells; nothing: there is none.
/// Pure.
struct mount_line {
    std::string point{};
    std::string type{};
    std::string device{};  ///< "8:1"

    friend bool operator==(const mount_line&, const mount_line&) = default;
};
[[nodiscard]] std::optional<mount_line> mount_of(std::string_view mounts, std::string_view path);

}  // namespace mayhem::actions
