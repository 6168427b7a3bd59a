// Proves that a link finds the primary among the hosts of a database, also when that is another one now, and that what
// was acknowledged under a synchronous standby is there afterwards. With real servers: a primary, its standby, SIGKILL.
#include <gtest/gtest.h>

#include "integration/fleet/link_trial.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::fleet {
namespace {

using namespace std::chrono_literals;

/// Both as one database, the standby first.
link_settings both(const test::postgres_bed& primary, const test::postgres_bed& standby) {
    link_settings s = settings_for(primary);
    s.hosts = {{"db2.test", standby.port()}, {"db.test", primary.port()}};
    return s;
}

struct scene {
    test::postgres_bed& primary;
    test::postgres_bed& standby;
    link_trial& trial;
};

async::awaitable<void> fail_over(scene s) {
    const async::frame here;
    co_await s.trial.connected();
    EXPECT_EQ(s.trial.seen.all(), "connected to db.test:" + s.primary.port() + "\n");
    const auto written = co_await s.trial.call("INSERT INTO acts VALUES (1)");
    EXPECT_TRUE(std::holds_alternative<rows>(written)) << value_of(written);
    co_await s.trial.aside([s] { s.primary.kill(); });
    const auto until = s.trial.clock.now() + 30s;
    while (s.trial.link.is_connected() && s.trial.clock.now() < until) {
        co_await async::sleep_for(1ms);
    }
    const auto away = co_await s.trial.call("INSERT INTO acts VALUES (2)");
    EXPECT_TRUE(std::holds_alternative<not_sent>(away)) << value_of(away);
    co_await s.trial.aside([s] { s.standby.promote(); });
    co_await s.trial.connected();
    EXPECT_NE(s.trial.seen.all().find("connected to db2.test:" + s.standby.port()), std::string::npos)
        << s.trial.seen.all();
    const auto found = co_await s.trial.call("SELECT string_agg(id::text, ' ') FROM acts");
    EXPECT_EQ(value_of(found), "1");
}

TEST(FailoverTest, FindsTheStandbyThatWasPromotedAndWhatWasAcknowledgedIsThere) {
    test::postgres_bed primary;
    primary.sql("CREATE TABLE acts (id int); GRANT ALL ON acts TO mayhem");
    test::postgres_bed standby(test::postgres_bed::standby_of{primary});
    primary.demand_standby();

    link_trial trial(both(primary, standby));
    trial.run([&](link_trial& t) { return fail_over({primary, standby, t}); });
}

async::awaitable<void> lose_standby(scene s) {
    const async::frame here;
    co_await s.trial.connected();
    co_await s.trial.aside([s] { s.standby.kill(); });
    const auto waits = co_await s.trial.call("INSERT INTO acts VALUES (1)", 500ms);
    EXPECT_TRUE(std::holds_alternative<unknown>(waits)) << value_of(waits);
    EXPECT_EQ(reason_of(waits), "no answer in time");
    co_await s.trial.aside([s] { s.standby.start(); });
    co_await s.trial.connected();
    const auto goes_on = co_await s.trial.call("INSERT INTO acts VALUES (2)");
    EXPECT_TRUE(std::holds_alternative<rows>(goes_on)) << value_of(goes_on);
}

TEST(FailoverTest, WithoutItsStandbyNothingIsAcknowledgedAndWithItAgainItGoesOn) {
    test::postgres_bed primary;
    primary.sql("CREATE TABLE acts (id int); GRANT ALL ON acts TO mayhem");
    test::postgres_bed standby(test::postgres_bed::standby_of{primary});
    primary.demand_standby();

    link_trial trial(both(primary, standby));
    trial.run([&](link_trial& t) { return lose_standby({primary, standby, t}); });
}

TEST(FailoverTest, AServerThatWasKilledStartsAgainAtOnceWithWhatItHad) {
    test::postgres_bed bed;
    bed.sql("CREATE TABLE acts AS SELECT 1 AS id");

    for (int i = 0; i < 3; ++i) {
        bed.kill();
        bed.start();

        EXPECT_EQ(bed.sql("SELECT id FROM acts"), "1\n");
    }
}

}  // namespace
}  // namespace mayhem::fleet
