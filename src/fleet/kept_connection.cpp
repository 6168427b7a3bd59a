#include "fleet/kept_connection.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::fleet {

namespace {

async::awaitable<std::optional<std::chrono::nanoseconds>> nobody() {
    return async::ready(std::optional<std::chrono::nanoseconds>());
}

}  // namespace

kept_connection::kept_connection(link_settings s, const link_needs& n)
    : loop_(n.loop),
      observer_(n.observer),
      connector_(n.loop, std::move(s), n.names),
      pace_(connector_.settings().fleet_hosts, n.random.stream("connect")),
      connection_(n.loop) {}

async::awaitable<void> kept_connection::run(companion beside) {
    const async::frame here;
    if (!beside) {
        beside = &nobody;
    }
    std::chrono::nanoseconds wait = pace_.next();
    for (;;) {
        co_await async::sleep_for(wait);
        const auto began = loop_.now();
        const bool is_connected = co_await connector_.connect(connection_);
        if (!is_connected) {
            pace_.failed();
            wait = pace_.next();
            away_ = connector_.trouble();
            observer_.not_connected(away_, wait);
            continue;
        }
        const auto since = loop_.now();
        observer_.connected(connector_.current(), since - began);
        const auto [followed, pause] = co_await async::gather_settled(connection_.follow(), beside());
        followed.rethrow_if_failed();
        pause.rethrow_if_failed();
        pace_.lost(loop_.now() - since);
        wait = *pause ? **pause : pace_.next();
        away_ = connection_.trouble();
        observer_.connection_lost(away_);
    }
}

}  // namespace mayhem::fleet
