// Proves that an address of the other side is read as it was meant, or refused with what is wrong with it.
#include "actions/netfilter/network_peer_text.hpp"

#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

std::string why_not(std::string_view text) {
    const core::result<core::network_peer> p = parse_network_peer(text);
    return p ? "" : p.error();
}

TEST(NetworkPeerTextTest, ReadsWhatItWrites) {
    for (const std::string_view text : {"10.0.3.7", "10.0.3.7:5432", "10.0.0.0/8", "10.0.0.0/8:53", "0.0.0.0/0",
                                        "fd00::7", "fd00::/8", "[fd00::7]:5432", "[fd00::/8]:53", "::/0", "::1"}) {
        const core::result<core::network_peer> p = parse_network_peer(text);

        ASSERT_TRUE(p) << text << ": " << p.error();
        EXPECT_EQ(to_string(*p), text);
    }
}

TEST(NetworkPeerTextTest, KnowsAddressNetworkAndPort) {
    const core::result<core::network_peer> four = parse_network_peer("10.1.0.0/16:8080");
    ASSERT_TRUE(four);
    EXPECT_FALSE(four->is_version_6);
    EXPECT_EQ(four->address.at(0), 10);
    EXPECT_EQ(four->address.at(1), 1);
    EXPECT_EQ(four->prefix, 16U);
    EXPECT_EQ(four->port, 8080);

    const core::result<core::network_peer> six = parse_network_peer("[fd00::7]");
    ASSERT_TRUE(six);
    EXPECT_TRUE(six->is_version_6);
    EXPECT_EQ(six->address.at(15), 7);
    EXPECT_EQ(six->prefix, 128U);
    EXPECT_EQ(six->port, 0);
}

TEST(NetworkPeerTextTest, RefusesNamesAndNonsense) {
    for (const std::string_view text :
         {"", "db.example.org", "10.0.3", "10.0.3.7.8", "10.0.3.256", "fd00:::7", " 10.0.3.7", "/8", ":53", "[]:53"}) {
        EXPECT_NE(why_not(text).find("is no address in numbers"), std::string::npos) << text << ": " << why_not(text);
    }
    EXPECT_NE(why_not("10.0.3.7:0").find("no port"), std::string::npos);
    EXPECT_NE(why_not("10.0.3.7:65536").find("no port"), std::string::npos);
    EXPECT_NE(why_not("10.0.3.7:http").find("no port"), std::string::npos);
    EXPECT_NE(why_not("10.0.0.0/33").find("0 to 32"), std::string::npos);
    EXPECT_NE(why_not("fd00::/129").find("0 to 128"), std::string::npos);
    EXPECT_NE(why_not("10.0.3.7/8").find("bits behind its prefix"), std::string::npos);
    EXPECT_NE(why_not("[fd00::7").find("bracket"), std::string::npos);
    EXPECT_NE(why_not("[fd00::7]53").find("bracket"), std::string::npos);
}

}  // namespace
}  // namespace mayhem::actions
