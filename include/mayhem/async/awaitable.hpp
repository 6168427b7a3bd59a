#pragma once

#include <cstddef>

#include "mayhem/async/detail/asio.hpp"
#include "mayhem/async/detail/frame_pool.hpp"
#include "mayhem/async/executor.hpp"

/// Coroutines that run on our executor get their frames from our pool instead of Asio's cache of two. Specialised here,
/// before anything names such a coroutine, so that there is one definition for the whole program.
template <>
inline void* asio::detail::awaitable_frame_base<mayhem::async::executor>::operator new(std::size_t size) {
    return mayhem::async::detail::frame_pool::allocate(size);
}
template <>
inline void asio::detail::awaitable_frame_base<mayhem::async::executor>::operator delete(void* memory,
                                                                                         std::size_t size) {
    mayhem::async::detail::frame_pool::deallocate(memory, size);
}

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

#include "mayhem/async/loop.hpp"
