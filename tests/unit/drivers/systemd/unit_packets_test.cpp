// Proves that a fault which would not reach a unit is refused, with what would.
#include "drivers/systemd/unit_packets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::drivers {
namespace {

using core::network_fault;
using ::testing::HasSubstr;

const network_fault cut{};
const network_fault dns{.what = network_fault::kind::dns};

std::string why(const systemd_unit& u, const network_fault& f, bool has_own_network = false,
                std::string_view asks = {}) {
    return why_no_effect(u, f, has_own_network, asks).value_or("");
}

TEST(UnitPacketsTest, AUnitThatMakesItsOwnSocketsIsReached) {
    EXPECT_EQ(why({}, cut), "");
    EXPECT_EQ(why({}, dns), "");
    systemd_unit timed;
    timed.triggered_by = {"web.timer"};
    EXPECT_EQ(why(timed, cut), "");
}

TEST(UnitPacketsTest, ANetworkOfItsOwnIsNone) { EXPECT_THAT(why({}, cut, true), HasSubstr("PrivateNetwork=")); }

TEST(UnitPacketsTest, WhatSystemdHasMadeIsSystemds) {
    systemd_unit u;
    u.triggered_by = {"web.timer", "web.socket"};

    EXPECT_THAT(why(u, cut), HasSubstr("web.socket"));
    EXPECT_EQ(why(u, {.way = network_fault::direction::out, .ports = {5432}}), "") << "these it makes itself";
    EXPECT_EQ(why(u, dns), "") << "and these";
}

TEST(UnitPacketsTest, NamesThatAnotherAsksForDoNotFailForIt) {
    EXPECT_THAT(why({}, dns, false, "nscd"), HasSubstr("nscd asks for names in its place"));
    EXPECT_EQ(why({}, cut, false, "nscd"), "");
}

}  // namespace
}  // namespace mayhem::drivers
