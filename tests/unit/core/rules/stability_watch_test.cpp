// Proves when a target that was acted on counts as recovered, unstable or not recovered, and when the next look is due:
// by walking through its looks, one after the other.
#include "mayhem/core/rules/stability_watch.hpp"

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

using namespace std::chrono_literals;

constexpr stability_watch::settings strict{.timeout = 60s, .poll = 250ms, .stable_for = 5s};

/// A look that takes no time.
void see(stability_watch& w, const char* incarnation, stability_watch::time at) { w.saw(incarnation, at, at); }

TEST(StabilityWatchTest, OneLookIsEnoughWhereNothingMustBeStable) {
    stability_watch w({.timeout = 60s, .poll = 250ms});

    see(w, "2", 310ms);

    EXPECT_TRUE(w.is_over(310ms));
    EXPECT_EQ(w.end(), recovery_end::recovered);
    EXPECT_EQ(w.back_after(), 310ms);
    EXPECT_EQ(w.describe(), "");
}

TEST(StabilityWatchTest, HasRecoveredWhenTheSameIncarnationHasStoodForLongEnough) {
    stability_watch w(strict);
    see(w, "2", 310ms);
    see(w, "2", 5309ms);
    EXPECT_FALSE(w.is_over(5309ms));

    see(w, "2", 5310ms);

    EXPECT_TRUE(w.is_over(5310ms));
    EXPECT_EQ(w.end(), recovery_end::recovered);
    EXPECT_EQ(w.back_after(), 310ms);
    EXPECT_EQ(w.describe(), "");
    EXPECT_EQ(w.take_incarnation(), "2");
}

TEST(StabilityWatchTest, TheLookThatEndsAStretchMustHaveBegunAfterIt) {
    stability_watch w(strict);
    w.saw("2", 0s, 1s);

    w.saw("2", 5900ms, 6500ms);
    EXPECT_FALSE(w.is_recovered());

    w.saw("2", 6s, 7s);
    EXPECT_TRUE(w.is_recovered());
    EXPECT_EQ(w.back_after(), 1s);
}

TEST(StabilityWatchTest, AnotherIncarnationBeginsTheStretchAnewThoughAllLooksSawOneStand) {
    stability_watch w(strict);
    see(w, "2", 310ms);

    see(w, "3", 1110ms);
    see(w, "3", 5310ms);

    EXPECT_FALSE(w.is_over(5310ms));
    see(w, "3", 6110ms);
    EXPECT_EQ(w.end(), recovery_end::recovered);
    EXPECT_EQ(w.back_after(), 1110ms);
    EXPECT_EQ(w.describe(), "it came back after 310 ms and died within 800 ms; it came back 2 times");
}

TEST(StabilityWatchTest, WhatFellAndDoesNotStayIsUnstable) {
    stability_watch w(strict);
    see(w, "2", 310ms);
    w.saw_none(1110ms, 1110ms);
    see(w, "3", 20s);
    w.saw_none(21s, 21s);
    see(w, "4", 40s);
    w.saw_none(41s, 41s);

    EXPECT_FALSE(w.is_over(59s));
    EXPECT_TRUE(w.is_over(60s));
    EXPECT_EQ(w.end(), recovery_end::unstable);
    EXPECT_EQ(w.describe(), "it came back after 310 ms and was down again within 800 ms; it came back 3 times");
}

TEST(StabilityWatchTest, KnowsWhenItWasCertainlyNotBackYet) {
    stability_watch at_once(strict);
    see(at_once, "2", 310ms);
    EXPECT_EQ(at_once.not_before(), 0s);

    stability_watch w(strict);
    w.saw_none(500ms, 700ms);
    w.saw_nothing_at_all();  // a look that could not see says nothing
    see(w, "2", 9s);
    EXPECT_EQ(w.not_before(), 500ms) << "when the look began: then it was not there";

    w.saw_it_fail(10s, 11s);
    see(w, "2", 12s);
    EXPECT_EQ(w.not_before(), 10s);

    see(w, "3", 15s);
    EXPECT_EQ(w.not_before(), 12s) << "the one before it stood then";
}

TEST(StabilityWatchTest, WhatSomebodyKeepsDownForLongEnoughIsHis) {
    stability_watch w(strict);
    see(w, "2", 310ms);
    w.saw_it_taken(1s, 1s);
    w.saw_it_taken(5900ms, 5900ms);

    EXPECT_FALSE(w.is_over(5900ms));
    w.saw_it_taken(6s, 6s);
    EXPECT_TRUE(w.is_over(6s));
    EXPECT_EQ(w.end(), recovery_end::taken_over);
}

TEST(StabilityWatchTest, WhoeverTakesItOverHasItWhateverItDidBefore) {
    stability_watch w(strict);
    see(w, "2", 1s);
    w.saw_none(2s, 2s);
    see(w, "3", 3s);
    w.saw_it_taken(59s, 59s);

    EXPECT_TRUE(w.is_over(60s)) << "there is no further look";
    EXPECT_EQ(w.end(), recovery_end::taken_over);
    EXPECT_EQ(w.describe(), "it came back after 1 s and was down again within 1 s; it came back 2 times");
}

TEST(StabilityWatchTest, WhatIsStartedAgainOrFallsByItselfAfterAllIsNobodysBut) {
    stability_watch w(strict);
    w.saw_it_taken(1s, 1s);
    see(w, "2", 4s);
    w.saw_it_taken(5s, 5s);
    w.saw_nothing_at_all();
    see(w, "3", 8s);
    see(w, "3", 13s);
    EXPECT_EQ(w.end(), recovery_end::recovered) << "he has restarted it";
    EXPECT_EQ(w.back_after(), 8s);

    stability_watch failed(strict);
    failed.saw_it_taken(1s, 1s);
    failed.saw_none(5s, 5s);
    failed.saw_it_taken(9s, 9s);
    EXPECT_FALSE(failed.is_over(9s)) << "it begins anew";
    failed.saw_none(59s, 59s);
    EXPECT_EQ(failed.end(), recovery_end::not_recovered);
}

TEST(StabilityWatchTest, WhereNothingMustBeStableOneLookTells) {
    stability_watch w({.timeout = 60s, .poll = 250ms});

    w.saw_it_taken(310ms, 310ms);

    EXPECT_TRUE(w.is_over(310ms));
    EXPECT_EQ(w.end(), recovery_end::taken_over);
}

TEST(StabilityWatchTest, AProbeThatFailsBeginsTheStretchAnew) {
    stability_watch w(strict);
    see(w, "2", 1s);
    w.saw_it_fail(3s, 3s);
    see(w, "2", 4s);

    see(w, "2", 6s);
    EXPECT_FALSE(w.is_recovered());

    see(w, "2", 9s);
    EXPECT_EQ(w.back_after(), 4s);
    EXPECT_EQ(w.describe(), "it came back after 1 s and was not well any more within 2 s; it came back 2 times");
}

TEST(StabilityWatchTest, ALookThatCouldNotSeeSaysNothingEitherWay) {
    stability_watch w(strict);
    see(w, "2", 1s);
    w.saw_nothing_at_all();
    see(w, "2", 6s);

    EXPECT_EQ(w.end(), recovery_end::recovered);
    EXPECT_EQ(w.back_after(), 1s);
}

TEST(StabilityWatchTest, WhatWasBackAndIsNotSeenAnyMoreIsNotSaidToHaveFallen) {
    stability_watch w(strict);
    see(w, "2", 58s);
    see(w, "2", 59s);
    w.saw_nothing_at_all();

    EXPECT_FALSE(w.is_over(63s)) << "the stretch may be completed, for a second";
    EXPECT_TRUE(w.is_over(64s));
    EXPECT_EQ(w.end(), recovery_end::not_recovered);
    EXPECT_EQ(w.describe(), "it was back after 58 s and seen for 1 s, which is not 5 s yet");
}

TEST(StabilityWatchTest, AStretchThatBeganInTimeMayBeCompletedAfterIt) {
    stability_watch w(strict);
    see(w, "2", 60s);

    EXPECT_FALSE(w.is_over(60s));
    see(w, "2", 65s);

    EXPECT_EQ(w.end(), recovery_end::recovered);
    EXPECT_EQ(w.back_after(), 60s);
}

TEST(StabilityWatchTest, WhatComesBackTooLateHasNotRecovered) {
    stability_watch w(strict);

    see(w, "2", 60s + 1ms);

    EXPECT_TRUE(w.is_over(60s + 1ms));
    EXPECT_EQ(w.end(), recovery_end::not_recovered);
    EXPECT_EQ(w.describe(), "it was back too late, after 1 m");
}

TEST(StabilityWatchTest, WhatCouldNotBeLookedAtInTimeIsNotSaidToHaveComeBackTooLate) {
    stability_watch w(strict);
    w.missed_its_time();

    see(w, "2", 2min);

    EXPECT_TRUE(w.is_over(2min));
    EXPECT_EQ(w.end(), recovery_end::unwatched);
    EXPECT_EQ(w.describe(), "it could not be looked at in time, and was back when it was, after 2 m");
}

TEST(StabilityWatchTest, AfterItsTimeNothingBeginsAnew) {
    stability_watch w(strict);
    see(w, "2", 58s);

    see(w, "3", 61s);

    EXPECT_TRUE(w.is_over(61s));
    EXPECT_EQ(w.end(), recovery_end::unstable);
}

TEST(StabilityWatchTest, StableForMayBeLongerThanTheTimeToComeBack) {
    stability_watch w({.timeout = 10s, .poll = 1s, .stable_for = 1min});
    see(w, "2", 3s);

    EXPECT_FALSE(w.is_over(62s));
    see(w, "2", 63s);

    EXPECT_TRUE(w.is_recovered());
}

TEST(StabilityWatchTest, OneLookIsMadeHoweverLongTheActTook) {
    const stability_watch w(strict);

    EXPECT_FALSE(w.is_over(2min));
    EXPECT_GT(w.look_limit(2min), 0s);
}

TEST(StabilityWatchTest, LooksEveryPollAndShortlyBeforeTheEnd) {
    stability_watch w({.timeout = 12s, .poll = 5s, .stable_for = 1s});
    w.saw_none(0s, 0s);

    EXPECT_EQ(w.pause(0s), 5s);
    EXPECT_EQ(w.pause(10s), 1s);
    EXPECT_EQ(w.pause(11s), 1s) << "to the end";
    EXPECT_EQ(w.look_limit(11s), 1s);
}

TEST(StabilityWatchTest, LooksRightWhenAStretchIsCompleted) {
    stability_watch w({.timeout = 12s, .poll = 5s, .stable_for = 7s});
    see(w, "2", 3s);

    EXPECT_EQ(w.pause(3s), 5s);
    see(w, "2", 8s);
    EXPECT_EQ(w.pause(8s), 2s);
}

}  // namespace
}  // namespace mayhem::core
