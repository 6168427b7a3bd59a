#pragma once

#include "mayhem/async/awaitable.hpp"

namespace mayhem::system {

/// Waits until `fd` can be read without blocking: there is something, or its end. `fd` is needed for the first step
/// only and stays the caller's. Throws `std::system_error` when no descriptor is left to watch it with. Cancellable.
[[nodiscard]] async::awaitable<void> readable(int fd);

}  // namespace mayhem::system
