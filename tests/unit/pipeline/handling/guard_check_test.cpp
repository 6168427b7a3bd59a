// Proves what the pipeline does with the guards, on virtual time: what it looks at, that a refusal leaves the target
// alone and is on record, that acts side by side leave enough standing, that nothing is done without the record, and
// how breaker and probe decide.
#include "pipeline/handling/guard_check.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/service.hpp"
#include "queues/memory/memory_queue.hpp"
#include "support/fake_store.hpp"
#include "support/fake_undo_notes.hpp"
#include "support/virtual_loop.hpp"
#include "unit/core/plan_support.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using core::guard;
using testing::Contains;
using testing::HasSubstr;

/// A herd that is down for `down_for` after each restart, and counts how many are down at once.
class herd_driver final : public ports::driver {
public:
    explicit herd_driver(int size) {
        for (int i = 0; i < size; ++i) {
            lives_["host-" + std::to_string(i)] = {};
        }
    }
    std::chrono::nanoseconds down_for = 1s;
    bool fails = false;
    bool cannot_list = false;
    std::size_t down_max = 0;
    std::vector<std::string> acts;

    std::string_view kind() const noexcept override { return "herd"; }

    async::awaitable<std::vector<core::target>> list() override {
        const async::frame here;
        co_await async::sleep_for(1ms);
        if (cannot_list) {
            throw core::targets_unlisted("the engine is down");
        }
        std::vector<core::target> up;
        for (const auto& [id, l] : lives_) {
            if (l.up_at <= now()) {
                up.push_back(to_target(id, l));
            }
        }
        co_return up;
    }

    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override {
        const async::frame here;
        co_await async::sleep_for(10ms);
        if (const auto no = may_act.withdrawn_by()) {
            co_return ports::act_result{no};
        }
        if (fails) {
            throw core::restart_failed("Could not restart " + t.id);
        }
        life& l = lives_.at(t.id);
        l = {.number = l.number + 1, .up_at = now() + std::chrono::duration_cast<core::duration>(down_for)};
        acts.push_back(t.id);
        const auto is_down = [](const auto& entry) { return entry.second.up_at > now(); };
        down_max = std::max(down_max, static_cast<std::size_t>(std::ranges::count_if(lives_, is_down)));
        co_return ports::act_result{};
    }

    async::awaitable<std::optional<core::target>> successor(const core::target& t) override {
        const async::frame here;
        const life& l = lives_.at(t.id);
        co_return l.up_at <= now() ? std::optional(to_target(t.id, l)) : std::nullopt;
    }

private:
    struct life {
        int number = 1;
        core::wall_time up_at{};
    };
    static core::wall_time now() { return async::this_loop().clock().wall_now(); }
    static core::target to_target(const std::string& id, const life& l) {
        core::target t{.id = id, .incarnation = std::to_string(l.number), .name = id};
        t.started_at = l.up_at;
        return t;
    }

    std::map<std::string, life> lives_;
};

class scripted_probe final : public ports::probe {
public:
    std::vector<bool> answers;  ///< the last one stays
    std::chrono::nanoseconds takes = 1ms;
    int asked = 0;

    std::string describe() const override { return "scripted"; }
    async::awaitable<ports::probe_result> ask(const core::target&) override {
        const async::frame here;
        co_await async::sleep_for(takes);
        const std::size_t turn = std::min(static_cast<std::size_t>(asked++), answers.size() - 1);
        co_return ports::probe_result{.passes = answers[turn], .detail = answers[turn] ? "fine" : "answered with 503"};
    }
};

class note_taker final : public ports::observer {
public:
    void observe(const ports::step& s) noexcept override {
        if (s.refused_by) {
            refusals.push_back(*s.refused_by);
        }
        if (s.kind == ports::step_kind::breaker_opened) {
            breakers.push_back(s.message.group + ": " + std::string(s.detail));
            opened.emplace_back(s.detail);
        }
    }
    void warn(std::string_view text) noexcept override { warnings.emplace_back(text); }

    std::vector<guard> refusals;
    std::vector<std::string> breakers;
    std::vector<std::string> opened;
    std::vector<std::string> warnings;
};

struct fixture {
    fixture(int members, std::size_t messages) : driver(members) {
        group.settings.name = "web";
        group.settings.count_max = messages;
        group.settings.expires_after = 1h;
        group.settings.recovery_timeout = 5s;
        group.settings.recovery_poll = 100ms;
        settings.dry_run = false;
        settings.max_attempts = 1;
    }

    async::wall_jumps jumps;
    test::virtual_loop loop;
    herd_driver driver;
    test::fake_store store;
    note_taker seen;
    core::random_source random{7};
    pipeline::group group{{}, driver, random.stream("web")};
    handling_settings settings;
    halt_switch halt;
    acted_incarnations acted;
    restart_requests requests;
    test::no_spans spans;
    queues::memory_queue queue{loop.loop, {.capacity = 16, .lease = 3s}};

    void run() {
        service s(loop.loop, {&group}, {queue, store, store, store, seen, halt, acted, requests, spans.keeper, jumps},
                  settings, random, [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });
        s.start({});
        loop.run(drive(s));
    }

    static async::awaitable<void> drive(service& s) {
        const async::frame here;
        co_await s.drain();
        s.cancel();
        co_await s.join(10s, [](const std::vector<std::string>& late) { ADD_FAILURE() << late.front(); });
        (void)co_await s.nack_unsettled();
    }

    void expect_all_refused_by(guard g) {
        EXPECT_TRUE(driver.acts.empty());
        EXPECT_FALSE(store.outcomes().empty());
        for (const core::outcome& o : store.outcomes()) {
            EXPECT_EQ(o.refused_by, g);
        }
        EXPECT_THAT(seen.refusals, Contains(g));
    }
};

std::string date_text(std::chrono::sys_days date) {
    const std::chrono::year_month_day d{date};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()), static_cast<unsigned>(d.month()),
                       static_cast<unsigned>(d.day()));
}

TEST(GuardCheckTest, AGroupWithoutLimitsAsksNobody) {
    fixture f(3, 2);

    EXPECT_FALSE(must_ask(f.group, f.group.driver));
    f.run();

    EXPECT_EQ(f.driver.acts.size(), 2U);
    EXPECT_THAT(f.store.calls(), Not(Contains(HasSubstr("claim"))));
}

TEST(GuardCheckTest, ActsSideBySideLeaveOneStanding) {
    fixture f(3, 60);
    f.group.settings.limits.min_healthy.reset();
    f.group.settings.mean_time_between = 20ms;

    f.run();

    EXPECT_EQ(f.driver.down_max, 2U);
    EXPECT_GT(f.driver.acts.size(), 2U);
    EXPECT_THAT(f.seen.refusals, Contains(guard::too_few_healthy));
}

TEST(GuardCheckTest, WhoBeganDuringASlowProbeIsNotTakenForStanding) {
    fixture f(5, 60);
    scripted_probe probe;
    probe.answers = {true};
    probe.takes = 100ms;
    f.group.probe = &probe;
    f.group.settings.limits.min_healthy = 4;
    f.group.settings.mean_time_between = 20ms;

    f.run();

    EXPECT_EQ(f.driver.down_max, 1U);
    EXPECT_GE(f.driver.acts.size(), 2U);
    EXPECT_THAT(f.seen.refusals, Contains(guard::too_few_healthy));
}

TEST(GuardCheckTest, AtMostSoManyAreDownAtOnce) {
    fixture f(8, 60);
    f.group.settings.limits.max_unavailable = 2;
    f.group.settings.mean_time_between = 20ms;

    f.run();

    EXPECT_EQ(f.driver.down_max, 2U);
    EXPECT_THAT(f.seen.refusals, Contains(guard::too_many_at_once));
}

TEST(GuardCheckTest, TheClaimHasTheLastWord) {
    for (const guard g : {guard::daily_limit, guard::hourly_limit, guard::too_many_at_once, guard::breaker_open}) {
        fixture f(3, 1);
        f.group.settings.limits.max_per_day = 5;
        f.store.claim_answer = g;

        f.run();

        f.expect_all_refused_by(g);
    }
}

TEST(GuardCheckTest, WhatTheRecordTellsRefuses) {
    fixture day(3, 1);
    day.group.settings.limits.max_per_day = 5;
    day.store.so_far.today = 5;
    day.run();
    day.expect_all_refused_by(guard::daily_limit);

    fixture hour(3, 1);
    hour.group.settings.limits.max_per_hour = 5;
    hour.store.so_far.this_hour = 5;
    hour.run();
    hour.expect_all_refused_by(guard::hourly_limit);
}

TEST(GuardCheckTest, TheDrawLeavesOutWhoIsTooYoungOrHasNotRested) {
    fixture f(3, 1);
    f.group.settings.limits.min_rest = 1h;
    const core::wall_time now = f.loop.loop.clock().wall_now();
    f.store.last_restarts = {{.target = "host-0", .at = now}, {.target = "host-2", .at = now}};

    f.run();

    EXPECT_EQ(f.driver.acts, std::vector<std::string>{"host-1"});
    ASSERT_EQ(f.store.draws().size(), 1U);
    EXPECT_EQ(f.store.draws()[0].eligible, 1U);
}

TEST(GuardCheckTest, IfAllAreTooYoungTheRefusalIsOnRecordAndNobodysTurnIsUsed) {
    fixture f(3, 2);
    f.group.settings.limits.min_age = 24h * 365 * 200;

    f.run();

    f.expect_all_refused_by(guard::too_young);
    EXPECT_TRUE(f.store.draws().empty());
}

TEST(GuardCheckTest, RestedTooLittleIsAskedAgainBeforeTheAct) {
    fixture f(3, 1);
    f.group.settings.limits.min_rest = 1h;
    f.store.so_far.last_restart = f.loop.loop.clock().wall_now();

    f.run();

    f.expect_all_refused_by(guard::rested_too_little);
}

TEST(GuardCheckTest, ATargetThatBecameAnotherIncarnationIsNotActedOn) {
    fixture f(1, 4);
    f.group.settings.limits.max_per_day = 100;
    f.group.settings.limits.min_healthy = 1;  // lists, and would refuse later
    f.driver.down_for = 0s;

    f.run();

    EXPECT_TRUE(f.driver.acts.empty());
}

TEST(GuardCheckTest, TheHoursMayEndWhileAProbeIsAsked) {
    fixture f(3, 1);
    scripted_probe probe;
    probe.answers = {true};
    probe.takes = 1min;
    f.group.probe = &probe;
    f.group.settings.expires_after = std::chrono::days{1};
    core::schedule s;
    s.mean_time_between = 1s;
    s.allowed = core::test::rules("Etc/UTC", {"09:00-09:01"});
    f.group.plan.emplace(s, core::random_source{7}, "web");

    f.run();

    f.expect_all_refused_by(guard::outside_hours);
}

TEST(GuardCheckTest, AnExcludedDayMayBeginWhileAMessageWaits) {
    fixture f(3, 1);
    scripted_probe probe;
    probe.answers = {true};
    probe.takes = 10min;
    f.group.probe = &probe;
    f.group.settings.expires_after = std::chrono::days{7};
    core::schedule s;
    s.mean_time_between = 1s;
    const auto today = std::chrono::floor<std::chrono::days>(f.loop.clock.wall_now());
    s.allowed = core::test::rules("Etc/UTC", {"23:55-24:00"});
    s.allowed.excluded.push_back(core::date_range::parse(date_text(today + std::chrono::days{1})).value());
    f.group.plan.emplace(s, core::random_source{7}, "web");

    f.run();

    f.expect_all_refused_by(guard::excluded_day);
}

TEST(GuardCheckTest, AProbeThatDoesNotPassRefusesAndSaysWhy) {
    fixture f(1, 1);
    scripted_probe probe;
    probe.answers = {false};
    f.group.probe = &probe;

    f.run();

    f.expect_all_refused_by(guard::unsteady);
    EXPECT_THAT(f.seen.warnings, Contains(HasSubstr("answered with 503")));
}

TEST(GuardCheckTest, RecoveryWaitsForTheProbe) {
    fixture f(1, 1);
    scripted_probe probe;
    probe.answers = {true, false, false, true};
    f.group.probe = &probe;
    f.driver.down_for = 0s;

    f.run();

    EXPECT_EQ(probe.asked, 4);
    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_EQ(f.store.outcomes()[0].verdict, core::verdict::recovered);
    EXPECT_GE(f.store.outcomes()[0].recovery, core::duration{200ms});
}

TEST(GuardCheckTest, AProbeThatNeverPassesAgainIsNoRecoveryAndOpensTheBreaker) {
    fixture f(1, 1);
    scripted_probe probe;
    probe.answers = {true, false};
    f.group.probe = &probe;
    f.group.settings.limits.breaks_when_lost = true;

    f.run();

    ASSERT_EQ(f.store.outcomes().size(), 1U);
    EXPECT_EQ(f.store.outcomes()[0].verdict, core::verdict::not_recovered);
    EXPECT_EQ(f.store.outcomes()[0].opens_breaker, "host-0 did not recover");
    EXPECT_EQ(f.seen.breakers, std::vector<std::string>{"web: host-0 did not recover"});
}

TEST(GuardCheckTest, WhileTheBreakerIsOpenNothingIsRestartedAndTheRefusalSaysHowToCloseIt) {
    fixture f(2, 3);
    f.store.so_far.breaker = core::breaker{.reason = "host-1 did not recover"};
    f.group.state.restore({.group = "web", .breaker = f.store.so_far.breaker});

    f.run();

    f.expect_all_refused_by(guard::breaker_open);
    EXPECT_THAT(f.seen.warnings, Contains(HasSubstr("\"mayhem resume web\" closes it")));
}

TEST(GuardCheckTest, ABreakerThatWasClosedInTheRecordIsClosed) {
    fixture f(2, 1);
    f.group.state.restore({.group = "web", .breaker = core::breaker{.reason = "host-1 did not recover"}});

    f.run();

    EXPECT_EQ(f.driver.acts.size(), 1U);
    EXPECT_THAT(f.seen.warnings, Contains(HasSubstr("the breaker was closed")));
}

TEST(GuardCheckTest, FailuresInARowOpenTheBreaker) {
    fixture f(2, 4);
    f.driver.fails = true;
    f.group.settings.limits.max_failures = 3;
    f.group.settings.mean_time_between = 1min;
    f.group.settings.limits.min_healthy.reset();

    f.run();

    ASSERT_EQ(f.store.outcomes().size(), 4U);
    EXPECT_NE(f.store.outcomes()[2].opens_breaker, "");
    EXPECT_EQ(f.seen.opened, std::vector{f.store.outcomes()[2].opens_breaker}) << "told once, with the reason";
}

TEST(GuardCheckTest, ADriverThatCannotListMakesTheGroupUnsteady) {
    fixture f(2, 1);
    core::guard_facts facts;
    f.group.settings.limits.max_unavailable = 1;
    f.driver.cannot_list = true;
    core::message m;
    m.expires_at = core::wall_time::max();
    const auto ask = [](fixture& x, const core::message& message, core::guard_facts& to) -> async::awaitable<void> {
        const async::frame here;
        const guard_look look(x.halt, x.acted, x.store, false);
        to = co_await look.ask(message, x.group, {});
    };

    f.loop.run(ask(f, m, facts));

    EXPECT_EQ(core::refuse(facts), guard::unsteady);
    EXPECT_THAT(*facts.unsteady, HasSubstr("the engine is down"));
}

TEST(GuardCheckTest, NothingIsDoneWithoutTheRecord) {
    fixture f(3, 1);
    f.group.settings.limits.max_per_day = 5;
    f.store.fail("claim", 3);

    f.run();

    EXPECT_EQ(f.driver.acts.size(), 1U);
    EXPECT_THAT(f.seen.warnings, Contains(HasSubstr("is not acted on without the record, retrying in 2 s")));
}

TEST(GuardCheckTest, ARecordThatStaysAwayLetsTheMessageExpire) {
    fixture f(3, 1);
    f.group.settings.limits.max_per_day = 5;
    f.group.settings.expires_after = 10s;
    f.store.fail("restarts", 1000);

    f.run();

    f.expect_all_refused_by(guard::expired);
}

TEST(GuardCheckTest, ADryRunLooksAtEverythingAndTakesNoPlace) {
    fixture f(3, 1);
    scripted_probe probe;
    probe.answers = {true};
    f.group.probe = &probe;
    f.group.settings.limits.max_per_day = 5;
    f.settings.dry_run = true;

    f.run();

    f.expect_all_refused_by(guard::dry_run);
    EXPECT_EQ(probe.asked, 1);
    EXPECT_THAT(f.store.calls(), Contains(HasSubstr("restarts")));
    EXPECT_THAT(f.store.calls(), Not(Contains(HasSubstr("claim"))));
}

TEST(GuardCheckTest, EveryRoundOfDrawsHitsEverybodyOnce) {
    fixture f(5, 15);
    f.driver.down_for = 0s;
    f.group.settings.mean_time_between = 1min;

    f.run();

    ASSERT_EQ(f.store.draws().size(), 15U);
    std::map<std::string, int> hits;
    for (const auto& draw : f.store.draws()) {
        ++hits[draw.target];
        EXPECT_EQ(draw.eligible, 5U);
    }
    EXPECT_EQ(hits.size(), 5U);
    EXPECT_TRUE(std::ranges::all_of(hits, [](const auto& h) { return h.second == 3; }));
    EXPECT_EQ(f.store.draws().back().round, 3U);
}

}  // namespace
}  // namespace mayhem::pipeline
