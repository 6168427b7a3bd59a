// Proves what is counted when a process is killed with a message in hand, and whose an act is: a message is moved from
// stage to stage, and looked at between them.
#include "sim/world/message_progress.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "unit/stores/support.hpp"

namespace mayhem::sim {
namespace {

using stage = message_progress::stage;
using stores::test::message_number;

TEST(MessageProgressTest, AKillIsCountedByHowFarTheMessageHadCome) {
    const std::vector<std::pair<stage, rare_state>> counted{
        {stage::entering, rare_state::killed_before_journal}, {stage::waiting, rare_state::killed_before_receive},
        {stage::claimed, rare_state::killed_before_act},      {stage::acting, rare_state::killed_before_record},
        {stage::acted, rare_state::killed_before_record},     {stage::recorded, rare_state::killed_before_ack}};
    for (const auto& [at, counts] : counted) {
        message_progress p;
        sometimes rare;
        p.reach(message_number(1), at);

        p.note_kill(rare);

        EXPECT_EQ(rare.count(counts), 1U) << rare_state_names[static_cast<std::size_t>(counts)];
        sometimes alone;
        alone.note(counts);
        EXPECT_EQ(rare.counts(), alone.counts());
    }
}

TEST(MessageProgressTest, AnActIsTheMessagesThatIsInHandForItsIncarnation) {
    message_progress p;
    const core::message m = message_number(1);
    const auto whose = [&] { return p.whose(m.group, m.target.id, m.target.incarnation); };
    p.reach(m, stage::waiting);
    const auto while_it_waits = whose();
    p.reach(m, stage::claimed);
    const auto when_claimed = whose();
    p.reach(m.target.id, m.target.incarnation, stage::acting);
    const auto while_acting = whose();

    EXPECT_EQ(while_it_waits, std::nullopt);
    EXPECT_EQ(when_claimed, m.id.to_string());
    EXPECT_EQ(while_acting, std::nullopt) << "its act has begun";
    EXPECT_EQ(p.whose("another", m.target.id, m.target.incarnation), std::nullopt);
}

TEST(MessageProgressTest, FromItsClaimOnAMessageIsOnTheDiskAsAnAttempt) {
    message_progress p;
    const core::message m = message_number(1);
    const bool is_at_first = p.is_claimed(m);
    p.reach(m, stage::received);
    const bool is_when_received = p.is_claimed(m);
    p.reach(m, stage::claimed);
    const bool is_when_claimed = p.is_claimed(m);
    p.reach(m, stage::acted);

    EXPECT_FALSE(is_at_first);
    EXPECT_FALSE(is_when_received);
    EXPECT_TRUE(is_when_claimed);
    EXPECT_TRUE(p.is_claimed(m));
    EXPECT_FALSE(p.is_claimed(message_number(2)));
}

TEST(MessageProgressTest, WhoseItIsIsNotClearWithTwoForOneIncarnation) {
    message_progress p;
    const core::message m = message_number(1);
    core::message other = message_number(2);
    other.target = m.target;
    p.reach(m, stage::claimed);
    p.reach(other, stage::received);

    const auto with_both = p.whose(m.group, m.target.id, m.target.incarnation);
    p.end(other);

    EXPECT_EQ(with_both, std::nullopt);
    EXPECT_EQ(p.whose(m.group, m.target.id, m.target.incarnation), m.id.to_string());
}

TEST(MessageProgressTest, KnowsWhatIsInHand) {
    message_progress p;
    const core::message m = message_number(1);
    EXPECT_FALSE(p.has_any());

    p.reach(m, stage::claimed);
    EXPECT_TRUE(p.has_any());
    EXPECT_TRUE(p.has_group(m.group));
    EXPECT_FALSE(p.has_group("another"));
    EXPECT_TRUE(p.is_any_before_its_act());

    p.reach(m, stage::recorded);
    EXPECT_FALSE(p.is_any_before_its_act());

    p.end(m);
    EXPECT_FALSE(p.has_any());
}

}  // namespace
}  // namespace mayhem::sim
