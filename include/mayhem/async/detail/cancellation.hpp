#pragma once

#include <exception>

#include "mayhem/async/detail/asio.hpp"

namespace mayhem::async::detail {

/// The error of a wait that was cut, to be copied, which makes no text anew. A loop makes it beforehand.
[[nodiscard]] const asio::system_error& aborted();

/// Inline, because the way of an exception costs by the frames that it passes.
[[noreturn, gnu::always_inline]] inline void throw_aborted() { throw asio::system_error(aborted()); }

/// The exception that it throws; without memory for it, `std::bad_alloc`.
[[nodiscard]] std::exception_ptr cancellation() noexcept;

}  // namespace mayhem::async::detail
