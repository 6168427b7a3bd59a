#pragma once

#include <string>

#include <sys/types.h>

namespace mayhem::testing {

/// Threads of a process that stand still until the end of this object, or of the process: as if what they have asked
/// the kernel for (a disk, a network mount) never came back. As root, on a process that the test has started.
class held_threads {
public:
    /// Those whose names begin with `prefix`. Throws `std::runtime_error` when none can be held.
    held_threads(pid_t process, const std::string& prefix);
    ~held_threads();
    held_threads(const held_threads&) = delete;
    held_threads& operator=(const held_threads&) = delete;

private:
    pid_t holder_ = 0;  ///< a process of its own: whoever holds threads has to reap them
};

}  // namespace mayhem::testing
