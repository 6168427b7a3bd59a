#pragma once

#include <atomic>
#include <filesystem>

namespace mayhem::stores::test {

/// A disk on which making the log (-wal) durable fails when it is told to; everything else is the real one. For every
/// database that this process opens while it lives. One at a time.
class failing_log {
public:
    failing_log();
    ~failing_log();
    failing_log(const failing_log&) = delete;
    failing_log& operator=(const failing_log&) = delete;

    /// So many more times.
    static void fail(int times) noexcept;

    /// How many of these are left.
    [[nodiscard]] static int left() noexcept;
};

/// What a process that is killed now leaves of its database, in a folder of its own: the kernel keeps what was written,
/// synced or not. Returns the copy's path.
std::filesystem::path copy_as_a_kill_leaves_it(const std::filesystem::path& database,
                                               const std::filesystem::path& folder);

}  // namespace mayhem::stores::test
