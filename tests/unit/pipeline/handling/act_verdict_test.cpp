// Proves the rule that says whether a target was acted on, and what follows, over every combination of how the save,
// the act and the watch ended.
#include "pipeline/handling/act_verdict.hpp"

#include <array>

#include <gtest/gtest.h>

#include "mayhem/core/rules/passing.hpp"

namespace mayhem::pipeline {
namespace {

using core::verdict;

constexpr std::array all_ends{act_end::done,   act_end::in_doubt, act_end::refused,
                              act_end::failed, act_end::stopped,  act_end::cut};

bool is_known_untouched(act_end act) {
    return act == act_end::refused || act == act_end::failed || act == act_end::stopped;
}

TEST(ActVerdictTest, KeepsTheClaimExactlyOfWhatMayHaveBeenTouched) {
    for (const act_end act : all_ends) {
        for (const bool is_saved : {true, false}) {
            for (const bool is_cancelled : {true, false}) {
                EXPECT_EQ(judge_act(is_saved, act, is_cancelled).keeps_claim, !is_known_untouched(act));
            }
        }
    }
}

TEST(ActVerdictTest, PutsNothingOnRecordThatContradictsTheClaim) {
    for (const act_end act : all_ends) {
        for (const bool is_saved : {true, false}) {
            for (const bool is_cancelled : {true, false}) {
                const act_verdict v = judge_act(is_saved, act, is_cancelled);
                EXPECT_TRUE(!v.verdict || core::may_have_acted(*v.verdict) == v.keeps_claim);
            }
        }
    }
}

TEST(ActVerdictTest, WatchesWhatWasActedOnUnlessTheDaemonEnds) {
    for (const act_end act : all_ends) {
        for (const bool is_saved : {true, false}) {
            EXPECT_FALSE(judge_act(is_saved, act, true).is_watched);
            EXPECT_EQ(judge_act(is_saved, act, false).is_watched, act == act_end::done || act == act_end::in_doubt);
        }
    }
}

TEST(ActVerdictTest, NamesEachEnd) {
    for (const bool is_saved : {true, false}) {
        for (const bool is_cancelled : {true, false}) {
            EXPECT_EQ(judge_act(is_saved, act_end::refused, is_cancelled).verdict, verdict::refused);
            EXPECT_EQ(judge_act(is_saved, act_end::stopped, is_cancelled).verdict, std::nullopt);
            EXPECT_EQ(judge_act(is_saved, act_end::cut, is_cancelled).verdict, std::nullopt);
        }
        EXPECT_EQ(judge_act(is_saved, act_end::failed, false).verdict, verdict::restart_failed);
        EXPECT_EQ(judge_act(is_saved, act_end::failed, true).verdict, std::nullopt);
        for (const act_end act : {act_end::done, act_end::in_doubt}) {
            EXPECT_EQ(judge_act(is_saved, act, true).verdict, verdict::unwatched);
            EXPECT_EQ(judge_act(is_saved, act, false).verdict, is_saved ? verdict::unwatched : verdict::save_failed);
        }
    }
}

TEST(ActVerdictTest, WhatIsBackIsNobodysAnyMore) {
    for (const act_end act : {act_end::done, act_end::in_doubt}) {
        for (const bool is_saved : {true, false}) {
            const act_verdict v = after_watch(judge_act(is_saved, act, false), act, core::recovery_end::recovered);
            EXPECT_EQ(v, (act_verdict{.verdict = is_saved ? verdict::recovered : verdict::save_failed}));
        }
    }
}

TEST(ActVerdictTest, WhatDidNotEndIsNoRestartAndIsNotActedOnAgain) {
    for (const bool is_saved : {true, false}) {
        const auto after = [&](act_end act) {
            return after_watch(judge_act(is_saved, act, false), act, core::recovery_end::not_ended);
        };

        EXPECT_EQ(after(act_end::done), (act_verdict{.verdict = verdict::not_ended, .keeps_claim = true}));
        EXPECT_EQ(after(act_end::in_doubt), (act_verdict{.verdict = verdict::not_ended, .is_doubted = true}));
    }
}

TEST(ActVerdictTest, OnlyAnAbsentSuccessorMeansAnotherThingWhileTheOldOneStands) {
    using core::passing;
    using core::recovery_end;

    EXPECT_EQ(core::end_with(recovery_end::not_recovered, passing::stands), recovery_end::not_ended);
    EXPECT_EQ(core::end_with(recovery_end::not_recovered, passing::ended), recovery_end::not_recovered);
    EXPECT_EQ(core::end_with(recovery_end::not_recovered, passing::unknown), recovery_end::not_recovered);
    for (const recovery_end end : {recovery_end::recovered, recovery_end::unstable, recovery_end::unwatched}) {
        EXPECT_EQ(core::end_with(end, passing::stands), end);
    }
}

TEST(ActVerdictTest, WhatCameBackAndFellIsAFindingAndGoneAllTheSame) {
    for (const act_end act : {act_end::done, act_end::in_doubt}) {
        for (const bool is_saved : {true, false}) {
            const act_verdict v = after_watch(judge_act(is_saved, act, false), act, core::recovery_end::unstable);
            EXPECT_EQ(v, (act_verdict{.verdict = verdict::unstable}));
        }
    }
}

TEST(ActVerdictTest, WhatWasNotToleratedOrBrokenOffIsAFindingOnceItIsBack) {
    using core::during_policy;
    const core::span_facts red{.during = {.green = 3, .red = 1}};
    const core::span_facts green{.during = {.green = 4}};
    const act_verdict back{.verdict = verdict::recovered};

    EXPECT_EQ(after_span(back, during_policy::must_pass, &red), (act_verdict{.verdict = verdict::not_tolerated}));
    EXPECT_EQ(after_span(back, during_policy::may_fail, &red), back);
    EXPECT_EQ(after_span(back, during_policy::must_pass, &green), back);
    EXPECT_EQ(after_span(back, during_policy::must_pass, nullptr), back) << "nothing stood";
    const core::span_facts stopped{.ended_by = core::span_end::stop_condition, .during = {.red = 1}};
    EXPECT_EQ(after_span(back, during_policy::must_pass, &stopped), (act_verdict{.verdict = verdict::aborted}));
    EXPECT_EQ(after_span(back, during_policy::may_fail, &stopped), (act_verdict{.verdict = verdict::aborted}));
    for (const verdict worse : {verdict::not_recovered, verdict::unstable, verdict::save_failed, verdict::unwatched}) {
        EXPECT_EQ(after_span({.verdict = worse}, during_policy::must_pass, &red).verdict, worse);
        EXPECT_EQ(after_span({.verdict = worse}, during_policy::may_fail, &stopped).verdict, worse);
    }
}

TEST(ActVerdictTest, WhatHadNoEffectIsAFindingUnlessThereIsAnother) {
    using core::during_policy;
    core::span_facts vain{.effect = {.text = "no packet", .is_none = true}};
    const act_verdict back{.verdict = verdict::recovered};

    EXPECT_EQ(after_span(back, during_policy::may_fail, &vain), (act_verdict{.verdict = verdict::no_effect}));
    EXPECT_EQ(after_span({.verdict = verdict::unstable}, during_policy::may_fail, &vain).verdict, verdict::unstable);
    vain.during.red = 1;
    EXPECT_EQ(after_span(back, during_policy::must_pass, &vain).verdict, verdict::not_tolerated);
    vain.ended_by = core::span_end::stop_condition;
    EXPECT_EQ(after_span(back, during_policy::may_fail, &vain).verdict, verdict::aborted);
}

TEST(ActVerdictTest, WhatCouldNotBeEndedIsAFindingWhateverBecameOfTheTarget) {
    const core::span_facts stuck{.effect = {.is_none = true}, .during = {.red = 1}, .stuck = "the engine is away"};

    for (const verdict v : {verdict::recovered, verdict::not_recovered, verdict::unstable, verdict::taken_over}) {
        const act_verdict before{.verdict = v, .keeps_claim = v == verdict::not_recovered};
        act_verdict after = before;
        after.verdict = verdict::fault_stuck;
        EXPECT_EQ(after_span(before, core::during_policy::must_pass, &stuck), after);
    }
    EXPECT_EQ(after_span({.verdict = verdict::save_failed}, core::during_policy::must_pass, &stuck).verdict,
              verdict::save_failed);
}

TEST(ActVerdictTest, WhatSomebodyHasTakenOverIsNoFindingAndGone) {
    for (const act_end act : {act_end::done, act_end::in_doubt}) {
        for (const bool is_saved : {true, false}) {
            const act_verdict v = after_watch(judge_act(is_saved, act, false), act, core::recovery_end::taken_over);
            EXPECT_EQ(v, (act_verdict{.verdict = verdict::taken_over}));
        }
    }
}

TEST(ActVerdictTest, WhatCouldNotBeLookedAtInTimeIsNoFindingAndGoneAllTheSame) {
    for (const act_end act : {act_end::done, act_end::in_doubt}) {
        for (const bool is_saved : {true, false}) {
            const act_verdict v = after_watch(judge_act(is_saved, act, false), act, core::recovery_end::unwatched);
            EXPECT_EQ(v, (act_verdict{.verdict = is_saved ? verdict::unwatched : verdict::save_failed}));
        }
    }
}

TEST(ActVerdictTest, WhatStaysDeadIsAFindingAndMayBeActedOnAgainOnlyIfItMayNotHaveBeen) {
    for (const act_end act : {act_end::done, act_end::in_doubt}) {
        for (const bool is_saved : {true, false}) {
            const act_verdict v = after_watch(judge_act(is_saved, act, false), act, core::recovery_end::not_recovered);
            EXPECT_EQ(v, (act_verdict{.verdict = verdict::not_recovered,
                                      .keeps_claim = act == act_end::done,
                                      .is_doubted = act == act_end::in_doubt}));
        }
    }
}

}  // namespace
}  // namespace mayhem::pipeline
