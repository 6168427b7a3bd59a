// Proves that a link knows what it does not know, and comes back, whatever happens to the database in the middle of a
// call: frozen, killed, restarted, its standby gone; and that none of it holds the loop.
#include <csignal>

#include <gtest/gtest.h>

#include "integration/fleet/link_trial.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_group.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::fleet {
namespace {

using namespace std::chrono_literals;

/// What the scenarios have at hand: they are coroutines, and capture nothing.
struct scene {
    test::postgres_bed& bed;
    link_trial& trial;
};
using act = async::awaitable<void> (*)(scene);

/// Plays `what` with a link that is connected. The words of the last try.
seen_link play(test::postgres_bed& bed, const link_settings& s, act what) {
    seen_link seen;
    expect_prompt([&] {
        link_trial trial(s);
        trial.run([&](link_trial& t) { return what({bed, t}); });
        seen = trial.seen;
        return trial.lag();
    });
    return seen;
}

async::awaitable<pid_t> backend_of(link_trial& t) {
    const async::frame here;
    co_await t.connected();
    const auto pid = co_await t.call("SELECT pg_backend_pid()");
    co_return static_cast<pid_t>(std::stol(value_of(pid)));
}

async::awaitable<void> freeze_backend(scene s) {
    const async::frame here;
    const pid_t backend = co_await backend_of(s.trial);
    s.bed.signal_backend(backend, SIGSTOP);
    const auto began = s.trial.clock.now();
    const auto outcome = co_await s.trial.call("SELECT 1", 500ms);
    const auto took = s.trial.clock.now() - began;
    s.bed.signal_backend(backend, SIGCONT);
    EXPECT_TRUE(std::holds_alternative<unknown>(outcome)) << value_of(outcome);
    EXPECT_EQ(reason_of(outcome), "no answer in time");
    EXPECT_GE(took, 500ms);
    EXPECT_LT(took, 5s);
    const auto at_once = co_await s.trial.call("SELECT 2");
    EXPECT_TRUE(std::holds_alternative<not_sent>(at_once)) << value_of(at_once);
    co_await s.trial.connected();
    const auto next = co_await s.trial.call("SELECT 3");
    EXPECT_EQ(value_of(next), "3");
}

TEST(PgLinkTroubleTest, AFrozenBackendCostsTheConnectionAndItsCallIsUnknown) {
    test::postgres_bed bed;

    const seen_link seen = play(bed, settings_for(bed), &freeze_backend);

    EXPECT_EQ(seen.calls,
              (std::vector<std::string>{"test rows 1", "test unknown 1", "test not sent 0", "test rows 1"}));
}

async::awaitable<void> freeze_postmaster(scene s) {
    const async::frame here;
    co_await s.trial.connected();
    s.bed.freeze();
    const auto still = co_await s.trial.call("SELECT 1");
    EXPECT_EQ(value_of(still), "1");
    const auto cut = co_await s.trial.call("SELECT pg_sleep(30)", 50ms);
    EXPECT_TRUE(std::holds_alternative<unknown>(cut)) << value_of(cut);
    const auto until = s.trial.clock.now() + 30s;
    while (s.trial.seen.connections.size() < 3 && s.trial.clock.now() < until) {
        co_await async::sleep_for(1ms);
    }
    EXPECT_NE(s.trial.seen.all().find("not connected: db.test:" + s.bed.port() + ": no answer in time"),
              std::string::npos)
        << s.trial.seen.all();
    s.bed.thaw();
    co_await s.trial.connected();
}

TEST(PgLinkTroubleTest, AFrozenPostmasterLetsNobodyInAndThoseWhoAreInGoOn) {
    test::postgres_bed bed;
    link_settings s = settings_for(bed);
    s.connect_limit = 500ms;

    (void)play(bed, s, &freeze_postmaster);
}

async::awaitable<void> end_backend(scene s, int signal) {
    const async::frame here;
    const pid_t backend = co_await backend_of(s.trial);
    auto [outcome, ended] = co_await async::gather_settled(s.trial.call("SELECT pg_sleep(30)"), s.trial.aside([&] {
        std::this_thread::sleep_for(100ms);
        s.bed.signal_backend(backend, signal);
    }));
    ended.rethrow_if_failed();
    EXPECT_TRUE(std::holds_alternative<unknown>(*outcome)) << value_of(*outcome);
    co_await s.trial.connected();
    const auto next = co_await s.trial.call("SELECT 2");
    EXPECT_EQ(value_of(next), "2");
}

TEST(PgLinkTroubleTest, ABackendThatIsEndedInACallLeavesItOpen) {
    test::postgres_bed bed;

    (void)play(bed, settings_for(bed), [](scene s) { return end_backend(s, SIGTERM); });
}

TEST(PgLinkTroubleTest, ABackendThatIsKilledInACallLeavesItOpen) {
    test::postgres_bed bed;

    (void)play(bed, settings_for(bed), [](scene s) { return end_backend(s, SIGKILL); });
}

async::awaitable<void> cancel_wait_for_standby(scene s) {
    const async::frame here;
    const pid_t backend = co_await backend_of(s.trial);
    auto [outcome, cancelled] =
        co_await async::gather_settled(s.trial.call("INSERT INTO acts VALUES (1)"), s.trial.aside([&] {
            const bool waits = test::comes_true([&] {
                return s.bed.sql("SELECT wait_event FROM pg_stat_activity WHERE pid = " + std::to_string(backend)) ==
                       "SyncRep\n";
            });
            EXPECT_TRUE(waits);
            s.bed.sql("SELECT pg_cancel_backend(" + std::to_string(backend) + ")");
        }));
    cancelled.rethrow_if_failed();
    EXPECT_TRUE(std::holds_alternative<unknown>(*outcome)) << value_of(*outcome);
    EXPECT_NE(reason_of(*outcome).find("canceling wait for synchronous replication"), std::string::npos)
        << reason_of(*outcome);
    const auto visible = co_await s.trial.call("SELECT count(*) > 0 FROM acts");
    EXPECT_EQ(value_of(visible), "t") << "and it was done here";
}

TEST(PgLinkTroubleTest, ACancelledWaitForTheStandbyIsNotTakenForSuccess) {
    test::postgres_bed bed;
    bed.sql("CREATE TABLE acts (id int); GRANT ALL ON acts TO mayhem");
    bed.sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
    bed.sql("SELECT pg_reload_conf()");

    (void)play(bed, settings_for(bed), &cancel_wait_for_standby);
}

async::awaitable<void> cancel_caller(scene s) {
    const async::frame here;
    co_await s.trial.connected();
    auto [busy, waits] = co_await async::gather_settled(async::with_timeout(s.trial.call("SELECT pg_sleep(0.3)"), 10s),
                                                        async::with_timeout(s.trial.call("SELECT 1"), 50ms));
    EXPECT_FALSE(*waits) << "it was cancelled while it waited for its turn";
    EXPECT_TRUE(*busy && std::holds_alternative<rows>(**busy)) << "which is no affair of the one under way";
    EXPECT_TRUE(s.trial.link.is_connected());
    const auto cut = co_await async::with_timeout(s.trial.call("SELECT pg_sleep(30)"), 50ms);
    EXPECT_FALSE(cut);
    EXPECT_FALSE(s.trial.link.is_connected());
    co_await s.trial.connected();
    const auto next = co_await s.trial.call("SELECT 2");
    EXPECT_EQ(value_of(next), "2");
}

TEST(PgLinkTroubleTest, ACancelledCallerTakesTheConnectionWithHimOnlyIfHisStatementIsUnderWay) {
    test::postgres_bed bed;

    const seen_link seen = play(bed, settings_for(bed), &cancel_caller);

    EXPECT_EQ(seen.calls, (std::vector<std::string>{"test rows 1", "test cancelled 1", "test rows 1"}));
    EXPECT_NE(seen.all().find("lost: the caller of test was cancelled"), std::string::npos) << seen.all();
}

async::awaitable<void> restart_database(scene s) {
    const async::frame here;
    co_await s.trial.connected();
    co_await s.trial.aside([&] { s.bed.stop(); });
    const auto until = s.trial.clock.now() + 30s;
    while (s.trial.link.is_connected() && s.trial.clock.now() < until) {
        co_await async::sleep_for(1ms);
    }
    const auto away = co_await s.trial.call("SELECT 1");
    EXPECT_TRUE(std::holds_alternative<not_sent>(away)) << value_of(away);
    co_await s.trial.aside([&] { s.bed.start(); });
    co_await s.trial.connected();
    const auto next = co_await s.trial.call("SELECT 2");
    EXPECT_EQ(value_of(next), "2");
}

TEST(PgLinkTroubleTest, ComesBackWhenTheDatabaseDoes) {
    test::postgres_bed bed;

    const seen_link seen = play(bed, settings_for(bed), &restart_database);

    EXPECT_NE(seen.all().find("lost: "), std::string::npos) << seen.all();
}

}  // namespace
}  // namespace mayhem::fleet
