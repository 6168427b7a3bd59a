#include "fleet/pg_listener.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::fleet {

namespace {

bool may_stand_in_a_channel(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace

pg_listener::pg_listener(link_settings s, const link_needs& n, pg_link& calls, std::string channel, handler on_heard)
    : loop_(n.loop),
      calls_(calls),
      channel_(std::move(channel)),
      on_heard_(std::move(on_heard)),
      proofs_(n.random.stream("proofs")),
      connection_(std::move(s), n) {
    MAYHEM_ASSERT(!channel_.empty() && std::ranges::all_of(channel_, may_stand_in_a_channel),
                  "a channel's name needs no quotes");
    connection_->on_notification([this](std::string_view on, std::string_view payload) { hear(on, payload); });
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
    return connection_.run([this] { return prove(); });
}

async::awaitable<std::optional<std::chrono::nanoseconds>> pg_listener::prove() {
    const async::frame here;
    has_proof_ = false;
    const auto until = async::clock::after(loop_.now(), connection_.settings().call_limit);
    const call_outcome begun = co_await connection_->ask({.name = "listen", .sql = "LISTEN " + channel_}, until);
    if (!std::holds_alternative<rows>(begun)) {
        connection_->drop("LISTEN was not carried out");
        co_return std::nullopt;
    }
    expected_proof_ = "proof " + std::to_string(proofs_.next());
    proof_came_.clear();
    const call_outcome told = co_await calls_.call(
        {.name = "notify", .sql = "SELECT pg_notify($1, $2)", .parameters = {channel_, expected_proof_}});
    if (!std::holds_alternative<rows>(told)) {
        connection_->drop("that LISTEN works could not be tried without the other connection");
        co_return std::nullopt;
    }
    const auto came = co_await async::with_timeout(proof_came_.wait(), proof_limit);
    has_proof_ = came.has_value();
    if (has_proof_ || !connection_.is_up()) {
        co_return std::nullopt;
    }
    connection_->drop("LISTEN is silent here, as behind a pooler of transactions: polling instead");
    co_return deaf_for;
}

}  // namespace mayhem::fleet
