#pragma once

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/executor.hpp"

namespace mayhem::system {

using descriptor = asio::posix::basic_stream_descriptor<async::executor>;

/// Waits until the kernel says that `d` is ready for `what`, which Asio's own `async_wait` does not promise: its
/// reactor keeps a record for each descriptor and uses them again, so that what was reported of one that has just been
/// closed can end the wait for another. For a read that does no harm, because it finds nothing and waits on; who takes
/// the wait for the answer (a process has ended, a connection is made) must ask this. `d` outlives the wait.
/// Cancellable.
[[nodiscard]] async::awaitable<void> wait_ready(descriptor& d, descriptor::wait_type what);

}  // namespace mayhem::system
