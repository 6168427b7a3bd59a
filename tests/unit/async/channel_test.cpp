// Proves that a channel is bounded and fair, that its end loses nothing, and that a value is always in exactly one
// hand. On virtual time, with senders and receivers that write lines. (channel_property_test.cpp does the same at
// random.)

#include "mayhem/async/channel.hpp"

#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "support/journal.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using namespace std::chrono_literals;
using test::journal;
using test::virtual_loop;
using testing::ElementsAre;

awaitable<void> send_line(channel<std::string>& to, std::string line, journal& lines) {
    const frame here;
    std::string value = line;
    const bool sent = co_await to.send(value);
    lines.write((sent ? "sent " : "refused ") + line);
}

awaitable<void> send_numbers(channel<int>& to, int count) {
    const frame here;
    for (int i = 0; i < count; ++i) {
        int value = i;
        EXPECT_TRUE(co_await to.send(value));
    }
    to.close();
}

awaitable<void> receive_all(channel<int>& from, std::vector<int>& received) {
    const frame here;
    for (;;) {
        const std::optional<int> value = co_await from.receive();
        if (!value) {
            co_return;
        }
        received.push_back(*value);
    }
}

awaitable<void> receive_one(channel<std::string>& from, std::string who, journal& lines) {
    const frame here;
    const std::optional<std::string> value = co_await from.receive();
    lines.write(who + " got " + value.value_or("nothing"));
}

std::optional<std::string> take(channel<std::string>& from) { return from.try_receive(); }

TEST(ChannelTest, HandsOverInOrder) {
    channel<int> numbers{3};
    std::vector<int> received;
    virtual_loop t;

    t.spawn(send_numbers(numbers, 10));
    t.spawn(receive_all(numbers, received));
    t.run();

    EXPECT_THAT(received, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
}

TEST(ChannelTest, HoldsNoMoreThanItsCapacity) {
    channel<std::string> lines_to_send{2};
    journal lines;
    virtual_loop t;

    for (const char* line : {"a", "b", "c", "d"}) {
        t.spawn(send_line(lines_to_send, line, lines));
    }
    t.run_for(1s);

    EXPECT_THAT(lines.lines(), ElementsAre("sent a", "sent b"));
    EXPECT_EQ(lines_to_send.size(), 2U);
    t.group.cancel();
    t.run();
}

TEST(ChannelTest, SendersThatWaitAreServedInTheOrderInWhichTheyCame) {
    channel<std::string> c{1};
    journal lines;
    virtual_loop t;

    for (const char* line : {"a", "b", "c"}) {
        t.spawn(send_line(c, line, lines));
    }
    t.run_for(1s);

    EXPECT_EQ(take(c), "a");
    EXPECT_EQ(take(c), "b") << "the slot went to the first sender at once";
    t.run();
    EXPECT_EQ(take(c), "c");
    EXPECT_THAT(lines.lines(), ElementsAre("sent a", "sent b", "sent c"));
}

TEST(ChannelTest, ReceiversThatWaitAreServedInTheOrderInWhichTheyCame) {
    channel<std::string> c{1};
    journal lines;
    virtual_loop t;

    t.spawn(receive_one(c, "first", lines));
    t.spawn(receive_one(c, "second", lines));
    t.spawn(send_line(c, "a", lines));
    t.spawn(send_line(c, "b", lines));
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("sent a", "sent b", "first got a", "second got b"));
}

TEST(ChannelTest, TriesWithoutWaiting) {
    channel<std::string> c{1};
    std::string first = "first";
    std::string second = "second";

    EXPECT_EQ(c.try_receive(), std::nullopt);
    EXPECT_TRUE(c.try_send(first));
    EXPECT_FALSE(c.try_send(second));

    EXPECT_EQ(second, "second") << "what was not sent is untouched";
    EXPECT_EQ(c.try_receive(), "first");
}

TEST(ChannelTest, CloseLetsReceiversDrainAndThenEnd) {
    channel<int> numbers{5};
    std::vector<int> received;
    virtual_loop t;

    t.run(send_numbers(numbers, 4));
    EXPECT_TRUE(numbers.is_closed());
    t.run(receive_all(numbers, received));

    EXPECT_THAT(received, ElementsAre(0, 1, 2, 3));
}

TEST(ChannelTest, CloseRefusesSendersThatWaitAndLeavesTheirValuesWithThem) {
    channel<std::string> c{1};
    journal lines;
    virtual_loop t;

    t.spawn(send_line(c, "a", lines));
    t.spawn(send_line(c, "b", lines));
    t.run_for(1s);
    c.close();
    t.run();
    t.run(send_line(c, "c", lines));

    EXPECT_THAT(lines.lines(), ElementsAre("sent a", "refused b", "refused c"));
    EXPECT_EQ(take(c), "a");
    EXPECT_EQ(take(c), std::nullopt);
}

TEST(ChannelTest, CloseWakesReceiversThatWait) {
    channel<std::string> c{1};
    journal lines;
    virtual_loop t;

    t.spawn(receive_one(c, "first", lines));
    t.spawn(receive_one(c, "second", lines));
    t.run_for(1s);
    c.close();
    c.close();
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("first got nothing", "second got nothing"));
}

TEST(ChannelTest, AValueHandedOverBeforeTheCloseArrives) {
    channel<std::string> c{1};
    journal lines;
    virtual_loop t;
    std::string value = "a";

    t.spawn(receive_one(c, "receiver", lines));
    t.run_for(1s);
    EXPECT_TRUE(c.try_send(value));
    c.close();
    t.run();

    EXPECT_THAT(lines.lines(), ElementsAre("receiver got a"));
}

awaitable<void> send_pointer(channel<std::unique_ptr<int>>& to, std::unique_ptr<int>& mine, settled<bool>& outcome) {
    const frame here;
    co_await test::note(to.send(mine), outcome);
}

TEST(ChannelTest, ACancelledSendLeavesTheValueWithTheCaller) {
    channel<std::unique_ptr<int>> c{1};
    auto in_the_way = std::make_unique<int>(0);
    auto mine = std::make_unique<int>(1);
    settled<bool> outcome;
    virtual_loop t;

    EXPECT_TRUE(c.try_send(in_the_way));
    t.spawn(send_pointer(c, mine, outcome));
    t.run_for(1s);
    t.group.cancel();
    t.run();

    EXPECT_TRUE(test::was_cancelled(outcome));
    ASSERT_NE(mine, nullptr);
    EXPECT_EQ(*mine, 1);
    EXPECT_EQ(c.size(), 1U);
}

TEST(ChannelTest, ASenderThatWasAdmittedAndThenCancelledHasSent) {
    channel<std::unique_ptr<int>> c{1};
    auto in_the_way = std::make_unique<int>(0);
    auto mine = std::make_unique<int>(1);
    settled<bool> outcome;
    virtual_loop t;

    EXPECT_TRUE(c.try_send(in_the_way));
    t.spawn(send_pointer(c, mine, outcome));
    t.run_for(1s);
    (void)c.try_receive();
    t.group.cancel();
    t.run();

    EXPECT_TRUE(*outcome);
    EXPECT_EQ(mine, nullptr);
    EXPECT_EQ(**c.try_receive(), 1);
}

TEST(ChannelTest, ACancelledReceiverTakesNothing) {
    channel<std::string> c{1};
    settled<std::optional<std::string>> outcome;
    virtual_loop t;
    std::string value = "a";

    t.spawn(test::note(c.receive(), outcome));
    t.run_for(1s);
    t.group.cancel();
    EXPECT_TRUE(c.try_send(value));
    t.run();

    EXPECT_TRUE(test::was_cancelled(outcome));
    EXPECT_EQ(take(c), "a");
}

/// What moves without throwing cannot be lost between a sender and a receiver; what does not is no value for a channel.
struct explosive {
    explosive() = default;
    explosive(explosive&&) noexcept(false) {}
};
static_assert(can_be_sent<int>);
static_assert(can_be_sent<std::unique_ptr<int>>);
static_assert(!can_be_sent<explosive>);

TEST(ChannelDeathTest, HoldsAtLeastOneValue) { EXPECT_DEATH(channel<int>{0}, "a channel holds at least one value"); }

void end_a_channel_with_a_receiver() {
    auto c = std::make_unique<channel<std::string>>(1U);
    journal lines;
    virtual_loop t;
    t.spawn(receive_one(*c, "receiver", lines));
    t.run_for(1s);
    c.reset();
}

TEST(ChannelDeathTest, MustOutliveThoseWhoWaitOnIt) {
    EXPECT_DEATH(end_a_channel_with_a_receiver(), "a channel must outlive those who wait on it");
}

}  // namespace
}  // namespace mayhem::async
