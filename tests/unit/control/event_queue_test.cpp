// Proves that the text to a client comes out as it went in, and that a client that takes nothing is given up.
#include "control/event_queue.hpp"

#include <array>

#include <gtest/gtest.h>

namespace mayhem::control {
namespace {

std::string take_all(event_queue& q) {
    std::string all;
    std::array<char, 7> room{};
    for (std::size_t n = q.take(room); n > 0; n = q.take(room)) {
        all.append(room.data(), n);
    }
    return all;
}

TEST(EventQueueTest, GivesBackWhatWasAppended) {
    event_queue q;
    std::string expected;
    std::string taken;
    for (int i = 0; i < 1000; ++i) {
        const std::string text = "event " + std::to_string(i) + "\n";
        expected += text;

        ASSERT_TRUE(q.append(text));
        if (i % 3 == 0) {
            taken += take_all(q);
        }
    }
    taken += take_all(q);

    EXPECT_EQ(taken, expected);
    EXPECT_TRUE(q.empty());
}

TEST(EventQueueTest, EndsWhenNobodyTakes) {
    event_queue q;
    const std::string kilobyte(1024, 'x');
    std::size_t appended = 0;
    while (q.append(kilobyte)) {
        ++appended;
    }

    EXPECT_EQ(appended, event_queue::bytes_max / kilobyte.size());
    EXPECT_TRUE(q.is_overrun());
    EXPECT_TRUE(q.is_closed());
    EXPECT_FALSE(q.append("more"));
}

TEST(EventQueueTest, TellsOfEachChange) {
    event_queue q;
    int changes = 0;
    q.on_change([&changes] { ++changes; });

    (void)q.append("a");
    q.close();

    EXPECT_EQ(changes, 2);
    EXPECT_EQ(take_all(q), "a");
}

}  // namespace
}  // namespace mayhem::control
