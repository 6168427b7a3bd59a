// Proves in which order the hosts of a database are tried.
#include "fleet/host_order.hpp"

#include <gtest/gtest.h>

namespace mayhem::fleet {
namespace {

using round = std::vector<std::size_t>;

TEST(HostOrderTest, IsAsGivenUntilOneWasGood) { EXPECT_EQ(host_order(3).next_round(), (round{0, 1, 2})); }

TEST(HostOrderTest, BeginsWithTheLastGoodOneAndStillHasAll) {
    host_order order(3);

    order.was_good(1);
    EXPECT_EQ(order.next_round(), (round{1, 2, 0}));

    order.was_good(2);
    EXPECT_EQ(order.next_round(), (round{2, 0, 1}));
    EXPECT_EQ(order.next_round(), (round{2, 0, 1}));
}

}  // namespace
}  // namespace mayhem::fleet
