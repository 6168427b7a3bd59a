// Proves who gets the connection when several wait for it, and that a turn is neither lost nor given twice when
// whoever waits is cancelled at any moment.
#include "fleet/call_order.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/random.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::fleet {
namespace {

using namespace std::chrono_literals;

struct diary {
    std::vector<std::string> entries;
    int inside = 0;
};

async::awaitable<void> call(call_order& order, std::string name, urgency u, diary& d) {
    const async::frame here;
    const auto mine = co_await order.take(u);
    EXPECT_TRUE(mine) << name;
    EXPECT_EQ(++d.inside, 1) << name;
    d.entries.push_back(name);
    co_await async::sleep_for(1s);
    --d.inside;
}

async::awaitable<void> call_if_in_time(call_order& order, async::clock::duration patience, diary& d) {
    const async::frame here;
    const auto mine = co_await async::with_timeout(order.take(urgency::ordinary), patience);
    if (mine) {
        EXPECT_EQ(++d.inside, 1);
        d.entries.emplace_back("called");
        co_await async::sleep_for(3ms);
        --d.inside;
    }
}

TEST(CallOrderTest, UrgentCallsGoBeforeOthersAndOtherwiseTheFirstComesFirst) {
    call_order order;
    diary d;
    test::virtual_loop l;

    l.spawn(call(order, "under way", urgency::ordinary, d));
    l.spawn(call(order, "beat", urgency::ordinary, d));
    l.spawn(call(order, "poll", urgency::ordinary, d));
    l.spawn(call(order, "claim", urgency::first, d));
    l.spawn(call(order, "halt", urgency::first, d));
    l.run();

    EXPECT_EQ(d.entries, (std::vector<std::string>{"under way", "claim", "halt", "beat", "poll"}));
}

TEST(CallOrderTest, ATurnIsNeitherLostNorDoubledWhereWaitsAreCutAtRandomMoments) {
    call_order order;
    diary d;
    core::random_source random(7);
    {
        test::virtual_loop l;

        for (int i = 0; i < 500; ++i) {
            l.spawn(call_if_in_time(order, std::chrono::milliseconds{random.below(1000)}, d));
        }
        l.run();
    }

    EXPECT_GT(d.entries.size(), 50U);
    EXPECT_LT(d.entries.size(), 500U);
    test::virtual_loop l;
    l.run(call(order, "afterwards", urgency::ordinary, d));
    EXPECT_EQ(d.entries.back(), "afterwards");
}

TEST(CallOrderTest, PastItsMaximumNobodyWaits) {
    call_order order;
    diary d;
    test::virtual_loop l;
    const auto refuse = [](call_order& o) -> async::awaitable<void> {
        const async::frame here;
        const auto mine = co_await o.take(urgency::first);
        EXPECT_FALSE(mine);
    };

    for (std::size_t i = 0; i < 1 + call_order::waiting_max; ++i) {
        l.spawn(call(order, "call", urgency::ordinary, d));
    }
    l.spawn(refuse(order));
    l.run();

    EXPECT_EQ(d.entries.size(), 1 + call_order::waiting_max);
}

}  // namespace
}  // namespace mayhem::fleet
