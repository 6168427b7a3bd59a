#include "actions/holder/disk_place.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include "mayhem/core/text/size_text.hpp"

namespace mayhem::actions {

namespace {

/// What a host does not do without, or by which its operator would see what happens.
constexpr auto needed = std::to_array<const char*>({"/", "/boot", "/etc", "/run", "/usr", "/dev", "/var/log"});

/// Those of other hosts, and those whose other end is a process, which may hang.
constexpr auto elsewhere =
    std::to_array<std::string_view>({"nfs", "nfs4", "cifs", "smb3", "ceph", "9p", "virtiofs", "afs", "lustre", "gfs2",
                                     "ocfs2", "glusterfs", "beegfs", "autofs"});

/// By the magic number of statfs(2): those that take fallocate at its word, and have O_TMPFILE.
constexpr auto fillable = std::to_array<std::pair<unsigned long, std::string_view>>(
    {{0xEF53, "ext4"}, {0x58465342, "xfs"}, {0x01021994, "tmpfs"}});
constexpr auto copying = std::to_array<std::pair<unsigned long, std::string_view>>(
    {{0x9123683E, "btrfs"}, {0x2FC12FC1, "zfs"}, {0xCA451A4E, "bcachefs"}});

constexpr std::string_view in_memory = "tmpfs";

bool is_elsewhere(std::string_view type) {
    return type.starts_with("fuse") || std::ranges::find(elsewhere, type) != elsewhere.end();
}

std::string read_all(const char* file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// As /proc writes spaces and the like.
std::string without_escapes(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        constexpr std::size_t length = 4;
        const bool is_escaped = text.size() >= length && text.front() == '\\' &&
                                text.substr(1, 3).find_first_not_of("01234567") == std::string_view::npos;
        plain +=
            is_escaped ? static_cast<char>((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0')) : text.front();
        text.remove_prefix(is_escaped ? length : 1);
    }
    return plain;
}

std::vector<std::string> swap_files() {
    std::ifstream swaps("/proc/swaps");
    std::vector<std::string> files;
    for (std::string line; std::getline(swaps, line);) {
        if (line.starts_with('/')) {
            files.push_back(without_escapes(line.substr(0, line.find_first_of(" \t"))));
        }
    }
    return files;
}

std::optional<dev_t> device_of(const std::string& path) {
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0 ? std::optional(found.st_dev) : std::nullopt;
}

refusal spared(const std::string& directory, const std::string& by) {
    return {.why = directory + " is on the file system of " + by +
                   ", which is never filled: name a directory on one "
                   "of its own",
            .by = core::guard::protected_target};
}

std::optional<refusal> why_spared(dev_t device, const core::disk_fill& wanted) {
    for (const char* const path : needed) {
        if (device_of(path) == device) {
            return spared(wanted.directory, path);
        }
    }
    for (const std::string& file : swap_files()) {
        if (device_of(file) == device) {
            return spared(wanted.directory, "the swap file " + file);
        }
    }
    for (const std::string& path : wanted.spared) {
        if (device_of(path) == device) {
            return spared(wanted.directory, path + ", which is Mayhem's own");
        }
    }
    return std::nullopt;
}

refusal unfit(const std::string& directory, std::string_view why) {
    return {.why = directory + ' ' + std::string(why), .by = core::guard::no_effect_possible};
}

std::optional<refusal> why_unfit(unsigned long magic, const core::disk_fill& wanted) {
    for (const auto& [number, name] : copying) {
        if (number == magic) {
            return unfit(wanted.directory, "is on " + std::string(name) +
                                               ", which copies on writing, so that nobody knows how full it is going "
                                               "to be: name one on ext4, xfs or tmpfs");
        }
    }
    const bool is_known = std::ranges::count(fillable, magic, &std::pair<unsigned long, std::string_view>::first) > 0;
    return is_known ? std::nullopt
                    : std::optional(unfit(wanted.directory,
                                          "is on a file system of a kind that is not filled: only ext2 to ext4, xfs "
                                          "and tmpfs are"));
}

std::string_view name_of(unsigned long magic) {
    const auto found = std::ranges::find(fillable, magic, &std::pair<unsigned long, std::string_view>::first);
    return found == fillable.end() ? std::string_view() : found->second;
}

/// What is in memory takes it from everybody, and is not to end in the kernel's ending somebody.
std::optional<refusal> why_too_much_memory(const disk_place& p, const core::disk_fill& wanted) {
    const std::uint64_t takes = core::plan_fill(wanted, p.space).bytes;
    const std::string memory = read_all("/proc/meminfo");
    constexpr std::string_view key = "MemAvailable:";
    const std::size_t at = memory.find(key);
    if (p.type != in_memory || at == std::string::npos) {
        return std::nullopt;
    }
    const std::uint64_t available = std::stoull(memory.substr(at + key.size())) * 1024;
    return takes <= available / 2
               ? std::nullopt
               : std::optional(unfit(wanted.directory, "is in memory (tmpfs), and " + core::format_size(takes) +
                                                           " are more than half of what is available there"));
}

}  // namespace

std::optional<mount_line> mount_of(std::string_view mounts, std::string_view path) {
    std::optional<mount_line> found;
    std::istringstream lines{std::string(mounts)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::string skipped;
        mount_line m;
        const std::size_t after = line.find(" - ");
        if (after == std::string::npos || !(fields >> skipped >> skipped >> m.device >> skipped >> m.point)) {
            continue;
        }
        m.point = without_escapes(m.point);
        m.type = line.substr(after + 3, line.find(' ', after + 3) - after - 3);
        const bool is_above = path == m.point || m.point == "/" ||
                              (path.starts_with(m.point) && path.substr(m.point.size()).starts_with('/'));
        if (is_above && (!found || m.point.size() >= found->point.size())) {  // the last one covers those before
            found = std::move(m);
        }
    }
    return found;
}

core::disk_space space_of(int fd) {
    struct statvfs s{};
    if (::fstatvfs(fd, &s) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot see how full it is");
    }
    return {.size = s.f_blocks * s.f_frsize, .unused = s.f_bfree * s.f_frsize, .available = s.f_bavail * s.f_frsize};
}

found_place find_place(const core::disk_fill& wanted) {
    const std::string mounts = read_all("/proc/self/mountinfo");
    if (const auto by_name = mount_of(mounts, wanted.directory); by_name && is_elsewhere(by_name->type)) {
        return {.refused = unfit(wanted.directory, "is on " + by_name->type +
                                                       ", which is not this host's: name one on ext4, xfs or tmpfs")};
    }
    disk_place p{.directory =
                     system::unique_fd(::open(wanted.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_PATH))};
    struct stat found{};
    struct statfs of{};
    if (!p.directory || ::fstat(p.directory.get(), &found) != 0 || ::fstatfs(p.directory.get(), &of) != 0) {
        return {.refused = refusal{.why = "cannot look at " + wanted.directory + ": " +
                                          std::generic_category().message(errno)}};
    }
    p.device = found.st_dev;
    const auto magic = static_cast<unsigned long>(of.f_type);
    std::optional<refusal> no = why_spared(p.device, wanted);
    if (!no) {
        no = why_unfit(magic, wanted);
    }
    if (no) {
        return {.refused = std::move(no)};
    }
    p.space = space_of(p.directory.get());
    p.type = name_of(magic);
    std::error_code unknown;
    const auto where = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(p.directory.get()), unknown);
    if (const auto mount = mount_of(mounts, where.string())) {
        p.type = mount->type;
        p.mounted_on = mount->point;
    }
    if (auto why = core::plan_fill(wanted, p.space).why_not) {
        return {.refused =
                    refusal{.why = wanted.directory + ": " + *std::move(why), .by = core::guard::no_effect_possible}};
    }
    std::optional<refusal> too_much = why_too_much_memory(p, wanted);
    return {.place = std::move(p), .refused = std::move(too_much)};
}

}  // namespace mayhem::actions
