#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fleet/pg_link.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "support/postgres_bed.hpp"

namespace mayhem::fleet {

/// Names and addresses as a test wants them, as late as it wants them.
class fake_names final : public address_lookup {
public:
    std::map<std::string, std::vector<std::string>> addresses = {
        {"db.test", {"127.0.0.1"}}, {"db2.test", {"127.0.0.1"}}, {"other.test", {"127.0.0.1"}}};
    std::map<std::string, std::chrono::nanoseconds> delays;

    async::awaitable<core::result<std::vector<std::string>>> find(std::string host) override;
};

/// Keeps what it is told, in words.
class seen_link final : public link_observer {
public:
    std::vector<std::string> connections;  ///< "connected to HOST:PORT", "lost: WHY", "not connected: WHY"
    std::vector<std::string> calls;        ///< "NAME rows 1": how it ended, and how often it was sent

    std::chrono::nanoseconds connecting_took{};  ///< the last time

    void connected(const endpoint& to, std::chrono::nanoseconds took) noexcept override;
    void connection_lost(std::string_view why) noexcept override;
    void not_connected(std::string_view why, std::chrono::nanoseconds wait) noexcept override;
    void called(const call_record& c) noexcept override;

    /// All of `connections`, a line each.
    [[nodiscard]] std::string all() const;
};

/// A link on a loop of its own, for one scenario.
class link_trial {
public:
    using scenario = std::function<async::awaitable<void>(link_trial&)>;

    explicit link_trial(link_settings s);

    /// Keeps the link up while `body` runs, which must not capture what it needs (it is a coroutine): `*this` has it.
    /// Fails the test for what it throws.
    void run(const scenario& body);

    async::real_clock clock;
    async::loop loop{clock};
    async::thread_pool pool{2, "test"};
    fake_names names;
    seen_link seen;
    pg_link link;

    /// Waits until the link is connected; fails the test where it is not after `limit`.
    [[nodiscard]] async::awaitable<void> connected(std::chrono::nanoseconds limit = std::chrono::seconds{60});

    /// Waits until no host could be connected to; the words are in `seen`.
    [[nodiscard]] async::awaitable<void> not_connected();

    /// A statement, with time enough.
    [[nodiscard]] async::awaitable<call_outcome> call(std::string sql,
                                                      std::chrono::nanoseconds limit = std::chrono::seconds{30});

    /// What blocks, beside the loop.
    [[nodiscard]] async::awaitable<void> aside(std::function<void()> work);

    /// How long the loop was held at most so far.
    [[nodiscard]] std::chrono::nanoseconds lag() const noexcept;

    [[nodiscard]] link_needs needs();
};

/// What a link to `bed` is told: over TCP with TLS and password as `host`, which `fake_names` knows.
[[nodiscard]] link_settings settings_for(const test::postgres_bed& bed, const std::string& host = "db.test");

/// The first value of the first row; what else it is, in words.
[[nodiscard]] std::string value_of(const call_outcome& outcome);

/// The reason of `unknown` or `not_sent`, the text of `refused`; empty for rows.
[[nodiscard]] std::string reason_of(const call_outcome& outcome);

/// Expects that a scenario holds its loop for less than 100 ms; `once` plays it and returns how long it was. What holds
/// a loop does so each time, but a busy machine may stand still in one try or another: so there are five.
void expect_prompt(const std::function<std::chrono::nanoseconds()>& once);

}  // namespace mayhem::fleet
