#include "integration/fleet/link_trial.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_group.hpp"
#include "system/boot_time.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::fleet {

namespace {

using namespace std::chrono_literals;

constexpr auto longest_lag = 100ms;
constexpr int tries_max = 5;

async::awaitable<void> play(async::task_group& beside, link_trial& trial, const link_trial::scenario& body) {
    const async::frame here;
    beside.spawn("link", trial.link.run());
    const auto played = co_await async::settle(body(trial));
    beside.cancel();
    played.rethrow_if_failed();
}

async::awaitable<void> play_beside_link(link_trial& trial, const link_trial::scenario& body) {
    const async::frame here;
    co_await async::with_group("trial", [&](async::task_group& beside) { return play(beside, trial, body); });
}

std::string kind_of(const call_outcome* outcome) {
    if (outcome == nullptr) {
        return "cancelled";
    }
    constexpr std::array<const char*, 4> kinds = {"rows", "refused", "unknown", "not sent"};
    return kinds.at(outcome->index());
}

}  // namespace

async::awaitable<core::result<std::vector<std::string>>> fake_names::find(std::string host) {
    const async::frame here;
    co_await async::sleep_for(delays[host]);
    if (!addresses.contains(host)) {
        co_return core::failure{host + " has no address"};
    }
    co_return addresses.at(host);
}

void seen_link::connected(const endpoint& to, std::chrono::nanoseconds took) noexcept {
    connecting_took = took;
    connections.push_back("connected to " + describe(to));
}
void seen_link::connection_lost(std::string_view why) noexcept { connections.push_back("lost: " + std::string(why)); }
void seen_link::not_connected(std::string_view why, std::chrono::nanoseconds /*wait*/) noexcept {
    connections.push_back("not connected: " + std::string(why));
}
void seen_link::called(const call_record& c) noexcept {
    calls.push_back(std::string(c.name) + ' ' + kind_of(c.outcome) + ' ' + std::to_string(c.tries));
}

std::string seen_link::all() const {
    std::string lines;
    for (const std::string& line : connections) {
        lines += line + '\n';
    }
    return lines;
}

link_trial::link_trial(link_settings s) : link(std::move(s), needs()) {}

link_needs link_trial::needs() {
    return {.loop = loop,
            .names = names,
            .observer = seen,
            .random = core::random_source(1),
            .boot_time = &system::boot_time};
}

void link_trial::run(const scenario& body) { drivers::run_task(loop, play_beside_link(*this, body)); }

async::awaitable<void> link_trial::connected(std::chrono::nanoseconds limit) {
    const async::frame here;
    const auto until = loop.now() + limit;
    while (!link.is_connected() && loop.now() < until) {
        co_await async::sleep_for(1ms);
    }
    EXPECT_TRUE(link.is_connected()) << seen.all();
}

async::awaitable<void> link_trial::not_connected() {
    const async::frame here;
    const auto until = loop.now() + 60s;
    while (seen.connections.empty() && loop.now() < until) {
        co_await async::sleep_for(1ms);
    }
    EXPECT_FALSE(link.is_connected());
    EXPECT_FALSE(seen.connections.empty());
}

async::awaitable<call_outcome> link_trial::call(std::string sql, std::chrono::nanoseconds limit) {
    return link.call({.name = "test", .sql = std::move(sql)}, {.limit = limit});
}

async::awaitable<void> link_trial::aside(std::function<void()> work) {
    const async::frame here;
    co_await async::run_blocking(pool, std::move(work));
}

std::chrono::nanoseconds link_trial::lag() const noexcept { return const_cast<async::loop&>(loop).monitor().lag_max(); }

link_settings settings_for(const test::postgres_bed& bed, const std::string& host) {
    const std::string password_file = bed.folder() / "password";
    std::ofstream(password_file) << "secret\n";
    ::chmod(password_file.c_str(), 0600);
    return {.hosts = {{host, bed.port()}},
            .dbname = "fleet",
            .user = "mayhem",
            .password_file = password_file,
            .ca = bed.ca(),
            .connect_limit = 10s};
}

std::string value_of(const call_outcome& outcome) {
    const auto* const done = std::get_if<rows>(&outcome);
    if (done == nullptr) {
        return kind_of(&outcome) + ": " + reason_of(outcome);
    }
    if (done->values.empty() || done->values[0].empty()) {
        return "no rows";
    }
    return done->values[0][0].value_or("null");
}

std::string reason_of(const call_outcome& outcome) {
    if (const auto* const no = std::get_if<refused>(&outcome)) {
        return no->sqlstate + ' ' + no->text;
    }
    if (const auto* const lost = std::get_if<unknown>(&outcome)) {
        return lost->why;
    }
    const auto* const kept = std::get_if<not_sent>(&outcome);
    return kept == nullptr ? "" : kept->why;
}

void expect_prompt(const std::function<std::chrono::nanoseconds()>& once) {
    auto shortest = std::chrono::nanoseconds::max();
    for (int tries = 0; tries < tries_max && shortest >= longest_lag && !::testing::Test::HasFailure(); ++tries) {
        shortest = std::min(shortest, once());
    }
    EXPECT_LT(shortest, longest_lag) << "the loop was held, in each of " << tries_max << " tries, for "
                                     << std::chrono::duration<double>(shortest).count() << " s or longer";
}

}  // namespace mayhem::fleet
