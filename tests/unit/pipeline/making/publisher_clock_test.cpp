// Proves that a publisher sleeps while nothing is due, and that a calendar that jumps is noticed at once and never
// missed: a clock that is set forward or back, a suspended host, at any moment of what the publisher does. On virtual
// time.
#include <algorithm>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "unit/pipeline/making/planned_group.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono;
using test_planned::every;
using fixture = test_planned::planned_group;

TEST(PublisherClockTest, KeepsAnIdleLoopQuiet) {
    fixture f(every(days{365}));
    const auto before = f.loop.loop.monitor().turns();

    f.live(10h);

    EXPECT_LE(f.loop.loop.monitor().turns() - before, 13U);  // every hour, the start and the end
}

TEST(PublisherClockTest, RecordsWhatASuspendedHostHasMissedAndRunsNoneOfIt) {
    fixture f(every(1h));
    const core::wall_time began = f.now();

    f.live(10h, {{5h, 48h}});  // the steady clock stands still while the host sleeps

    const auto before = f.planned(began, began + 5h);
    const auto asleep = f.planned(began + 5h, began + 53h - 1min);
    const auto after = f.planned(began + 53h, began + 58h);
    EXPECT_EQ(f.missed(), asleep);
    ASSERT_GE(f.store.planned().size(), before.size() + after.size());
    EXPECT_LE(f.store.planned().size(), before.size() + after.size() + 1);  // one within the tolerance
    EXPECT_TRUE(std::equal(after.rbegin(), after.rend(), f.store.planned().rbegin()));
    EXPECT_EQ(f.seen.warnings.size(), 1U);
}

TEST(PublisherClockTest, RunsAMomentWithinTheToleranceAndNoneBeyondIt) {
    for (const auto& [late, runs] : {std::pair<seconds, bool>{25s, true}, {3min, false}}) {
        fixture f(every(days{20}));
        const core::wall_time began = f.now();
        const nanoseconds until = f.expected.next(began).value() - began;

        f.live(until + 1h, {{until - 30s, 30s + late}});

        EXPECT_EQ(f.store.planned().size(), runs ? 1U : 0U);
        EXPECT_EQ(f.store.skips().size(), runs ? 0U : 1U);
    }
}

TEST(PublisherClockTest, MakesNoBurstOfWhatComesTogether) {
    core::schedule s = every(10s);
    fixture f(s);
    const core::wall_time began = f.now();

    f.live(10min, {{5min, 50s}});  // five or so are due at once, all within the tolerance

    const auto planned = f.planned(began, began + 10min + 50s);
    EXPECT_EQ(f.store.planned().size() + f.store.skips().size(), planned.size());
    EXPECT_GE(f.store.skips().size(), 1U);
}

TEST(PublisherClockTest, TakesThePlanUpAgainWhenTheCalendarIsSetBack) {
    fixture f(every(20min));
    const core::wall_time began = f.now();

    f.live(20h, {{10h, -4h}});

    EXPECT_EQ(f.store.planned(), f.planned(began, began + 16h));  // each once: the journal knows the four hours
    EXPECT_TRUE(f.store.skips().empty());
}

TEST(PublisherClockTest, SurvivesAClockThatWasWrongByAYear) {
    fixture f(every(20min));
    const core::wall_time began = f.now();

    f.live(5h, {{1h, days{365}}, {2h, -days{365}}});

    const auto last_hours = f.planned(began + 2h + 1min, began + 5h);
    ASSERT_GE(f.store.planned().size(), last_hours.size());
    EXPECT_TRUE(std::equal(last_hours.rbegin(), last_hours.rend(), f.store.planned().rbegin()));
    EXPECT_LE(f.store.skips().size(), plan_follower::listed_max);
    EXPECT_GE(f.store.skips().back().moments, 9'000);  // counted, not listed
}

/// A group whose only moment is days away, and what becomes of it, when.
struct distant_moment : fixture {
    distant_moment() : fixture(every(days{20})) {
        seen.on_step = [this](const ports::step&) { published_at = loop.elapsed(); };
    }

    const core::wall_time moment = expected.next(now()).value();
    nanoseconds published_at{-1};

    /// What sets the calendar so far beyond the moment.
    [[nodiscard]] microseconds over_it(nanoseconds from_now, seconds beyond) const {
        return duration_cast<microseconds>(moment - now() - from_now) + beyond;
    }

    /// Sets the calendar 5 s after the start, while the skips are being written, which takes a second more.
    async::awaitable<void> set_while_skips_are_written(microseconds by) {
        const async::frame here;
        co_await async::sleep_for(5s);
        set_calendar(by);
        co_await async::sleep_for(1s);
        store.release("skip");
    }

    async::awaitable<void> set_there_and_back(nanoseconds after, microseconds by) {
        const async::frame here;
        co_await async::sleep_for(after);
        set_calendar(by);
        set_calendar(-by);
    }

    async::awaitable<void> stop_noticing(nanoseconds after) {
        const async::frame here;
        co_await async::sleep_for(after);
        jumps.go_unnoticed();
    }
};

TEST(PublisherClockTest, AMomentThatTheClockIsSetOverIsFoundInTheSameStep) {
    distant_moment f;
    const nanoseconds set_after = 20min + 7s;

    f.live(1h, {{set_after, f.over_it(set_after, 50s)}});

    EXPECT_EQ(f.store.planned(), std::vector{f.moment});
    EXPECT_EQ(f.published_at, set_after);
}

TEST(PublisherClockTest, AMomentThatTheClockIsSetToTheBrinkOfComesAtItsTime) {
    distant_moment f;
    const nanoseconds set_after = 20min + 7s;

    f.live(1h, {{set_after, f.over_it(set_after, -13s)}});

    EXPECT_EQ(f.store.planned(), std::vector{f.moment});
    EXPECT_EQ(f.published_at, set_after + 13s);
}

TEST(PublisherClockTest, ASettingWhileItPublishesIsNotLost) {
    for (const milliseconds into : {1ms, 5000ms, 9999ms, 10000ms}) {
        distant_moment f;
        f.driver.takes = 10s;
        const core::wall_time second = f.expected.next(f.moment).value();
        const nanoseconds due = f.moment - f.now();

        f.live(due + 40s, {{due + into, duration_cast<microseconds>(second - f.moment)}});

        EXPECT_EQ(f.store.planned(), (std::vector{f.moment, second})) << into.count() << " ms after it began";
    }
}

TEST(PublisherClockTest, ASettingBackWhileItPublishesIsNotLost) {
    fixture f(every(5min));
    f.driver.takes = 10s;
    const core::wall_time first = f.expected.next(f.now()).value();
    const nanoseconds due = first - f.now();
    const core::wall_time seen_at = first + 10s - days{30};

    f.live(due + 40min, {{due + 5s, -days{30}}});

    std::vector<core::wall_time> expected = f.planned(seen_at, first - days{30} + 40min - 10s);
    ASSERT_GT(expected.size(), 4U);
    expected.insert(expected.begin(), first);
    EXPECT_EQ(f.store.planned(), expected);
}

TEST(PublisherClockTest, ASettingWhileWhatWasMissedIsRecordedIsNotLost) {
    distant_moment f;
    f.store.followed_until(f.now() - days{100});
    f.store.hold("skip");

    f.loop.spawn(f.set_while_skips_are_written(f.over_it(5s, 1s)));
    f.live(7s);

    EXPECT_GT(f.missed().size(), 1U);
    EXPECT_EQ(f.store.planned(), std::vector{f.moment});
    EXPECT_EQ(f.published_at, 6s);
}

TEST(PublisherClockTest, SeveralSettingsAtOnceAreOneLookAtTheLastOfThem) {
    distant_moment f;

    f.loop.spawn(f.set_there_and_back(1min, f.over_it(1min, 5s)));
    f.live(1h);

    EXPECT_EQ(f.jumps.count(), 2U);
    EXPECT_TRUE(f.store.planned().empty());
    EXPECT_TRUE(f.store.skips().empty());
}

TEST(PublisherClockTest, WhatNobodyToldIsFoundWithinTheHour) {
    distant_moment f;
    f.are_noted = false;
    const nanoseconds set_after = 20min + 7s;

    f.live(3h, {{set_after, f.over_it(set_after, 10min)}});

    ASSERT_EQ(f.missed(), std::vector{f.moment});
    EXPECT_EQ(f.store.skips().front().at, f.moment + 10min + (1h - set_after)) << "all groups look at full hours";
}

TEST(PublisherClockTest, WhereJumpsGoUnnoticedItLooksEveryHalfTolerance) {
    distant_moment f;
    f.are_noted = false;
    f.jumps.go_unnoticed();
    const nanoseconds set_after = 20min + 7s;

    f.live(1h, {{set_after, f.over_it(set_after, 5s)}});

    EXPECT_EQ(f.store.planned(), std::vector{f.moment});
    EXPECT_EQ(f.published_at, 20min + 30s);
}

TEST(PublisherClockTest, WhenJumpsBecomeUnnoticedItLooksOftenFromThenOn) {
    distant_moment f;
    f.are_noted = false;
    f.loop.spawn(f.stop_noticing(10min));
    const nanoseconds set_after = 20min + 7s;

    f.live(1h, {{set_after, f.over_it(set_after, 5s)}});

    EXPECT_EQ(f.published_at, 20min + 30s);
}

}  // namespace
}  // namespace mayhem::pipeline
