// Proves that each victim gets its own replacement and never a sibling that was there before, by playing acts and
// starts in every order that matters. Numbers are ticks.
#include "drivers/process/succession_ledger.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

process_incarnation life(pid_t pid, std::uint64_t start_ticks) {
    return {.pid = pid, .start_ticks = start_ticks, .boot_id = "boot"};
}

}  // namespace

TEST(SuccessionLedgerTest, FindsWhatStartedAfterTheAct) {
    succession_ledger ledger;
    ledger.note_act(life(10, 100), 500);

    EXPECT_EQ(ledger.successor(life(10, 100), {life(30, 501)}), life(30, 501));
}

TEST(SuccessionLedgerTest, FindsWhatStartedInTheTickOfTheAct) {
    succession_ledger ledger;
    ledger.note_act(life(10, 100), 500);

    EXPECT_EQ(ledger.successor(life(10, 100), {life(30, 500)}), life(30, 500));
}

TEST(SuccessionLedgerTest, LeavesOutSiblingsFromBeforeTheActAndTheVictimItself) {
    succession_ledger ledger;
    ledger.note_act(life(10, 100), 500);

    EXPECT_EQ(ledger.successor(life(10, 100), {life(11, 100), life(12, 499), life(10, 100)}), std::nullopt);
}

TEST(SuccessionLedgerTest, TakesTheOldestOfSeveral) {
    succession_ledger ledger;
    ledger.note_act(life(10, 100), 500);

    EXPECT_EQ(ledger.successor(life(10, 100), {life(31, 520), life(33, 510), life(32, 510)}), life(32, 510));
}

TEST(SuccessionLedgerTest, GivesTwoVictimsTwoReplacements) {
    succession_ledger ledger;
    ledger.note_act(life(10, 100), 500);
    ledger.note_act(life(11, 100), 500);

    EXPECT_EQ(ledger.successor(life(10, 100), {life(30, 510)}), life(30, 510));
    EXPECT_EQ(ledger.successor(life(11, 100), {life(30, 510)}), std::nullopt) << "one came back, not both";
    EXPECT_EQ(ledger.successor(life(11, 100), {life(30, 510), life(31, 600)}), life(31, 600));
}

TEST(SuccessionLedgerTest, GivesTheSameAnswerAgainAsLongAsItRuns) {
    succession_ledger ledger;
    ledger.note_act(life(10, 100), 500);
    ASSERT_EQ(ledger.successor(life(10, 100), {life(30, 510)}), life(30, 510));

    EXPECT_EQ(ledger.successor(life(10, 100), {life(29, 505), life(30, 510)}), life(30, 510));
    EXPECT_EQ(ledger.successor(life(10, 100), {life(31, 600)}), life(31, 600)) << "the first one died";
}

TEST(SuccessionLedgerTest, CountsFromTheVictimsStartWithoutARecordOfTheAct) {
    succession_ledger ledger;

    EXPECT_EQ(ledger.successor(life(10, 100), {life(9, 99), life(11, 100), life(30, 101)}), life(30, 101));
}

TEST(SuccessionLedgerTest, AReplacementThatIsHitItselfHasASuccessorOfItsOwn) {
    succession_ledger ledger;
    ledger.note_act(life(10, 100), 500);
    ASSERT_EQ(ledger.successor(life(10, 100), {life(30, 510)}), life(30, 510));

    ledger.note_act(life(30, 510), 700);

    EXPECT_EQ(ledger.successor(life(30, 510), {life(40, 710)}), life(40, 710));
}

TEST(SuccessionLedgerTest, ForgetsTheOldestActAtItsLimit) {
    succession_ledger ledger;
    for (std::size_t i = 0; i <= succession_ledger::acts_max; ++i) {
        ledger.note_act(life(static_cast<pid_t>(1000 + i), 100), 500);
    }

    EXPECT_EQ(ledger.successor(life(1000, 100), {life(30, 300)}), life(30, 300)) << "forgotten";
    EXPECT_EQ(ledger.successor(life(1001, 100), {life(31, 300)}), std::nullopt) << "remembered";
}

}  // namespace mayhem::drivers
