#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "fleet/call_order.hpp"
#include "fleet/call_outcome.hpp"
#include "fleet/kept_connection.hpp"
#include "fleet/link_needs.hpp"
#include "fleet/link_settings.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/core/random.hpp"

namespace mayhem::fleet {

/// A daemon's connection to the database of its fleet: kept up by `run`, used by `call`. On the loop, without a thread,
/// and never holding the loop for longer than TLS takes at a connect (some 10 ms).
///
/// A call is one statement, and one transaction. What can be told apart, is: `rows` happened, `refused` and `not_sent`
/// did not, `unknown` may have. While the database is away every call is `not_sent`, at once. The loop's thread only.
class pg_link {
public:
    static constexpr int tries_max = 8;

    struct call_terms {
        fleet::urgency urgency = urgency::ordinary;
        std::optional<std::chrono::nanoseconds> limit = std::nullopt;  ///< in place of `link_settings::call_limit`
    };

    /// Throws as `pg_connector` does.
    pg_link(link_settings s, link_needs n);

    /// Connects, and connects again when the connection is lost, as `connect_pace` says; until it is cancelled. Once.
    [[nodiscard]] async::awaitable<void> run() { return connection_.run(); }

    /// Calls go one after the other, urgent ones first. What was rolled back because of others is tried again, up to
    /// `tries_max` times with a random pause of up to 10 ms a try, in which others have their turn.
    ///
    /// A caller who is cancelled while his statement is under way takes the connection with him, and does not know
    /// either; before that, nothing has happened.
    [[nodiscard]] async::awaitable<call_outcome> call(statement s, call_terms terms);
    [[nodiscard]] async::awaitable<call_outcome> call(statement s) { return call(std::move(s), call_terms{}); }

    [[nodiscard]] bool is_connected() const noexcept { return connection_.is_up(); }

private:
    class report;

    [[nodiscard]] async::awaitable<call_outcome> try_often(statement s, urgency u, async::clock::time_point until,
                                                           report& told);
    [[nodiscard]] async::awaitable<call_outcome> try_once(statement s, urgency u, async::clock::time_point until,
                                                          report& told);

    link_needs needs_;
    core::random_source pauses_;
    call_order order_;
    kept_connection connection_;
};

}  // namespace mayhem::fleet
