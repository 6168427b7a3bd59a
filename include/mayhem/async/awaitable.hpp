#pragma once

#include "mayhem/async/detail/asio.hpp"
#include "mayhem/async/executor.hpp"
#include "mayhem/async/loop.hpp"

namespace mayhem::async {

/// What every coroutine of the project returns. The executor is our own concrete type and not
/// `asio::any_io_executor`: no virtual call, no allocation, and every resume passes through us, which is how the loop
/// knows at any moment which task runs.
template <typename T = void>
using awaitable = asio::awaitable<T, executor>;

/// The completion token with which such a coroutine awaits an Asio operation:
/// `co_await socket.async_read_some(buffer, use_awaitable)`.
inline constexpr asio::use_awaitable_t<executor> use_awaitable{};

}  // namespace mayhem::async
