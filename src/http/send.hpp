#pragma once

#include "http/request.hpp"
#include "http/request_failed.hpp"
#include "mayhem/async/awaitable.hpp"

namespace mayhem::http {

/// Sends one request and waits for the whole answer, without a thread and without holding the loop.
///
/// The request goes out at most once: each has a connection of its own, is not redirected, and is never repeated, so
/// that a "restart" cannot be sent twice. Proxies of the environment are ignored.
///
/// Throws `request_failed` when there is no answer, and `std::invalid_argument` for what is no request (`check`).
/// Cancellation closes the connection and ends with `operation_aborted`; whether the server acted is then unknown. In
/// every case nothing is left: no descriptor, no task. The loop's thread only; each call costs some 100 microseconds of
/// it.
[[nodiscard]] async::awaitable<response> send(request r);

}  // namespace mayhem::http
