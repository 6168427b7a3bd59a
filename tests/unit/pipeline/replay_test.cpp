// Proves who hands over what a former life left: the journal, unless the queue keeps its messages itself. On virtual
// time.
#include "pipeline/replay.hpp"

#include <gtest/gtest.h>

#include "unit/pipeline/flow.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;

TEST(ReplayTest, TheJournalHandsOverWhatAFormerLifeLeft) {
    test::flow f;
    f.give("a");
    f.give("later", 10s);

    f.run();

    EXPECT_EQ(f.seen.count(step_kind::pulled), 2U);
    EXPECT_EQ(f.seen.of(step_kind::pulled).back().at, 10s);
}

TEST(ReplayTest, AQueueThatKeepsItsMessagesGetsNoneOfThemTwice) {
    test::flow f;
    f.is_elsewhere = true;
    f.elsewhere.keeps = true;
    f.give("a");

    f.run();

    EXPECT_EQ(f.seen.count(step_kind::pulled), 0U);
    EXPECT_EQ(f.nacked, 0U) << "none of them is the journal's to hand over";
}

}  // namespace
}  // namespace mayhem::pipeline
