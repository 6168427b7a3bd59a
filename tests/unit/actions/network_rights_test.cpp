// Proves that what a fault of the network lacks on a host is told beforehand, with the remedy.
#include "actions/network_rights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

using kind = core::network_fault::kind;
using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(NetworkRightsTest, WhoMayAndWhoseKernelCanHasNothingToSay) { EXPECT_EQ(why_not_network(kind::cut, true, ""), ""); }

TEST(NetworkRightsTest, WithoutTheCapabilityTheRemedyIsNamed) {
    EXPECT_THAT(why_not_network(kind::loss, false, ""),
                AllOf(HasSubstr("action = \"loss\""), HasSubstr("CAP_NET_ADMIN"), HasSubstr("AmbientCapabilities="),
                      HasSubstr("AF_NETLINK")));
}

TEST(NetworkRightsTest, WhatTheKernelCannotDoIsToldInItsWords) {
    EXPECT_THAT(why_not_network(kind::cut, true, "cannot choose packets at random (CONFIG_NFT_NUMGEN): No such file"),
                AllOf(HasSubstr("on this host: cannot choose packets at random"), HasSubstr("Linux 5.13")));
}

TEST(NetworkRightsTest, ADelayIsOfTheNetworkAsWell) {
    EXPECT_THAT(why_not_network(kind::delay, false, ""), AllOf(HasSubstr("\"delay\""), HasSubstr("CAP_NET_ADMIN")));
    EXPECT_THAT(why_not_network(kind::delay, true, "the kernel does not make a queue (CONFIG_NETFILTER_NETLINK_QUEUE)"),
                HasSubstr("on this host: the kernel does not make a queue (CONFIG_NETFILTER_NETLINK_QUEUE)"));
}

}  // namespace
}  // namespace mayhem::actions
