// Proves that the process driver hits exactly the incarnation it was told to, once, and sees it come back, on real
// processes that this test starts itself: a marker on their command line keeps every selector away from all others.
#include <algorithm>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/process/process_driver.hpp"
#include "integration/drivers/test_process.hpp"
#include "integration/drivers/until.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/core/text/command_id.hpp"
#include "support/may_act.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;

namespace {

class ProcessDriverIntegrationTest : public ::testing::Test {
protected:
    std::unique_ptr<test_process> start(const std::string& mode = "wait") {
        return std::make_unique<test_process>(std::vector<std::string>{MAYHEM_VICTIM, mode, marker_});
    }

    process_driver make(int signal = SIGTERM, std::optional<std::chrono::nanoseconds> kill_after = std::nullopt) {
        return process_driver({.selector = process_selector({.command_line = marker_}),
                               .signal = signal,
                               .kill_after = kill_after,
                               .allow_terminal = true},  // of whoever runs the tests
                              pool_);
    }

    core::target target_of(pid_t pid) const {
        const process_info process = table_.read(pid).value();
        return {.id = core::command_id(process.command_line),
                .incarnation = table_.incarnation_of(process).to_string(),
                .name = process.name};
    }

    core::target with_incarnation_of(pid_t pid, std::uint64_t later_ticks, const std::string& other_boot = "") const {
        core::target t = target_of(pid);
        process_incarnation forged = process_incarnation::parse(t.incarnation).value();
        forged.start_ticks += later_ticks;
        forged.boot_id = other_boot.empty() ? forged.boot_id : other_boot;
        t.incarnation = forged.to_string();
        return t;
    }

    const std::string marker_ = unique_marker();
    const process_table table_;
    async::real_clock clock_;
    async::thread_pool pool_{1, "test"};
    async::loop loop_{clock_};
};

async::awaitable<void> cancel_when(std::function<bool()> condition, async::task_group& group) {
    const async::frame here;
    co_await until(std::move(condition));
    group.cancel();
}

async::awaitable<void> cancel_then(async::task_group& group, std::function<void()> next) {
    const async::frame here;
    group.cancel();
    next();
    co_return;
}

}  // namespace

TEST_F(ProcessDriverIntegrationTest, ListsWhatRunsAndNoZombies) {
    const auto one = start();
    const auto other = start();
    const auto zombie = start();
    zombie->kill(SIGKILL);
    ASSERT_TRUE(zombie->ends_soon());
    process_driver driver = make();

    const auto listed = run_task(loop_, driver.list());

    ASSERT_THAT(listed, SizeIs(2));
    EXPECT_EQ(listed.front().id, core::command_id(std::string(MAYHEM_VICTIM) + " wait " + marker_));
    EXPECT_NE(listed.front().incarnation, listed.back().incarnation);
}

TEST_F(ProcessDriverIntegrationTest, ActsOnceAndRefusesTheSecondTime) {
    const auto victim = start();
    const auto bystander = start();
    process_driver driver = make();
    const core::target t = target_of(victim->pid());

    EXPECT_EQ(run_task(loop_, driver.restart(t, test::may_act)).refused_by, std::nullopt);

    ASSERT_TRUE(victim->ends_soon());
    EXPECT_EQ(run_task(loop_, driver.restart(t, test::may_act)).refused_by, core::guard::already_restarted)
        << "a zombie";
    EXPECT_EQ(victim->reap(), SIGTERM);
    EXPECT_EQ(run_task(loop_, driver.restart(t, test::may_act)).refused_by, core::guard::already_restarted) << "gone";
    EXPECT_FALSE(bystander->has_ended());
}

TEST_F(ProcessDriverIntegrationTest, FindsTheNextLifeUnderAnotherCommandLine) {
    const auto victim = start();
    process_driver driver = make(SIGKILL);
    const core::target t = run_task(loop_, driver.list()).at(0);
    ASSERT_EQ(run_task(loop_, driver.restart(t, test::may_act)).refused_by, std::nullopt);
    const pid_t before = victim->pid();
    ASSERT_EQ(victim->reap(), SIGKILL);
    EXPECT_EQ(run_task(loop_, driver.successor(t)), std::nullopt);

    const test_process next({MAYHEM_VICTIM, "wait", marker_, "-sf", std::to_string(before)});

    const auto found = run_task(loop_, driver.successor(t));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, t.id);
    EXPECT_EQ(found->incarnation, target_of(next.pid()).incarnation);
}

TEST_F(ProcessDriverIntegrationTest, SparesAnotherProcessWithTheSameNumber) {
    const auto stranger = start();
    process_driver driver = make(SIGKILL);

    const auto by_start = run_task(loop_, driver.restart(with_incarnation_of(stranger->pid(), 1), test::may_act));
    const auto by_boot =
        run_task(loop_, driver.restart(with_incarnation_of(stranger->pid(), 0, "another-boot"), test::may_act));

    EXPECT_EQ(by_start.refused_by, core::guard::already_restarted);
    EXPECT_EQ(by_boot.refused_by, core::guard::already_restarted);
    EXPECT_FALSE(stranger->has_ended());
}

TEST_F(ProcessDriverIntegrationTest, SparesWhatTheSelectorDoesNotMatch) {
    test_process other({MAYHEM_VICTIM, "wait", unique_marker()});
    process_driver driver = make(SIGKILL);

    EXPECT_EQ(run_task(loop_, driver.restart(target_of(other.pid()), test::may_act)).refused_by,
              core::guard::not_opted_in);
    EXPECT_FALSE(other.has_ended());
}

TEST_F(ProcessDriverIntegrationTest, SparesItselfItsAncestorsAndInitWhateverTheSelectorSays) {
    process_driver driver({.selector = process_selector({.user = ::geteuid()})}, pool_);

    for (const pid_t pid : {::getpid(), ::getppid(), pid_t{1}}) {
        EXPECT_EQ(run_task(loop_, driver.restart(target_of(pid), test::may_act)).refused_by,
                  core::guard::protected_target)
            << pid;
    }
    const auto listed = run_task(loop_, driver.list());
    EXPECT_TRUE(std::ranges::none_of(listed, [this](const core::target& t) {
        return t.incarnation == target_of(::getpid()).incarnation ||
               t.incarnation == target_of(::getppid()).incarnation;
    }));
}

TEST_F(ProcessDriverIntegrationTest, SeesTheVictimComeBackAndNotItsSiblings) {
    const auto victim = start();
    const core::target t = target_of(victim->pid());
    const auto sibling = start();       // newer than the victim, older than the act
    std::this_thread::sleep_for(20ms);  // start times have ticks of 10 ms
    process_driver driver = make();
    ASSERT_EQ(run_task(loop_, driver.restart(t, test::may_act)).refused_by, std::nullopt);
    ASSERT_TRUE(victim->ends_soon());

    EXPECT_EQ(run_task(loop_, driver.successor(t)), std::nullopt);
    const auto another_kind = start("ignore-term");
    EXPECT_EQ(run_task(loop_, driver.successor(t)), std::nullopt) << "matches, but is another command line";
    const auto replacement = start();
    const auto found = run_task(loop_, driver.successor(t));

    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, t.id);
    EXPECT_EQ(found->incarnation, target_of(replacement->pid()).incarnation);
}

TEST_F(ProcessDriverIntegrationTest, WhatIgnoresTheSignalStandsAndHasNoSuccessorBesideIt) {
    const auto victim = start("ignore-term");
    process_driver driver = make();
    const core::target t = run_task(loop_, driver.list()).at(0);
    ASSERT_EQ(run_task(loop_, driver.restart(t, test::may_act)).refused_by, std::nullopt);
    const auto sibling = start("ignore-term");  // of the same command line, and younger than the act

    EXPECT_EQ(run_task(loop_, driver.successor(t)), std::nullopt);
    const ports::departure d = run_task(loop_, driver.afterwards()->departure_of(t));

    EXPECT_EQ(d.is, core::passing::stands);
    EXPECT_THAT(d.seen, HasSubstr("pid " + std::to_string(victim->pid()) + " still runs, and ignores SIGTERM"));
    EXPECT_EQ(driver.afterwards()->ended_at(t), std::nullopt);
}

TEST_F(ProcessDriverIntegrationTest, SaysWhenTheVictimHadEndedAndThatNothingCame) {
    const auto victim = start();
    process_driver driver = make(SIGKILL);
    const core::target t = run_task(loop_, driver.list()).at(0);
    ASSERT_EQ(run_task(loop_, driver.restart(t, test::may_act)).refused_by, std::nullopt);
    ASSERT_TRUE(victim->ends_soon());  // and waits for its parent

    EXPECT_EQ(run_task(loop_, driver.successor(t)), std::nullopt);
    const ports::departure d = run_task(loop_, driver.afterwards()->departure_of(t));

    EXPECT_EQ(d.is, core::passing::ended);
    EXPECT_THAT(d.seen, HasSubstr("pid " + std::to_string(victim->pid()) + " ended within "));
    EXPECT_THAT(d.seen, HasSubstr("; nothing like it has started since"));
    EXPECT_TRUE(driver.afterwards()->ended_at(t));
}

TEST_F(ProcessDriverIntegrationTest, LeavesWhatSomebodyHasStoppedToHim) {
    const auto victim = start();
    process_driver driver = make();
    const core::target t = run_task(loop_, driver.list()).at(0);
    victim->kill(SIGSTOP);
    while (table_.read(victim->pid())->state != 'T') {
        std::this_thread::yield();
    }

    const auto refused = run_task(loop_, driver.restart(t, test::may_act));

    EXPECT_EQ(refused.refused_by, core::guard::busy);
    EXPECT_EQ(refused.trouble, "somebody has stopped it, and may continue it");
    victim->kill(SIGCONT);
}

TEST_F(ProcessDriverIntegrationTest, TellsWhoFallsWithAMaster) {
    const auto master = start("master");
    process_driver driver = make();

    std::vector<core::target> both = run_task(loop_, driver.list());
    ASSERT_THAT(both, SizeIs(2));
    const auto is_master = [&](const core::target& t) { return t.incarnation == target_of(master->pid()).incarnation; };
    std::ranges::partition(both, is_master);
    const auto reaches = run_task(loop_, driver.neighbours()->reach_of(both));

    ASSERT_THAT(reaches, SizeIs(2));
    ASSERT_THAT(reaches[0].falls, SizeIs(1)) << reaches[0].unknown;
    EXPECT_EQ(reaches[0].falls[0].incarnation, both[1].incarnation);
    EXPECT_TRUE(reaches[0].falls[0].is_part);
    EXPECT_TRUE(reaches[0].falls[0].is_meant);
    EXPECT_THAT(reaches[1].falls, SizeIs(0));
}

TEST_F(ProcessDriverIntegrationTest, SaysWhoStartsItAgain) {
    const auto master = start("master");
    process_driver driver = make();
    std::vector<core::target> both = run_task(loop_, driver.list());
    const auto is_master = [&](const core::target& t) { return t.incarnation == target_of(master->pid()).incarnation; };
    std::ranges::partition(both, is_master);

    EXPECT_THAT(run_task(loop_, driver.who_starts_again(both.at(0))), HasSubstr("nobody is known to start it again"));
    EXPECT_THAT(run_task(loop_, driver.who_starts_again(both.at(1))), HasSubstr("runs the same program"));
}

TEST_F(ProcessDriverIntegrationTest, AZombieIsNoSuccessor) {
    const auto victim = start();
    const core::target t = target_of(victim->pid());
    process_driver driver = make();
    run_task(loop_, driver.restart(t, test::may_act));
    ASSERT_TRUE(victim->ends_soon());
    const auto replacement = start();
    replacement->kill(SIGKILL);
    ASSERT_TRUE(replacement->ends_soon());

    EXPECT_EQ(run_task(loop_, driver.successor(t)), std::nullopt);
}

TEST_F(ProcessDriverIntegrationTest, KillsWhoIgnoresTheSignalAfterTheGrace) {
    const auto victim = start("ignore-term");
    process_driver driver = make(SIGTERM, 50ms);
    const auto begin = std::chrono::steady_clock::now();

    const auto acted = run_task(loop_, driver.restart(target_of(victim->pid()), test::may_act));

    EXPECT_EQ(acted.refused_by, std::nullopt);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 50ms);
    EXPECT_TRUE(victim->has_ended());
    EXPECT_EQ(victim->reap(), SIGKILL);
}

TEST_F(ProcessDriverIntegrationTest, SparesWhoIgnoresTheSignalOnceSomebodyHasHalted) {
    const auto victim = start("ignore-term");
    process_driver driver = make(SIGTERM, 50ms);
    const test::withdrawn_later halted(core::guard::halted);

    const auto acted = run_task(loop_, driver.restart(target_of(victim->pid()), halted));

    EXPECT_EQ(acted.refused_by, std::nullopt) << "it was sent TERM, and that goes on record";
    EXPECT_THAT(acted.trouble, HasSubstr("50 ms after SIGTERM, and was spared SIGKILL: halted"));
    EXPECT_FALSE(victim->has_ended());
}

TEST_F(ProcessDriverIntegrationTest, ReturnsAsSoonAsTheVictimObeys) {
    const auto victim = start();
    process_driver driver = make(SIGTERM, 1h);

    run_task(loop_, driver.restart(target_of(victim->pid()), test::may_act));

    EXPECT_TRUE(victim->has_ended());
    EXPECT_EQ(victim->reap(), SIGTERM);
}

TEST_F(ProcessDriverIntegrationTest, EndsWhenTheVictimVanishesInTheMiddleOfTheGrace) {
    const auto victim = start("ignore-term");
    const core::target t = target_of(victim->pid());
    process_driver driver = make(SIGTERM, 1h);
    async::settled<ports::act_result> result;
    async::settled<void> killed;
    async::task_group group(loop_, "test", fail_test);

    group.spawn("restart", test::note(driver.restart(t, test::may_act), result));
    group.spawn("kill", test::note(until([&] {
                                       victim->kill(SIGKILL);
                                       return victim->has_ended();
                                   }),
                                   killed));
    loop_.run();

    EXPECT_TRUE(result.has_value());
    EXPECT_EQ(victim->reap(), SIGKILL);
}

TEST_F(ProcessDriverIntegrationTest, ACancellationInTheGraceLeavesItAtWhatWasSent) {
    const auto victim = start("hold-term");
    const core::target t = target_of(victim->pid());
    process_driver driver = make(SIGTERM, 1h);
    async::settled<ports::act_result> result;
    async::task_group group(loop_, "test", fail_test);
    group.spawn("restart", test::note(driver.restart(t, test::may_act), result));
    async::task_group canceller(loop_, "canceller", fail_test);

    canceller.spawn("cancel", cancel_when([&] { return has_signal(victim->pid(), "ShdPnd", SIGTERM); }, group));
    loop_.run();

    ASSERT_TRUE(result.has_value()) << "it was acted on, and that goes on record";
    EXPECT_EQ(result->refused_by, std::nullopt);
    EXPECT_FALSE(victim->has_ended());
}

TEST_F(ProcessDriverIntegrationTest, TouchesNothingWhenCancelledWhileItTakesAim) {
    const auto victim = start();
    const core::target t = target_of(victim->pid());
    process_driver driver = make(SIGKILL);
    std::promise<void> is_cancelled;
    pool_.post([&is_cancelled] { is_cancelled.get_future().wait(); });  // holds the only thread: aiming has to wait
    async::settled<ports::act_result> result;
    async::task_group group(loop_, "test", fail_test);
    async::task_group canceller(loop_, "canceller", fail_test);

    group.spawn("restart", test::note(driver.restart(t, test::may_act), result));
    canceller.spawn("cancel", cancel_then(group, [&is_cancelled] { is_cancelled.set_value(); }));
    loop_.run();

    EXPECT_TRUE(async::is_cancellation(result.error()));
    EXPECT_FALSE(victim->has_ended());
}

}  // namespace mayhem::drivers
