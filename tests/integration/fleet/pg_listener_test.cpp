// Proves that a listener hears, or knows that it does not: directly, and through a pgbouncer that lends its connections
// for a transaction.
#include "fleet/pg_listener.hpp"

#include <gtest/gtest.h>

#include "integration/fleet/link_trial.hpp"
#include "integration/fleet/pooler.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_group.hpp"

namespace mayhem::fleet {
namespace {

using namespace std::chrono_literals;

struct scene {
    test::postgres_bed& bed;
    link_trial& trial;
    pg_listener& listener;
    seen_link& seen;  ///< of the listener's connection
    std::vector<std::string>& heard;
};
using act = async::awaitable<void> (*)(scene);

async::awaitable<bool> soon(std::function<bool()> condition) {
    const async::frame here;
    const auto until = async::this_loop().now() + 30s;
    while (!condition() && async::this_loop().now() < until) {
        co_await async::sleep_for(1ms);
    }
    co_return condition();
}

async::awaitable<void> listen_and(async::task_group& beside, scene s, act what) {
    const async::frame here;
    co_await s.trial.connected();
    beside.spawn("listener", s.listener.run());
    const auto played = co_await async::settle(what(s));
    beside.cancel();
    played.rethrow_if_failed();
}

/// Plays `what` with a listener beside the link.
void play(test::postgres_bed& bed, const link_settings& settings, act what) {
    expect_prompt([&] {
        link_trial trial(settings);
        seen_link seen;
        std::vector<std::string> heard;
        link_needs needs = trial.needs();
        pg_listener listener(settings,
                             {.loop = needs.loop,
                              .names = needs.names,
                              .observer = seen,
                              .random = core::random_source(2),
                              .boot_time = needs.boot_time},
                             trial.link, "mayhem", [&heard](std::string_view payload) { heard.emplace_back(payload); });
        const scene s{bed, trial, listener, seen, heard};
        trial.run([&](link_trial&) {
            return async::with_group("listening",
                                     [&](async::task_group& beside) { return listen_and(beside, s, what); });
        });
        EXPECT_FALSE(listener.is_hearing()) << "once it has ended";
        return trial.lag();
    });
}

async::awaitable<void> hear(scene s) {
    const async::frame here;
    const bool is_hearing = co_await soon([s] { return s.listener.is_hearing(); });
    EXPECT_TRUE(is_hearing) << s.seen.all();
    co_await s.trial.aside([s] {
        s.bed.sql("SELECT pg_notify('mayhem', 'halted'), pg_notify('others', 'no'), pg_notify('mayhem', 'resumed')");
    });
    const bool has_heard = co_await soon([s] { return s.heard.size() >= 2; });
    EXPECT_TRUE(has_heard);
    EXPECT_EQ(s.heard, (std::vector<std::string>{"halted", "resumed"}));
}

TEST(PgListenerTest, HearsWhatTheFleetIsTold) {
    test::postgres_bed bed;

    play(bed, settings_for(bed), &hear);
}

async::awaitable<void> hear_nothing(scene s) {
    const async::frame here;
    const bool has_given_up = co_await soon([s] { return s.seen.connections.size() >= 2; });
    EXPECT_TRUE(has_given_up) << s.seen.all();
    EXPECT_FALSE(s.listener.is_hearing());
    EXPECT_NE(s.seen.all().find("LISTEN is silent here"), std::string::npos) << s.seen.all();
    const auto outcome = co_await s.trial.call("SELECT 1");
    EXPECT_EQ(value_of(outcome), "1") << "calls go through the pooler all the same";
}

TEST(PgListenerTest, KnowsThatItHearsNothingThroughAPoolerOfTransactions) {
    test::postgres_bed bed;
    const pooler between(bed);
    link_settings s = settings_for(bed, "127.0.0.1");
    s.hosts = {{"127.0.0.1", between.port()}};
    s.ca.clear();

    play(bed, s, &hear_nothing);
}

async::awaitable<void> hear_after_restart(scene s) {
    const async::frame here;
    const bool is_hearing = co_await soon([s] { return s.listener.is_hearing(); });
    EXPECT_TRUE(is_hearing) << s.seen.all();
    co_await s.trial.aside([s] {
        s.bed.stop();
        s.bed.start();
    });
    const bool is_deaf = co_await soon([s] { return s.seen.connections.size() >= 2; });
    EXPECT_TRUE(is_deaf);
    const bool hears_again = co_await soon([s] { return s.listener.is_hearing(); });
    EXPECT_TRUE(hears_again) << s.seen.all() << s.trial.seen.all();
}

TEST(PgListenerTest, HearsAgainWhenTheDatabaseComesBack) {
    test::postgres_bed bed;

    play(bed, settings_for(bed), &hear_after_restart);
}

}  // namespace
}  // namespace mayhem::fleet
