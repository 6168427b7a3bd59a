// Proves that every subscriber hears what is published, in the form of server-sent events, and that a slow or absent
// one is forgotten.
#include "control/event_stream.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace mayhem::control {
namespace {

std::string take(event_queue& q) {
    std::vector<char> room(event_queue::bytes_max);
    return {room.data(), q.take(room)};
}

TEST(EventStreamTest, TellsEverySubscriber) {
    event_stream stream;
    const auto first = stream.subscribe();
    const auto second = stream.subscribe();

    stream.publish("acked", R"({"a":1})");

    EXPECT_EQ(take(*first), "event: acked\nid: 1\ndata: {\"a\":1}\n\n");
    EXPECT_EQ(take(*second), "event: acked\nid: 1\ndata: {\"a\":1}\n\n");
}

TEST(EventStreamTest, ForgetsWhoIsGone) {
    event_stream stream;
    {
        const auto gone = stream.subscribe();
    }

    stream.publish("acked", "{}");

    EXPECT_FALSE(stream.has_subscribers());
}

TEST(EventStreamTest, DropsWhoIsTooSlow) {
    event_stream stream;
    const auto slow = stream.subscribe();
    const std::string data(1024, 'x');
    for (int i = 0; i < 1000 && stream.has_subscribers(); ++i) {
        stream.publish("acked", data);
    }

    EXPECT_TRUE(slow->is_overrun());
    EXPECT_FALSE(stream.has_subscribers());
}

TEST(EventStreamTest, HasALimit) {
    event_stream stream;
    std::vector<std::shared_ptr<event_queue>> all;
    for (std::size_t i = 0; i < event_stream::subscribers_max; ++i) {
        all.push_back(stream.subscribe());
        ASSERT_NE(all.back(), nullptr);
    }
    all.pop_back();

    EXPECT_EQ(stream.subscribe(1), nullptr) << "the last place was to be kept free";
    all.push_back(stream.subscribe());

    EXPECT_EQ(stream.subscribe(), nullptr);
    all.pop_back();
    all.push_back(stream.subscribe());
    EXPECT_NE(all.back(), nullptr);

    all.front()->close();
    EXPECT_NE(stream.subscribe(), nullptr) << "who has hung up keeps nobody out";
}

}  // namespace
}  // namespace mayhem::control
