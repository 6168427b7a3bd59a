#include "fleet/pg_listener.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::fleet {

namespace {

bool may_stand_in_a_channel(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace

pg_listener::pg_listener(link_settings s, link_needs n, pg_link& calls, std::string channel, handler on_heard)
    : needs_(std::move(n)),
      calls_(calls),
      channel_(std::move(channel)),
      on_heard_(std::move(on_heard)),
      connector_(needs_.loop, std::move(s), needs_.names),
      pace_(connector_.settings().fleet_hosts, needs_.random.stream("connect")),
      proofs_(needs_.random.stream("proofs")),
      connection_(needs_.loop) {
    MAYHEM_ASSERT(!channel_.empty() && std::ranges::all_of(channel_, may_stand_in_a_channel),
                  "a channel's name needs no quotes");
    connection_.on_notification([this](std::string_view on, std::string_view payload) { hear(on, payload); });
}

void pg_listener::hear(std::string_view channel, std::string_view payload) {
    if (channel != channel_) {
        return;
    }
    if (payload.starts_with("proof ")) {  // ours, or another daemon's
        if (payload == expected_proof_) {
            proof_came_.set();
        }
    } else if (on_heard_) {
        on_heard_(payload);
    }
}

async::awaitable<void> pg_listener::run() {
    const async::frame here;
    std::chrono::nanoseconds wait = pace_.next();
    for (;;) {
        co_await async::sleep_for(wait);
        const auto began = needs_.loop.now();
        const bool is_connected = co_await connector_.connect(connection_);
        if (!is_connected) {
            pace_.failed();
            wait = pace_.next();
            needs_.observer.not_connected(connector_.trouble(), wait);
            continue;
        }
        const auto since = needs_.loop.now();
        needs_.observer.connected(connector_.current(), since - began);
        const auto [followed, proved] = co_await async::gather_settled(connection_.follow(), prove());
        is_hearing_ = false;
        followed.rethrow_if_failed();
        proved.rethrow_if_failed();
        pace_.lost(needs_.loop.now() - since);
        wait = *proved == proof::refuted ? deaf_for : pace_.next();
        needs_.observer.connection_lost(connection_.trouble());
    }
}

async::awaitable<pg_listener::proof> pg_listener::prove() {
    const async::frame here;
    const auto until = async::clock::after(needs_.loop.now(), connector_.settings().call_limit);
    const call_outcome begun = co_await connection_.ask({.name = "listen", .sql = "LISTEN " + channel_}, until);
    if (!std::holds_alternative<rows>(begun)) {
        connection_.drop("LISTEN was not carried out");
        co_return proof::postponed;
    }
    expected_proof_ = "proof " + std::to_string(proofs_.next());
    proof_came_.clear();
    const call_outcome told = co_await calls_.call(
        {.name = "notify", .sql = "SELECT pg_notify($1, $2)", .parameters = {channel_, expected_proof_}});
    if (!std::holds_alternative<rows>(told)) {
        connection_.drop("that LISTEN works could not be tried without the other connection");
        co_return proof::postponed;
    }
    const auto came = co_await async::with_timeout(proof_came_.wait(), proof_limit);
    if (!came && connection_.is_up()) {
        connection_.drop("LISTEN is silent here, as behind a pooler of transactions: polling instead");
        co_return proof::refuted;
    }
    is_hearing_ = came.has_value() && connection_.is_up();
    co_return is_hearing_ ? proof::given : proof::postponed;
}

}  // namespace mayhem::fleet
