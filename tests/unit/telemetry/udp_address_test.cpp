// Proves which addresses metrics may be sent to.
#include "telemetry/udp_address.hpp"

#include <gtest/gtest.h>

namespace mayhem::telemetry {
namespace {

TEST(UdpAddressTest, TakesNumbersAndLocalhost) {
    for (const char* good : {"127.0.0.1:8125", "10.1.2.3:1", "[::1]:8125", "localhost:65535"}) {
        EXPECT_TRUE(parse_udp_address(good)) << good;
    }
    for (const char* bad : {"", "127.0.0.1", ":8125", "127.0.0.1:0", "127.0.0.1:65536", "stats.example:8125",
                            "::1:8125", "127.0.0.1:8125x"}) {
        EXPECT_FALSE(parse_udp_address(bad)) << bad;
    }
}

}  // namespace
}  // namespace mayhem::telemetry
