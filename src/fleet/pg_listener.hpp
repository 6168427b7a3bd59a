#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "fleet/kept_connection.hpp"
#include "fleet/link_needs.hpp"
#include "fleet/link_settings.hpp"
#include "fleet/pg_link.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/random.hpp"

namespace mayhem::fleet {

/// Hears what others tell the fleet (NOTIFY), on a connection of its own: an accelerator, on which nothing may depend.
///
/// A pooler that lends a server for a transaction accepts LISTEN and then stays silent, so hearing is proved first: a
/// notification that is sent over the link for calls must arrive within a second. (Not over its own connection: there
/// such a pooler hands it over, since the server that was lent for the statement tells itself before it is given back.)
/// If none does, the connection is given up for ten minutes. While `is_hearing` is false, whoever wants to know has to
/// poll. The loop's thread only.
class pg_listener {
public:
    using handler = std::function<void(std::string_view payload)>;

    static constexpr std::chrono::seconds proof_limit{1};
    static constexpr std::chrono::minutes deaf_for{10};

    /// `channel` is lower-case letters, digits and underscores (asserted). `calls`, kept up by its own `run`, outlives
    /// it. `on_heard` must not throw. Throws as `pg_connector` does.
    pg_listener(link_settings s, const link_needs& n, pg_link& calls, std::string channel, handler on_heard);

    /// Until it is cancelled. Once.
    [[nodiscard]] async::awaitable<void> run();

    [[nodiscard]] bool is_hearing() const noexcept { return has_proof_ && connection_.is_up(); }

private:
    void hear(std::string_view channel, std::string_view payload);

    /// Gives the connection up where hearing is not proved; for how long, if it is refuted.
    [[nodiscard]] async::awaitable<std::optional<std::chrono::nanoseconds>> prove();

    async::loop& loop_;
    pg_link& calls_;
    const std::string channel_;
    handler on_heard_;
    core::random_source proofs_;
    std::string expected_proof_;
    async::event proof_came_;
    bool has_proof_ = false;
    kept_connection connection_;
};

}  // namespace mayhem::fleet
