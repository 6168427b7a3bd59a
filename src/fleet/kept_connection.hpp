#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "fleet/connect_pace.hpp"
#include "fleet/link_needs.hpp"
#include "fleet/link_observer.hpp"
#include "fleet/link_settings.hpp"
#include "fleet/pg_connection.hpp"
#include "fleet/pg_connector.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/loop.hpp"

namespace mayhem::fleet {

/// A connection that is made, followed until it is gone, and made again as `connect_pace` says; the observer is told of
/// each. The loop's thread only.
class kept_connection {
public:
    /// Runs beside each connection from when it is up, and ends with it at the latest. Says how long nothing is tried
    /// after that; nothing: as the pace says.
    using companion = std::function<async::awaitable<std::optional<std::chrono::nanoseconds>>()>;

    /// What `n` refers to outlives it. Throws as `pg_connector` does.
    kept_connection(link_settings s, const link_needs& n);

    /// Until it is cancelled. Once.
    [[nodiscard]] async::awaitable<void> run(companion beside = {});

    [[nodiscard]] pg_connection& operator*() noexcept { return connection_; }
    [[nodiscard]] pg_connection* operator->() noexcept { return &connection_; }
    [[nodiscard]] bool is_up() const noexcept { return connection_.is_up(); }

    /// Why there is none, while there is none.
    [[nodiscard]] const std::string& away() const noexcept { return away_; }
    [[nodiscard]] const link_settings& settings() const noexcept { return connector_.settings(); }

private:
    async::loop& loop_;
    link_observer& observer_;
    pg_connector connector_;
    connect_pace pace_;
    std::string away_ = "no host was tried yet";
    pg_connection connection_;
};

}  // namespace mayhem::fleet
