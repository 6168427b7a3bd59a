// Proves that what was on its way into the record at a death is told exactly when it is on the disk: lives are killed
// in every single call that the disk gets for one entry, and what the world tells is compared with the rows.
#include <chrono>
#include <cstdint>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sim/world/record_of_life.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using stores::test::message_number;
using test::call_end;
using test::is_on_disk;
using test::record_of_life;
using test::small_scene;
using ::testing::IsEmpty;
using ::testing::SizeIs;

core::outcome opens_breaker() {
    core::outcome o = stores::test::recovered();
    o.verdict = core::verdict::not_recovered;
    o.opens_breaker = "too many failures";
    return o;
}

disk_fault failing_log(const disk_call& c) {
    return c.operation == disk_operation::sync && c.path.ends_with("-wal") ? disk_fault::io_error : disk_fault::none;
}

/// From the first such failure on nothing succeeds: so no other commit can take the place of the one that failed.
fault_decision broken_from_commit_on() {
    return [is_broken = false](const disk_call& c) mutable {
        is_broken = is_broken || failing_log(c) != disk_fault::none;
        return is_broken ? disk_fault::io_error : disk_fault::none;
    };
}

/// How often what was under way was there, and was not.
struct tally_of_kills {
    int there = 0;
    int not_there = 0;
};

/// Kills one life after the other in its so many-th call of the disk, until one outlives what it does. `dies_in` does
/// it and says whether the life has died.
template <typename Function>
tally_of_kills kill_in_each_call(const Function& dies_in) {
    tally_of_kills t;
    for (std::uint64_t call = 1; dies_in(call, t); ++call) {
        EXPECT_LT(call, 500U);
        if (call >= 500) {
            break;
        }
    }
    return t;
}

TEST(MessageOriginsTest, AnEntryThatAKillCutIsToldExactlyWhenItIsOnTheDisk) {
    const tally_of_kills t = kill_in_each_call([](std::uint64_t call, tally_of_kills& sum) {
        small_scene s;
        message_origins origins(s.parts);
        record_of_life l(s, origins);
        EXPECT_TRUE(l.open());
        EXPECT_EQ(l.enter(message_number(1)), call_end::done);
        l.life.disk().die_at(l.life.disk().calls() + call);

        (void)l.enter(message_number(2));
        const bool has_died = !l.life.is_alive();
        const bool is_there = is_on_disk(s, message_number(2));
        l.kill();
        l.bury();

        EXPECT_TRUE(is_on_disk(s, message_number(1)));
        EXPECT_EQ(is_on_disk(s, message_number(2)), is_there);
        EXPECT_EQ(s.events<journalled>().size(), is_there ? 2U : 1U) << "killed in call " << call;
        EXPECT_EQ(s.rare.count(rare_state::found_after_kill), has_died && is_there ? 1U : 0U);
        EXPECT_EQ(s.rare.count(rare_state::killed_in_commit), has_died ? 1U : 0U);
        sum.there += has_died && is_there ? 1 : 0;
        sum.not_there += has_died && !is_there ? 1 : 0;
        return has_died;
    });

    EXPECT_GT(t.there, 0);
    EXPECT_GT(t.not_there, 3);
}

TEST(MessageOriginsTest, ABreakerWhoseOpeningAKillCutIsToldExactlyWhenItIsOpenOnTheDisk) {
    const tally_of_kills t = kill_in_each_call([](std::uint64_t call, tally_of_kills& sum) {
        small_scene s;
        message_origins origins(s.parts);
        record_of_life l(s, origins);
        EXPECT_TRUE(l.open());
        EXPECT_EQ(l.enter(message_number(1)), call_end::done);
        l.life.disk().die_at(l.life.disk().calls() + call);

        (void)l.end_attempt(message_number(1), opens_breaker());
        const bool has_died = !l.life.is_alive();
        const bool is_open = !record_rows(s.parts, test::record_path).open_breakers().empty();
        l.kill();
        l.bury();

        EXPECT_EQ(s.events<breaker_is>().size(), is_open ? 1U : 0U) << "killed in call " << call;
        EXPECT_EQ(origins.open_breakers().size(), is_open ? 1U : 0U);
        sum.there += has_died && is_open ? 1 : 0;
        sum.not_there += has_died && !is_open ? 1 : 0;
        return has_died;
    });

    EXPECT_GT(t.there, 0);
    EXPECT_GT(t.not_there, 3);
}

TEST(MessageOriginsTest, AnEntryThatIsDurableAndNotYetAnsweredIsToldAtTheDeath) {
    small_scene s;
    message_origins origins(s.parts);
    record_of_life l(s, origins);
    ASSERT_TRUE(l.open());
    call_end pending = call_end::none;
    l.begin_enter(message_number(1), &pending);
    for (int i = 0; i < 100'000 && !is_on_disk(s, message_number(1)); ++i) {
        s.loop.run_for(10us);
    }
    ASSERT_EQ(pending, call_end::none) << "nobody knows yet";
    const std::size_t told_before = s.events<journalled>().size();

    l.kill();
    const std::size_t told_at_death = s.events<journalled>().size();
    l.bury();

    EXPECT_EQ(told_before, 0U);
    EXPECT_EQ(told_at_death, 1U);
    EXPECT_THAT(s.events<journalled>(), SizeIs(1)) << "the corpse tells nothing";
    EXPECT_EQ(s.rare.count(rare_state::found_after_kill), 1U);
}

TEST(MessageOriginsTest, AnEntryThatFailedIsToldIfTheNextLifeFindsIt) {
    small_scene s;
    message_origins origins(s.parts);
    record_of_life l(s, origins);
    ASSERT_TRUE(l.open());
    ASSERT_EQ(l.enter(message_number(1)), call_end::done);
    l.life.disk().inject(broken_from_commit_on());

    const call_end e = l.enter(message_number(2));
    const std::size_t told_before = s.events<journalled>().size();
    l.kill();
    l.bury();

    EXPECT_EQ(e, call_end::failed);
    EXPECT_EQ(told_before, 1U);
    EXPECT_TRUE(is_on_disk(s, message_number(2)));
    EXPECT_THAT(s.events<journalled>(), SizeIs(2));
    EXPECT_EQ(s.rare.count(rare_state::found_after_failure), 1U);
    EXPECT_EQ(s.rare.count(rare_state::found_after_kill), 0U);
}

TEST(MessageOriginsTest, AnEntryThatFailedAndWasReplacedIsNotTold) {
    small_scene s;
    message_origins origins(s.parts);
    record_of_life l(s, origins);
    ASSERT_TRUE(l.open());
    ASSERT_EQ(l.enter(message_number(1)), call_end::done);
    l.life.disk().inject(&failing_log);
    ASSERT_EQ(l.enter(message_number(2)), call_end::failed);
    l.life.disk().inject({});

    ASSERT_EQ(l.enter(message_number(3)), call_end::done);
    l.kill();
    l.bury();

    EXPECT_FALSE(is_on_disk(s, message_number(2)));
    ASSERT_THAT(s.events<journalled>(), SizeIs(2));
    EXPECT_EQ(s.events<journalled>()[1].message, message_number(3).id.to_string());
}

TEST(MessageOriginsTest, AMomentThatComesOnceMoreIsToldOnce) {
    small_scene s;
    message_origins origins(s.parts);
    record_of_life l(s, origins);
    ASSERT_TRUE(l.open());

    ASSERT_EQ(l.enter(message_number(1)), call_end::done);
    const bool was_new = l.was_new;
    ASSERT_EQ(l.enter(message_number(1)), call_end::done);
    const bool was_new_again = l.was_new;
    l.kill();
    l.bury();

    EXPECT_TRUE(was_new);
    EXPECT_FALSE(was_new_again);
    EXPECT_THAT(s.events<journalled>(), SizeIs(1));
}

TEST(MessageOriginsTest, SaysWhereAMessageComesFrom) {
    small_scene s;
    message_origins origins(s.parts);
    origins.note_asked(message_number(2).id);
    for (std::uint64_t n = 1; n <= 2; ++n) {
        origins.begin_entry(message_number(n));
        origins.end_entry(message_number(n), true);
    }

    const auto told = s.events<journalled>();

    ASSERT_THAT(told, SizeIs(2));
    EXPECT_EQ(told[0].origin, origin::plan);
    EXPECT_EQ(told[1].origin, origin::asked);
    EXPECT_EQ(told[0].message, message_number(1).id.to_string());
    EXPECT_EQ(told[0].target, message_number(1).target.id);
    EXPECT_EQ(told[0].planned_at, message_number(1).planned_at);
    EXPECT_EQ(told[0].expires_at, message_number(1).expires_at);
}

TEST(MessageOriginsTest, WithNoFileNothingWasOnItsWay) {
    small_scene s;
    message_origins origins(s.parts);
    origins.begin_entry(message_number(1));
    origins.begin_opening("g");

    origins.look_what_is_there(test::record_path);

    EXPECT_THAT(s.log.last(), IsEmpty());
    EXPECT_THAT(origins.open_breakers(), IsEmpty());
}

TEST(MessageOriginsTest, AnOperatorClosesABreakerBesideTheDaemon) {
    small_scene s;
    message_origins origins(s.parts);
    record_of_life l(s, origins);
    ASSERT_TRUE(l.open());
    ASSERT_EQ(l.end_attempt(message_number(1), opens_breaker()), call_end::done);
    const std::size_t open_before = origins.open_breakers().size();
    bool is_closed = false;
    bool is_closed_twice = true;
    {
        record_rows rows(s.parts, test::record_path);
        is_closed = rows.close_breaker(message_number(1).group);
        is_closed_twice = rows.close_breaker(message_number(1).group);
        EXPECT_THAT(rows.open_breakers(), IsEmpty());
    }
    l.kill();
    l.bury();

    EXPECT_EQ(open_before, 1U);
    EXPECT_TRUE(is_closed);
    EXPECT_FALSE(is_closed_twice);
    EXPECT_EQ(s.rare.count(rare_state::breaker_opened), 1U);
}

}  // namespace
}  // namespace mayhem::sim
