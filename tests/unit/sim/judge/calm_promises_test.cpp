// Proves what is demanded when a calm phase is over, that what could not be is not, and that the record is believed
// nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const asked stop{.what = wish_kind::stop, .group = {}, .target = {}};
const phase_begins calm{.phase = phase_kind::calm, .within = 60s};
const phase_begins over{.phase = phase_kind::over};
const trouble engine_away{.id = 1, .kind = trouble_kind::engine, .group = {}, .what = "the engine is away"};

/// web-1 is restarted at 10 s and stands again a second later.
story restarted() {
    story s;
    s.begins().restarts(10, "web-1", "first", "second");
    return s;
}

/// A calm phase from 100 s to 300 s, at the end of which the record says so of message-1.
story& recorded(story& s, const std::vector<recorded_attempt>& attempts, message_state state = message_state::acked) {
    s.at(100).tell(calm);
    s.at(299).tell(
        recorded_message{.message = "message-1", .group = "web", .planned_at = s.wall_begin + 10s, .state = state});
    for (const recorded_attempt& a : attempts) {
        s.tell(a);
    }
    s.tell(record_read{});
    s.at(300).tell(over);
    return s;
}

recorded_attempt attempt(std::optional<core::verdict> v, std::optional<core::duration> recovery = {}) {
    return {.message = "message-1", .verdict = v, .refused_by = {}, .recovery = recovery};
}

TEST(RecordIsTrueTest, ARecoveryThatHappenedAndItsSeconds) {
    const names untrue{"record_is_true"};
    story exact = restarted();
    EXPECT_EQ(recorded(exact, {attempt(core::verdict::recovered, 1s)}).broken(), names{});
    EXPECT_EQ(exact.decided("record_is_true"), 1);

    story late = restarted();
    EXPECT_EQ(recorded(late, {attempt(core::verdict::recovered, 2249ms)}).broken(), names{})
        << "within a poll and a second";
    story wrong = restarted();
    EXPECT_EQ(recorded(wrong, {attempt(core::verdict::recovered, 2251ms)}).broken(), untrue);
    story denied = restarted();
    EXPECT_EQ(recorded(denied, {attempt(core::verdict::not_recovered, 60s)}).broken(), untrue);
}

TEST(RecordIsTrueTest, ATargetThatDidNotComeBackDidNotRecover) {
    story s;
    s.begins().at(10).acts("web-1", "first", s.message_for("web-1", "first"));
    s.stands("web-1", "first", target_state::down);
    story claimed = s;
    EXPECT_EQ(recorded(s, {attempt(core::verdict::not_recovered, 60s)}).broken(), names{});
    EXPECT_EQ(recorded(claimed, {attempt(core::verdict::recovered, 1s)}).broken(), names{"record_is_true"});
}

/// web-1 is restarted at 10 s, stands again at 11 s, falls, and comes back once more.
story fallen(double falls_at, double back_at) {
    story s;
    s.web().stable_for = 20s;
    s.begins().restarts(10, "web-1", "first", "second");
    s.at(falls_at).stands("web-1", "second", target_state::down);
    s.at(back_at).stands("web-1", "third");
    return s;
}

TEST(RecordIsTrueTest, WhatFellBeforeItWasStableHasNotRecoveredThen) {
    const names untrue{"record_is_true"};
    story first = fallen(30.9, 40);
    EXPECT_EQ(recorded(first, {attempt(core::verdict::recovered, 1s)}).broken(), untrue);
    story just_long_enough = fallen(31, 40);
    EXPECT_EQ(recorded(just_long_enough, {attempt(core::verdict::recovered, 1s)}).broken(), names{});
    story second = fallen(30.9, 40);
    EXPECT_EQ(recorded(second, {attempt(core::verdict::recovered, 30s)}).broken(), names{});
}

TEST(RecordIsTrueTest, UnstableIsWhatCameBackAndFellAndDidNotStay) {
    const names untrue{"record_is_true"};
    story fell = fallen(12, 90);
    EXPECT_EQ(recorded(fell, {attempt(core::verdict::unstable, 60s)}).broken(), names{});
    story never_back;
    never_back.begins().at(10).acts("web-1", "first", never_back.message_for("web-1", "first"));
    never_back.stands("web-1", "first", target_state::down);
    EXPECT_EQ(recorded(never_back, {attempt(core::verdict::unstable, 60s)}).broken(), untrue);
    story stayed = fallen(12, 40);
    EXPECT_EQ(recorded(stayed, {attempt(core::verdict::unstable, 60s)}).broken(), untrue);
    story never_fell = restarted();
    EXPECT_EQ(recorded(never_fell, {attempt(core::verdict::unstable, 60s)}).broken(), untrue);
}

/// web-1 is hit at 10 s, and somebody keeps it down from then to then.
story taken(double from, double to) {
    story s;
    s.begins().at(10).acts("web-1", "first", s.message_for("web-1", "first"));
    s.stands("web-1", "first", target_state::down);
    s.at(from).tell(taken_by_somebody{.target = "web-1"});
    s.at(to).tell(taken_by_somebody{.target = "web-1", .is_taken = false});
    return s;
}

TEST(RecordIsTrueTest, WhatSomebodyStoppedOnPurposeIsHisAndNoFailure) {
    const names untrue{"record_is_true"};
    story his = taken(15, 90);
    EXPECT_EQ(recorded(his, {attempt(core::verdict::taken_over)}).broken(), names{});
    story blamed = taken(15, 90);
    EXPECT_EQ(recorded(blamed, {attempt(core::verdict::not_recovered, 60s)}).broken(), untrue);
    story called_unstable = taken(15, 90);
    EXPECT_EQ(recorded(called_unstable, {attempt(core::verdict::unstable, 60s)}).broken(), untrue);
}

TEST(RecordIsTrueTest, WhatNobodyStoppedIsNobodys) {
    const names untrue{"record_is_true"};
    story never;
    never.begins().at(10).acts("web-1", "first", never.message_for("web-1", "first"));
    never.stands("web-1", "first", target_state::down);
    EXPECT_EQ(recorded(never, {attempt(core::verdict::taken_over)}).broken(), untrue);
    story before = taken(2, 5);
    EXPECT_EQ(recorded(before, {attempt(core::verdict::taken_over)}).broken(), untrue);
    story after = taken(95, 99);
    EXPECT_EQ(recorded(after, {attempt(core::verdict::taken_over)}).broken(), untrue);
}

TEST(RecordIsTrueTest, WhatSomebodyHadForAMomentMayBeEither) {
    for (const core::verdict v : {core::verdict::taken_over, core::verdict::not_recovered}) {
        story s = taken(15, 15.5);
        EXPECT_EQ(recorded(s, {attempt(v, 60s)}).broken(), names{}) << core::to_string(v);
        story late = taken(69, 90);
        EXPECT_EQ(recorded(late, {attempt(v, 60s)}).broken(), names{}) << core::to_string(v);
    }
}

TEST(RecordIsTrueTest, AtTheEndOfItsTimeEitherIsTrue) {
    for (const core::verdict v : {core::verdict::recovered, core::verdict::not_recovered}) {
        story s;
        s.begins().at(10).acts("web-1", "first", s.message_for("web-1", "first"));
        s.stands("web-1", "first", target_state::down);
        s.at(69.5).stands("web-1", "second");

        EXPECT_EQ(recorded(s, {attempt(v, 60s)}).broken(), names{});
    }
}

/// web-1 is hit at 10 s, and takes no notice until then.
story deaf(std::optional<double> ends_at = std::nullopt) {
    story s;
    s.begins().at(10).acts("web-1", "first", s.message_for("web-1", "first"));
    if (ends_at) {
        s.at(*ends_at).stands("web-1", "first", target_state::down);
    }
    return s;
}

TEST(RecordIsTrueTest, WhatDidNotEndIsNeverOnRecordAsARestart) {
    const names untrue{"record_is_true"};
    story stood = deaf();
    EXPECT_EQ(recorded(stood, {attempt(core::verdict::not_ended, 60s)}).broken(), names{});
    for (const core::verdict v : {core::verdict::not_recovered, core::verdict::unstable, core::verdict::recovered}) {
        story claimed = deaf();
        EXPECT_EQ(recorded(claimed, {attempt(v, 60s)}).broken(), untrue) << core::to_string(v);
    }
}

TEST(RecordIsTrueTest, WhatEndedInTimeIsNotOnRecordAsStanding) {
    story ended = deaf(20);
    EXPECT_EQ(recorded(ended, {attempt(core::verdict::not_ended, 60s)}).broken(), names{"record_is_true"});

    story late = deaf(90);
    EXPECT_EQ(recorded(late, {attempt(core::verdict::not_ended, 60s)}).broken(), names{});
}

TEST(RecordIsTrueTest, NotToKnowNeedsAReason) {
    for (const auto v : {std::optional(core::verdict::unwatched), std::optional(core::verdict::cancelled),
                         std::optional(core::verdict::restart_failed), std::optional<core::verdict>()}) {
        story none = restarted();
        EXPECT_EQ(recorded(none, {attempt(v)}).broken(), names{"record_is_true"});

        story killed = restarted();
        killed.at(10.5).tell(life_ended{.how = life_end::killed});
        killed.at(12).tell(life_began{.life = 2});
        EXPECT_EQ(recorded(killed, {attempt(v)}).broken(), names{});

        story troubled = restarted();
        troubled.at(10.5).tell(engine_away);
        troubled.at(10.6).tell(
            trouble{.id = 1, .kind = trouble_kind::engine, .stands = false, .group = {}, .what = {}});
        EXPECT_EQ(recorded(troubled, {attempt(v)}).broken(), names{});

        story killed_at_the_record = restarted();
        killed_at_the_record.at(71).tell(life_ended{.how = life_end::killed});
        killed_at_the_record.at(72).tell(life_began{.life = 2});
        EXPECT_EQ(recorded(killed_at_the_record, {attempt(v)}).broken(), names{});

        story killed_later = restarted();
        killed_later.at(73).tell(life_ended{.how = life_end::killed});
        killed_later.at(74).tell(life_began{.life = 2});
        EXPECT_EQ(recorded(killed_later, {attempt(v)}).broken(), names{"record_is_true"});
    }
}

TEST(RecordIsTrueTest, AnActWithoutAnyAttemptIsNoTruth) {
    story s = restarted();
    recorded(s, {});

    ASSERT_EQ(s.broken(), names{"record_is_true"});
    EXPECT_THAT(s.judged().violations().front().text, HasSubstr("took effect and has no attempt on record"));
}

TEST(RecordIsTrueTest, HoweverManyLivesTheTargetHasHadSince) {
    story s = restarted();
    s.at(79).stands("web-1", "second", target_state::down);
    for (int life = 0; life < 200; ++life) {
        s.at(80 + 0.1 * life).stands("web-1", "later-" + std::to_string(life));
        s.at(80.05 + 0.1 * life).stands("web-1", "later-" + std::to_string(life), target_state::down);
    }

    EXPECT_EQ(recorded(s, {attempt(core::verdict::recovered, 1s)}).broken(), names{});
    EXPECT_EQ(s.decided("record_is_true"), 1);
}

TEST(RecordIsTrueTest, WhoseActItWasNeedNotBeKnown) {
    story s;
    s.begins().at(9);
    (void)s.message_for("web-1", "first");
    (void)s.message_for("web-1", "first");
    s.at(10).tell(act{.id = 1, .group = "web", .target = "web-1", .incarnation = "first", .message = {}});
    s.tell(hit{.act = 1, .target = "web-1", .incarnation = "first"});
    s.stands("web-1", "first", target_state::down);
    s.at(11).stands("web-1", "second");
    story untrue = s;
    const auto record = [](story& to, core::duration recovery) {
        recorded(to, {attempt(core::verdict::recovered, recovery)});
        return to.judged().tallies().at("record_is_true");
    };

    story after_another = s;
    EXPECT_EQ(record(s, 1s).broken, 0);
    EXPECT_EQ(record(untrue, 30s).broken, 1);

    recorded_attempt others = attempt(core::verdict::recovered, 1s);
    others.message = "message-2";
    recorded(after_another, {attempt(core::verdict::not_recovered), others});
    EXPECT_EQ(after_another.judged().tallies().at("record_is_true").broken, 0)
        << "one of them had come to nothing before";
}

TEST(RecordIsTrueTest, NorIsAnAttemptWithoutAnAct) {
    story s;
    s.begins().at(10).message_for("web-1", "first");
    recorded(s, {attempt(core::verdict::recovered, 1s)});

    EXPECT_EQ(s.broken(), names{"record_is_true"});
}

TEST(RecordIsTrueTest, WithoutARecordNothingIsDecided) {
    story s = restarted();
    s.tell(queue_did{.message = "message-1", .step = queue_step::acked});
    s.at(100).tell(calm);
    s.at(300).tell(over);

    EXPECT_EQ(s.broken(), names{});
    EXPECT_EQ(s.judged().tallies().at("record_is_true").undecided, 1);
}

TEST(MessagesAreSettledTest, AckedOrDeadLetteredByTheQueueOrTheRecord) {
    for (const queue_step step : {queue_step::acked, queue_step::dead_lettered}) {
        story s = restarted();
        s.at(12).tell(queue_did{.message = "message-1", .step = step});
        s.at(100).tell(calm);
        s.at(300).tell(over);
        EXPECT_EQ(s.broken(), names{});
    }
    story on_record = restarted();
    recorded(on_record, {attempt(core::verdict::recovered, 1s)}, message_state::dead_lettered);
    EXPECT_EQ(on_record.broken(), names{});
}

TEST(MessagesAreSettledTest, OneThatIsNotIsLost) {
    for (const queue_step step :
         {queue_step::published, queue_step::received, queue_step::nacked, queue_step::lease_lost}) {
        story s = restarted();
        s.at(12).tell(queue_did{.message = "message-1", .step = step});
        s.at(100).tell(calm);
        s.at(300).tell(over);
        EXPECT_EQ(s.broken(), names{"messages_are_settled"});
    }
}

TEST(MessagesAreSettledTest, OneThatIsNotOnRecordIsLostWhateverTheQueueSays) {
    story s;
    s.begins().at(10).message_for("web-1", "first");
    s.tell(queue_did{.message = "message-1", .step = queue_step::acked});
    s.at(100).tell(calm);
    s.at(299).tell(record_read{});
    s.at(300).tell(over);

    EXPECT_EQ(s.broken(), names{"messages_are_settled"});
}

TEST(MessagesAreSettledTest, WhatBeganTooLateOrInALifeThatDidIsNotDueYet) {
    story late;
    late.begins().at(100).tell(calm);
    late.at(241).message_for("web-1", "first");
    late.at(300).tell(over);
    EXPECT_EQ(late.broken(), names{});

    story reborn = restarted();
    reborn.at(100).tell(calm);
    reborn.at(241).tell(life_ended{.how = life_end::killed});
    reborn.tell(life_began{.life = 2});
    story due = reborn;
    reborn.at(300).tell(over);
    EXPECT_EQ(reborn.broken(), names{});

    due.at(302).tell(over);
    EXPECT_EQ(due.broken(), names{"messages_are_settled"});
}

TEST(MessagesAreSettledTest, AWorldThatWasNotAbleIsCountedApart) {
    story s = restarted();
    s.at(100).tell(calm);
    s.tell(engine_away);
    s.at(300).tell(over);

    EXPECT_EQ(s.broken(), names{});
    EXPECT_EQ(s.excused("messages_are_settled"), 1);
    EXPECT_THAT(s.judged().excuses().front(), HasSubstr("the engine is away"));

    story ended = restarted();
    ended.at(100).tell(calm);
    ended.tell(engine_away);
    ended.at(200).tell(trouble{.id = 1, .kind = trouble_kind::engine, .stands = false, .group = {}, .what = {}});
    ended.at(300).tell(over);
    EXPECT_EQ(ended.broken(), names{"messages_are_settled"});
}

TEST(EndsInTimeTest, WithinTheGraceAndTheLastResort) {
    const names too_late{"ends_in_time"};
    story s;
    s.config.shutdown_grace = 20s;
    s.begins();
    s.wants(10, stop);
    story late = s;
    story never = s;
    s.at(34).tell(life_ended{.status = 75, .tasks = 3});
    EXPECT_EQ(s.broken(), names{});

    late.at(34.1).tell(life_ended{.status = 75});
    EXPECT_EQ(late.broken(), too_late);
    never.at(40).stands("web-1", "first");
    EXPECT_EQ(never.broken(), too_late);
}

TEST(EndsInTimeTest, ByTheGraceThatAReloadHasReadIfThatIsLonger) {
    story s;
    s.config.shutdown_grace = 10s;
    s.begins();
    s.at(9).tell(config_read{.shutdown_grace = 20s});
    story taken_over = s;
    s.wants(10, stop);
    s.at(30).tell(life_ended{.status = 75, .tasks = 3});
    EXPECT_EQ(s.broken(), names{});

    taken_over.at(9.5).tell(taken_over.config);
    taken_over.wants(10, stop);
    taken_over.at(30).tell(life_ended{.status = 75, .tasks = 3});
    EXPECT_EQ(taken_over.broken(), names{"ends_in_time"});
}

TEST(EndsInTimeTest, BeforeAConfigIsInForceAsWell) {
    story s;
    s.at(0).tell(life_began{});
    s.wants(1, stop);
    s.at(20).tell(trouble{.id = 1, .group = {}, .what = "other"});

    EXPECT_EQ(s.broken(), names{"ends_in_time"});
}

TEST(EndsInTimeTest, WithAStatusThatSaysWhatItDidAndNoTaskLeft) {
    for (const auto& [status, tasks, expected] :
         {std::tuple{0, 0, names{}}, std::tuple{0, 1, names{"ends_in_time"}}, std::tuple{75, 1, names{}},
          std::tuple{70, 0, names{"ends_in_time"}}}) {
        story s;
        s.begins();
        s.wants(10, stop);
        s.at(12).tell(life_ended{.status = status, .tasks = tasks});
        EXPECT_EQ(s.broken(), expected) << status << ' ' << tasks;
    }
}

TEST(EndsInTimeTest, WhoIsKilledMeanwhileOwesNothing) {
    story s;
    s.begins();
    s.wants(10, stop);
    s.at(12).tell(life_ended{.how = life_end::killed});
    s.at(13).tell(life_began{.life = 2});
    s.at(100).stands("web-1", "first");

    EXPECT_EQ(s.broken(), names{});
}

TEST(NeverDeadlocksTest, OneIsOneTooMany) {
    story s;
    s.begins().at(10).tell(deadlock{.what = "everything waits"});

    EXPECT_EQ(s.broken(), names{"never_deadlocks"});
}

TEST(IsReadyTest, WhoHadItsTimeSaysSo) {
    for (const bool value : {true, false}) {
        story s;
        s.begins().at(100).tell(calm);
        s.at(299).tell(told{.question = question::ready, .group = {}, .value = value});
        s.at(300).tell(over);
        EXPECT_EQ(s.broken(), value ? names{} : names{"is_ready"});
    }
}

story received_twice(std::vector<queue_step> between) {
    story s = restarted();
    s.at(12).tell(queue_did{.message = "message-1", .step = queue_step::received});
    for (const queue_step step : between) {
        s.at(13).tell(queue_did{.message = "message-1", .step = step});
    }
    s.at(14).tell(queue_did{.message = "message-1", .step = queue_step::received});
    return s;
}

TEST(LeasesHoldTest, WhatIsGivenBackOrLostMayComeAgain) {
    for (const queue_step step : {queue_step::nacked, queue_step::lease_lost}) {
        EXPECT_EQ(received_twice({step}).broken(), names{});
    }
}

TEST(LeasesHoldTest, WhatIsInHandMayNot) {
    EXPECT_EQ(received_twice({}).broken(), names{"leases_hold"});
    EXPECT_EQ(received_twice({queue_step::nacked, queue_step::received}).broken(), names{"leases_hold"});
}

TEST(LeasesHoldTest, WhatIsSettledDoesNotComeAgainNotEvenToTheNextLife) {
    for (const queue_step step : {queue_step::acked, queue_step::dead_lettered}) {
        EXPECT_EQ(received_twice({step}).broken(), names{"leases_hold"});

        story s = restarted();
        s.at(12).tell(queue_did{.message = "message-1", .step = step});
        s.at(13).tell(life_ended{.how = life_end::killed});
        s.at(14).tell(life_began{.life = 2});
        s.at(15).tell(queue_did{.message = "message-1", .step = queue_step::received});
        EXPECT_EQ(s.broken(), names{"leases_hold"});
    }
}

TEST(LeasesHoldTest, WhoDiesHoldsNothing) {
    story s = restarted();
    s.at(12).tell(queue_did{.message = "message-1", .step = queue_step::received});
    s.at(13).tell(life_ended{.how = life_end::killed});
    s.at(14).tell(life_began{.life = 2});
    s.at(15).tell(queue_did{.message = "message-1", .step = queue_step::received});

    EXPECT_EQ(s.broken(), names{});
}

TEST(RecordIsTrueTest, ALifeThatFellBetweenTwoLooksNeedNotBeSeen) {
    story s;
    s.begins().restarts(10, "web-1", "first", "second");
    s.at(12.1).stands("web-1", "second", target_state::down);

    EXPECT_EQ(recorded(s, {attempt(core::verdict::not_recovered, 60s)}).broken(), names{});
}

TEST(IsReadyTest, WhoJustBeganOrDrainsNeedNot) {
    story young;
    young.begins().at(100).tell(calm);
    young.at(250).tell(life_ended{});
    young.tell(life_began{.life = 2});
    young.at(299).tell(told{.question = question::ready, .group = {}, .value = false});
    young.at(300).tell(over);
    EXPECT_EQ(young.broken(), names{});

    story drained;
    drained.begins().at(100).tell(calm);
    drained.wants(110, {.what = wish_kind::drain, .group = {}, .target = {}});
    drained.at(299).tell(told{.question = question::ready, .group = {}, .value = false});
    drained.at(300).tell(over);
    EXPECT_EQ(drained.broken(), names{});
}

}  // namespace
}  // namespace mayhem::sim::test
