// Proves how deep each look goes, and that all of them see what this life knows. On virtual time; what is decided on
// the facts stands in guards_test.cpp, and what comes of it in guard_check_test.cpp.
#include "pipeline/handling/guard_look.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "support/fake_store.hpp"
#include "support/virtual_loop.hpp"
#include "unit/pipeline/fake_driver.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::IsEmpty;

struct fixture {
    test::virtual_loop loop;
    test::fake_driver driver;
    test::fake_store record;
    pipeline::group web{{.name = "web", .schedule = {}, .mean_time_between = {}}, driver, core::random_source{1}};
    core::message message;
    halt_switch halt;
    acted_incarnations acted;
    guard_look look{halt, acted, record, true};

    fixture() {
        message.target = driver.know("web");
        message.expires_at = loop.clock.wall_now() + 1h;
    }

    [[nodiscard]] acted_incarnations::key key() const { return acted_incarnations::key_of(message.target, web); }

    enum class depth { at_once, ask, ask_all, before_act };

    core::guard_facts facts(depth d) {
        core::guard_facts found;
        loop.run(look_at(*this, d, found));
        return found;
    }

    static async::awaitable<void> look_at(fixture& f, depth d, core::guard_facts& found) {
        const async::frame here;
        switch (d) {
            case depth::at_once: found = f.look.at_once(f.message, &f.web, f.key()); break;
            case depth::ask: found = co_await f.look.ask(f.message, f.web, f.key()); break;
            case depth::ask_all: found = co_await f.look.ask_all(f.message, f.web); break;
            case depth::before_act: found = f.look.before_act(f.web); break;
        }
    }
};

using depth = fixture::depth;

TEST(GuardLookTest, AsksNobodyWhereNoGuardOfTheGroupWants) {
    for (const depth d : {depth::at_once, depth::ask, depth::before_act}) {
        fixture f;

        (void)f.facts(d);

        EXPECT_EQ(f.driver.lists(), 0U);
        EXPECT_THAT(f.record.calls(), IsEmpty());
    }
}

TEST(GuardLookTest, WhoAsksAboutManyLooksAroundThemOnce) {
    fixture f;
    f.web.settings.limits.min_healthy = 1;
    const core::target calf = f.driver.know("calf");
    f.driver.reach =
        core::reach{.falls = {{.id = calf.id, .incarnation = "1", .because = "it does", .is_meant = true}}};
    group_seen seen{.members = {f.message.target, calf},
                    .acted_on = f.web.state.acted_on(),
                    .reach = std::make_shared<const core::reach>(*f.driver.reach)};
    core::guard_facts found;
    const auto ask = [](fixture& f, const group_seen& seen, core::guard_facts& found) -> async::awaitable<void> {
        const async::frame here;
        found = co_await f.look.ask_all(f.message, f.web, &seen);
    };

    f.loop.run(ask(f, seen, found));

    EXPECT_EQ(f.driver.lists(), 0U);
    EXPECT_EQ(found.healthy, 2U);
    EXPECT_EQ(found.falling, 1U);
    EXPECT_EQ(found.reach, seen.reach);
}

TEST(GuardLookTest, WhoWasActedOnAndHasNotGoneDoesNotStand) {
    const core::target listed{.id = "host-1.example.net", .incarnation = "1", .name = "host-1"};
    for (const bool is_acted_on : {false, true}) {
        fixture f;
        f.web.settings.limits.min_healthy = 1;
        if (is_acted_on) {
            EXPECT_TRUE(f.acted.claim(acted_incarnations::key_of(listed, f.web), f.loop.clock.now()));
        }

        const core::guard_facts seen = f.facts(depth::ask);

        EXPECT_EQ(seen.members, 1U);
        EXPECT_EQ(seen.healthy, is_acted_on ? 1U : 2U) << "the victim, which is gone, counts as one that may fall";
    }
}

core::target member(const std::string& name) { return {.id = name, .incarnation = "1", .name = name}; }

core::neighbour falling(const std::string& name, bool is_meant) {
    return {.id = name, .incarnation = "1", .because = "PartOf=web", .is_meant = is_meant};
}

TEST(GuardLookTest, CountsWhomTheConfigNamesAndWhomFormerListsShowed) {
    fixture f;
    f.web.settings.limits.min_healthy = 1;
    f.driver.standing = {f.message.target, member("b")};
    f.driver.absentees = 2;
    EXPECT_EQ(f.facts(depth::ask).members, 4U) << "two stand, and two that are named do not";

    f.driver.standing = {f.message.target};
    f.driver.absentees = 0;
    const core::guard_facts later = f.facts(depth::ask);
    EXPECT_EQ(later.members, 4U);
    EXPECT_EQ(later.healthy, 1U);

    f.web.settings.members = 6;
    EXPECT_EQ(f.facts(depth::ask).members, 6U);
}

TEST(GuardLookTest, MembersThatFallWithTheTargetCount) {
    fixture f;
    f.web.settings.limits.min_healthy = 1;
    f.driver.standing = {f.message.target, member("b"), member("c"), member("d")};
    f.driver.reach = core::reach{.falls = {falling("b", true), falling("c", true), falling("gone", true)}};

    const core::guard_facts facts = f.facts(depth::ask);

    EXPECT_EQ(facts.healthy, 4U);
    EXPECT_EQ(facts.falling, 2U) << "who is not on the list has nothing to lose";
    EXPECT_FALSE(facts.out_of_reach);
    ASSERT_TRUE(facts.reach);
    EXPECT_EQ(facts.reach->falls.size(), 3U);
}

TEST(GuardLookTest, SaysWhyWhatFallsWithTheTargetForbidsTheAct) {
    fixture f;
    f.driver.reach = core::reach{.falls = {falling("database", false)}};
    EXPECT_TRUE(must_ask(f.web, f.web.driver)) << "although it has no limit";

    EXPECT_TRUE(f.facts(depth::ask).out_of_reach);
    f.web.settings.reach = core::reach_policy::any;
    EXPECT_FALSE(f.facts(depth::ask).out_of_reach);
    f.driver.reach->unknown = "no answer";
    EXPECT_TRUE(f.facts(depth::ask).out_of_reach);
}

TEST(GuardLookTest, WhoFallsWithWhatIsActedOnDoesNotStand) {
    fixture f;
    f.web.settings.limits.min_healthy = 1;
    f.driver.standing = {f.message.target, member("b"), member("c")};
    core::message other;
    other.target = member("b");
    const auto reach = std::make_shared<const core::reach>(core::reach{.falls = {falling("c", true)}});
    const group_state::act under_way(f.web.state, other, reach);

    EXPECT_EQ(f.facts(depth::ask).healthy, 1U);
}

TEST(GuardLookTest, AsksForWhatALimitWants) {
    fixture f;
    f.web.settings.limits.min_healthy = 1;
    f.record.so_far.today = 7;

    const core::guard_facts members_only = f.facts(depth::ask);
    f.web.settings.limits.max_per_day = 9;
    const core::guard_facts both = f.facts(depth::ask);

    EXPECT_EQ(members_only.members, 1U);
    EXPECT_EQ(members_only.restarts_today, 0U);
    EXPECT_EQ(both.restarts_today, 7U);
}

TEST(GuardLookTest, APersonIsToldWhatNoGuardWants) {
    fixture f;
    f.record.so_far.today = 7;

    const core::guard_facts facts = f.facts(depth::ask_all);

    EXPECT_EQ(facts.members, 1U);
    EXPECT_EQ(facts.restarts_today, 7U);
    EXPECT_TRUE(facts.dry_run);
}

TEST(GuardLookTest, AGroupMaySayForItselfWhetherItIsDry) {
    for (const depth d : {depth::at_once, depth::ask, depth::ask_all}) {
        fixture f;
        EXPECT_TRUE(f.facts(d).dry_run);
        f.web.settings.dry_run = false;
        EXPECT_FALSE(f.facts(d).dry_run);
    }
}

TEST(GuardLookTest, EachSeesAHalt) {
    for (const depth d : {depth::at_once, depth::ask, depth::ask_all, depth::before_act}) {
        fixture f;
        (void)f.halt.halt({.door = halt_door::file, .who = "a file", .why = {}});

        EXPECT_TRUE(f.facts(d).halted);
    }
}

TEST(GuardLookTest, EachBeforeTheActItselfSeesThatItWasActedOn) {
    for (const depth d : {depth::at_once, depth::ask, depth::ask_all}) {
        fixture f;
        ASSERT_TRUE(f.acted.claim(f.key(), f.loop.loop.now()));

        EXPECT_TRUE(f.facts(d).is_restarted);
    }
}

TEST(GuardLookTest, ABreakerIsSeenRightBeforeTheAct) {
    fixture f;
    f.web.state.restore({.group = "web", .breaker = core::breaker{.reason = "it did not come back"}});

    EXPECT_EQ(f.facts(depth::before_act).breaker, "it did not come back");
}

TEST(GuardLookTest, NothingIsAskedOfAGroupThatIsGone) {
    fixture f;
    core::guard_facts facts;
    f.loop.run([](fixture& of, core::guard_facts& found) -> async::awaitable<void> {
        const async::frame here;
        found = of.look.at_once(of.message, nullptr, {});
        co_return;
    }(f, facts));

    EXPECT_FALSE(facts.is_opted_in);
    EXPECT_FALSE(facts.is_restarted);
}

}  // namespace
}  // namespace mayhem::pipeline
