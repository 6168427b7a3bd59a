#pragma once

#include "mayhem/async/awaitable.hpp"
#include "system/pidfd.hpp"

namespace mayhem::system {

/// Waits until the process has ended (it may still be a zombie), without a signal handler and for processes of any
/// parent. `process` is needed for the first step only. Cancellable; wrap it in `async::with_timeout`: a process may
/// never end.
[[nodiscard]] async::awaitable<void> process_exit(const pidfd& process);

}  // namespace mayhem::system
