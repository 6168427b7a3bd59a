// Proves that a name is looked up off the loop. Which names there are is not this host's business: only those that
// every host has, or none, are asked for.
#include "fleet/system_lookup.hpp"

#include <gtest/gtest.h>

#include "unit/drivers/run_task.hpp"

namespace mayhem::fleet {
namespace {

TEST(SystemLookupTest, FindsTheAddressesOfAName) {
    async::real_clock clock;
    async::loop l(clock);
    system_lookup names(l);

    const auto found = drivers::run_task(l, names.find("127.0.0.1"));

    ASSERT_TRUE(found);
    EXPECT_EQ(*found, std::vector<std::string>{"127.0.0.1"});
}

TEST(SystemLookupTest, SaysWhyThereIsNone) {
    async::real_clock clock;
    async::loop l(clock);
    system_lookup names(l);

    const auto found = drivers::run_task(l, names.find("a name with spaces"));

    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().find("a name with spaces has no address: "), 0U) << found.error();
}

}  // namespace
}  // namespace mayhem::fleet
