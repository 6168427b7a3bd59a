#pragma once

/// Asio's token adapters, wherever the version at hand has them: Debian 12's 1.22 in `asio::experimental`, 1.23 and
/// newer in `asio`. The one header through which anything experimental enters the project.
///
/// - `as_tuple(use_awaitable)`: errors are values, too: `auto [ec, n] = co_await ...`.
/// - `deferred`: makes an operation that begins when it is awaited: `auto wait = timer.async_wait(deferred);`
///   `co_await std::move(wait);`.
/// - `append`, `prepend`: more values for the handler.

#include "mayhem/async/use_awaitable.hpp"

#if __has_include(<asio/as_tuple.hpp>)
#include <asio/append.hpp>
#include <asio/as_tuple.hpp>
#include <asio/deferred.hpp>
#include <asio/prepend.hpp>

namespace mayhem::async {
using asio::append;
using asio::as_tuple;
using asio::deferred;
using asio::prepend;
}  // namespace mayhem::async
#else
#include <asio/experimental/append.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/deferred.hpp>
#include <asio/experimental/prepend.hpp>

namespace mayhem::async {
using asio::experimental::append;
using asio::experimental::as_tuple;
using asio::experimental::deferred;
using asio::experimental::prepend;
}  // namespace mayhem::async
#endif
