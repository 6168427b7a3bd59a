// Proves that a supervised command is kept alive, restarted on purpose exactly once per incarnation, seen to recover,
// and ended with its supervisor, on real processes that this test starts itself.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/supervised/supervised_driver.hpp"
#include "drivers/supervised/supervisor.hpp"
#include "integration/drivers/test_process.hpp"
#include "integration/drivers/until.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/text/command_id.hpp"
#include "support/may_act.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using kind = supervisor_event::kind;

namespace {

class SupervisorIntegrationTest : public ::testing::Test {
protected:
    void TearDown() override { EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left behind"; }

    supervisor make(supervisor_settings settings) {
        return supervisor(std::move(settings), table_, [this](const supervisor_event& e) { events_.push_back(e); });
    }

    /// Runs `s` beside `story`, and ends it after that.
    void tell(supervisor& s, async::awaitable<void> story) {
        async::task_group supervised(loop_, "supervised", fail_test);
        async::task_group told(loop_, "story", fail_test);
        supervised.spawn("supervisor", s.run());
        told.spawn("story", then_cancel(std::move(story), supervised));
        loop_.run();
    }

    [[nodiscard]] std::size_t count(kind what) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(events_, [what](const supervisor_event& e) { return e.what == what; }));
    }

    std::vector<supervisor_event> events_;
    const process_table table_;
    async::real_clock clock_;
    async::loop loop_{clock_};

private:
    static async::awaitable<void> then_cancel(async::awaitable<void> story, async::task_group& supervised) {
        const async::frame here;
        async::settled<void> told;
        co_await test::note(std::move(story), told);
        supervised.cancel();
        told.rethrow_if_failed();
    }
};

async::awaitable<core::target> the_target(supervised_driver& driver) {
    const async::frame here;
    while (true) {
        const std::vector<core::target> listed = co_await driver.list();
        if (!listed.empty()) {
            co_return listed.front();
        }
        co_await async::sleep_for(5ms);
    }
}

async::awaitable<core::target> the_successor(supervised_driver& driver, core::target t) {
    const async::frame here;
    while (true) {
        const std::optional<core::target> next = co_await driver.successor(t);
        if (next) {
            co_return *next;
        }
        co_await async::sleep_for(5ms);
    }
}

async::awaitable<void> restart_once_and_again(supervised_driver& driver) {
    const async::frame here;
    const core::target t = co_await the_target(driver);
    EXPECT_EQ(t.id, core::command_id("sleep 1000"));
    EXPECT_EQ(t.name, "sleep");

    const ports::act_result acted = co_await driver.restart(t, test::may_act);
    EXPECT_EQ(acted.refused_by, std::nullopt);
    const core::target next = co_await the_successor(driver, t);
    EXPECT_NE(next.incarnation, t.incarnation);
    EXPECT_EQ(next.id, t.id);

    const ports::act_result again = co_await driver.restart(t, test::may_act);
    EXPECT_EQ(again.refused_by, core::guard::already_restarted);
    const std::optional<core::target> unharmed = co_await driver.successor(t);
    EXPECT_EQ(unharmed, next);
}

async::awaitable<void> restart_once(supervised_driver& driver) {
    const async::frame here;
    const core::target t = co_await the_target(driver);
    const ports::act_result acted = co_await driver.restart(t, test::may_act);
    EXPECT_EQ(acted.refused_by, std::nullopt);
    const core::target next = co_await the_successor(driver, t);
    EXPECT_NE(next.incarnation, t.incarnation);
}

bool current_has(const supervisor& s, std::string_view set) {
    return s.current() != nullptr && has_signal(s.current()->pid, set, SIGTERM);
}

async::awaitable<void> restart_once_it_ignores_term(supervisor& s, supervised_driver& driver) {
    const async::frame here;
    co_await until([&s] { return current_has(s, "SigIgn"); });
    co_await restart_once(driver);
}

async::awaitable<void> restart_and_cancel_once_it_holds_term(supervisor& s, supervised_driver& driver) {
    const async::frame here;
    co_await until([&s] { return current_has(s, "SigBlk"); });
    const core::target t = co_await the_target(driver);
    async::settled<ports::act_result> result;
    async::task_group group(async::this_loop(), "act", fail_test);
    group.spawn("restart", test::note(driver.restart(t, test::may_act), result));
    co_await until([&s] { return current_has(s, "ShdPnd"); });
    group.cancel();
    co_await group.join();
    EXPECT_TRUE(result.has_value()) << "it was acted on, and that goes on record";
    EXPECT_TRUE(current_has(s, "ShdPnd")) << "the same life, as it was";
}

async::awaitable<void> be_spared_once_it_ignores_term(supervisor& s, supervised_driver& driver) {
    const async::frame here;
    co_await until([&s] { return current_has(s, "SigIgn"); });
    const core::target t = co_await the_target(driver);
    const test::withdrawn_later halted(core::guard::halted);
    const ports::act_result acted = co_await driver.restart(t, halted);
    EXPECT_EQ(acted.refused_by, std::nullopt) << "it was sent TERM, and that goes on record";
    EXPECT_THAT(acted.trouble, HasSubstr("was spared SIGKILL: halted"));
    const core::target after = co_await the_target(driver);
    EXPECT_EQ(after, t) << "the same life";
}

async::awaitable<void> expect_nothing_ready(supervisor& s, supervised_driver& driver) {
    const async::frame here;
    co_await until([&s] { return s.current() != nullptr; });
    const std::vector<core::target> listed = co_await driver.list();
    EXPECT_THAT(listed, IsEmpty());
}

}  // namespace

TEST_F(SupervisorIntegrationTest, RestartsOncePerIncarnationAndSeesTheRecovery) {
    supervisor s = make({.command = {"sleep", "1000"}});
    supervised_driver driver({}, s);

    tell(s, restart_once_and_again(driver));

    EXPECT_EQ(s.lives(), 2U);
    ASSERT_EQ(count(kind::ended), 1U) << "the end of the supervisor is no event";
    EXPECT_EQ(events_[1].how, "killed by SIGKILL");
    EXPECT_TRUE(events_[1].on_purpose);
    EXPECT_EQ(events_[1].restart_in, 0s);
    EXPECT_EQ(s.current(), nullptr);
}

TEST_F(SupervisorIntegrationTest, StartsAgainWhatDiesByItself) {
    supervisor s = make({.command = {"sh", "-c", "exit 3"},
                         .policy = {.delay_initial = 1ms,
                                    .stable_after = 1h,  // however long the test is held up
                                    .crash_loop_deaths = 3,
                                    .crash_loop_window = 1h}});

    tell(s, until([&s] { return s.lives() >= 5; }));

    EXPECT_EQ(events_[1].how, "exited with status 3");
    EXPECT_FALSE(events_[1].on_purpose);
    EXPECT_EQ(events_[1].restart_in, 1ms);
    EXPECT_EQ(events_[3].restart_in, 2ms);
    EXPECT_EQ(count(kind::crash_loop), 1U);
    EXPECT_TRUE(s.is_crash_looping());
}

TEST_F(SupervisorIntegrationTest, ThrowsWhenTheFirstStartFails) {
    supervisor s = make({.command = {"no-such-command"}});

    EXPECT_THROW(run_task(loop_, s.run()), spawn_failed);
    EXPECT_THAT(events_, IsEmpty());
}

TEST_F(SupervisorIntegrationTest, TriesAgainWhenALaterStartFails) {
    const std::string program = ::testing::TempDir() + unique_marker();
    std::filesystem::copy_file("/bin/true", program);
    supervisor s = make({.command = {program}, .policy = {.delay_initial = 1ms}});

    tell(s, until([&] {
             if (count(kind::started) > 0) {  // the first start succeeds
                 std::filesystem::remove(program);
             }
             return count(kind::start_failed) >= 2;
         }));

    EXPECT_GE(count(kind::started), 1U);
    EXPECT_THAT(events_.back().how, HasSubstr("No such file or directory"));
}

TEST_F(SupervisorIntegrationTest, IsNotReadyBeforeItsTime) {
    supervisor s = make({.command = {"sleep", "1000"}, .ready_after = 1h});
    supervised_driver driver({}, s);

    tell(s, expect_nothing_ready(s, driver));
}

TEST_F(SupervisorIntegrationTest, KillsAfterTheGraceALifeThatIgnoresTheSignal) {
    supervisor s = make({.command = {MAYHEM_VICTIM, "ignore-term", unique_marker()}, .end_grace = 50ms});
    supervised_driver driver({.signal = SIGTERM, .kill_after = 50ms}, s);

    tell(s, restart_once_it_ignores_term(s, driver));

    EXPECT_EQ(events_[1].how, "killed by SIGKILL");
    EXPECT_TRUE(events_[1].on_purpose);
}

TEST_F(SupervisorIntegrationTest, SparesALifeThatIgnoresTheSignalOnceSomebodyHasHalted) {
    supervisor s = make({.command = {MAYHEM_VICTIM, "ignore-term", unique_marker()}, .end_grace = 50ms});
    supervised_driver driver({.signal = SIGTERM, .kill_after = 50ms}, s);

    tell(s, be_spared_once_it_ignores_term(s, driver));

    EXPECT_EQ(count(kind::ended), 0U);
}

TEST_F(SupervisorIntegrationTest, ACancellationInTheGraceLeavesItAtWhatWasSent) {
    supervisor s = make({.command = {MAYHEM_VICTIM, "hold-term", unique_marker()}, .end_grace = 50ms});
    supervised_driver driver({.signal = SIGTERM, .kill_after = 1h}, s);

    tell(s, restart_and_cancel_once_it_holds_term(s, driver));
}

TEST_F(SupervisorIntegrationTest, SignalsTheWholeGroupWhenAskedTo) {
    supervisor s = make({.command = {"sh", "-c", "sleep 1000 & wait"}, .ready_after = 50ms});
    supervised_driver driver({.signal = SIGINT, .scope = supervisor::scope::whole_group, .kill_after = 1h}, s);

    tell(s, restart_once(driver));

    EXPECT_EQ(events_[1].how, "killed by SIGINT");
}

TEST_F(SupervisorIntegrationTest, RefusesWithoutALife) {
    supervisor s = make({.command = {"true"}});
    supervised_driver driver({}, s);

    EXPECT_EQ(run_task(loop_, driver.restart({.id = "true", .incarnation = "1:2:b", .name = "true"}, test::may_act))
                  .refused_by,
              core::guard::already_restarted);
}

TEST_F(SupervisorIntegrationTest, RefusesSettingsThatMakeNoSense) {
    EXPECT_THROW(make({}), std::invalid_argument);
    supervisor s = make({.command = {"true"}});
    EXPECT_THROW(supervised_driver({.signal = SIGSTOP}, s), std::invalid_argument);
}

}  // namespace mayhem::drivers
