#pragma once

#include <chrono>
#include <optional>

#include <sys/types.h>

#include "system/unique_fd.hpp"

namespace mayhem::system {

/// Who still lives so long after SIGKILL is stuck inside the kernel, and is not waited for any longer.
inline constexpr std::chrono::seconds killed_within{5};

/// A handle on one process and never on another: once open, it means the same process whatever happens to the number.
/// All signals of this project go through one (Linux 5.4 or newer). Readable, as for `poll`, once the process has
/// ended.
///
/// Does not block, any thread. Errors of the system are `std::system_error`.
class pidfd {
public:
    /// Nothing if there is no such process. A zombie still is one.
    static std::optional<pidfd> open(pid_t pid);

    /// False if the process has ended and was reaped. Throws when not permitted.
    [[nodiscard]] bool send(int signal) const;

    /// Blocks the calling thread until the process has ended, at most for `limit`: for destructors; coroutines use
    /// `process_exit`. True if it has ended.
    [[nodiscard]] bool ends_within(std::chrono::milliseconds limit) const noexcept;

    [[nodiscard]] int get() const noexcept { return fd_.get(); }

private:
    explicit pidfd(int fd) noexcept : fd_(fd) {}

    unique_fd fd_;
};

}  // namespace mayhem::system
