#pragma once

/// The one door through which Asio enters the project, so that what differs between its versions is said once.
/// Asio 1.22.1 (Debian 12) to 1.34 are supported. Of `asio::experimental` only the token adapters are offered
/// (asio_tokens.hpp): what else Debian has there loses messages (channel.hpp), and newer versions moved the rest.

#include <asio/async_result.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/cancellation_type.hpp>
#include <asio/dispatch.hpp>
#include <asio/error.hpp>
#include <asio/execution.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/recycling_allocator.hpp>
#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <asio/system_error.hpp>

#if !defined(ASIO_HAS_CO_AWAIT)
#error "Asio does not know this compiler's coroutines: build with the project's FindAsio.cmake, which tells it."
#endif
