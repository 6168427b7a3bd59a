#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mayhem::core {

/// How full the file system of a directory is to be for a while. It belongs to everybody who writes there, whoever the
/// target is.
struct disk_fill {
    static constexpr std::uint64_t least_kept_free = 64ULL << 20U;

    std::string directory{};    ///< on that file system; an absolute path
    unsigned percent = 0;       ///< so much of what can be used there is in use then; 1 to 99
    std::uint64_t keep_free{};  ///< in bytes: never is less left for others; `least_kept_free` or more

    /// Files and directories whose file systems are never filled: Mayhem's own.
    std::vector<std::string> spared{};

    friend bool operator==(const disk_fill&, const disk_fill&) = default;
};

/// What a file system says of itself (statvfs), in bytes.
struct disk_space {
    std::uint64_t size = 0;
    std::uint64_t unused = 0;     ///< the reserve of root included
    std::uint64_t available = 0;  ///< to everybody

    [[nodiscard]] std::uint64_t used() const noexcept { return size > unused ? size - unused : 0; }

    /// What can be used, of which `used` is: df's percentages are of that.
    [[nodiscard]] std::uint64_t usable() const noexcept { return used() + available; }

    /// Of `usable`, rounded down.
    [[nodiscard]] unsigned percent() const noexcept;
};

/// So much is to be taken, or why nothing is, for a person.
struct fill_plan {
    std::uint64_t bytes = 0;
    std::optional<std::string> why_not{};
};

/// Nothing is taken where less than `keep_free`, or less than one percent, would be left; or where nothing is left to
/// take.
[[nodiscard]] fill_plan plan_fill(const disk_fill& wanted, const disk_space& is);

/// Of `taken`, so much must be given back now, because others need it: so that they have `keep_free`, or one percent if
/// that is more, and a quarter of it on top, lest it be asked for again at once.
[[nodiscard]] std::uint64_t owed(const disk_fill& wanted, const disk_space& is, std::uint64_t taken) noexcept;

}  // namespace mayhem::core
