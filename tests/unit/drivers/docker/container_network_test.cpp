// Proves which packets are those of a container alone, and that it is left alone where nobody can tell.
#include "drivers/docker/container_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actions/network_action.hpp"

namespace mayhem::drivers {
namespace {

using kind = core::network_fault::kind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

container named(const std::string& name) {
    container c;
    c.id = name + "-id";
    c.name = name;
    c.pid = 812;
    return c;
}

container living_with(const std::string& name, const std::string& with, const std::string& what = "network") {
    container c = named(name);
    c.shares = {{.what = what, .with = with}};
    return c;
}

const container web = named("web");
const container_process first{.is = process_incarnation{.pid = 812, .start_ticks = 777, .boot_id = "b00t"},
                              .has_own_network = true,
                              .control_group = "/docker/web-id"};

core::guard guard_of(const ports::held_target& h) { return h.refusal.refused_by.value_or(core::guard::dry_run); }

TEST(NeighboursInNetworkTest, AreWhoeverLivesInThatOne) {
    const std::vector<container> running{web, living_with("by-id", "web-id"), living_with("by-name", "web"),
                                         living_with("elsewhere", "db"), living_with("talks", "web-id", "IPC")};

    EXPECT_THAT(neighbours_in_network(web, running), ElementsAre("by-id", "by-name"));
    EXPECT_THAT(neighbours_in_network(named("other"), running), IsEmpty());
}

TEST(HoldNetworkTest, ANetworkOfItsOwnIsEntered) {
    const ports::held_target held = hold_network(web, first, {}, kind::cut);

    ASSERT_TRUE(held.note);
    EXPECT_EQ(held.note->action, "cut");
    EXPECT_EQ(held.note->subject, "web-id");
    EXPECT_EQ(held.note->life, "812:777:b00t");
    EXPECT_EQ(held.note->where, "its network");
    EXPECT_EQ(held.note->name, "container web");
    EXPECT_THAT(actions::network_action(kind::cut).how_to_see(*held.note),
                HasSubstr("nsenter -n -t 812 nft list table inet mayhem_"));
}

TEST(HoldNetworkTest, InTheHostsNetworkItIsToldByItsControlGroup) {
    container_process p = first;
    p.has_own_network = false;
    const ports::held_target held = hold_network(web, p, {}, kind::loss);
    ASSERT_TRUE(held.note);
    EXPECT_EQ(held.note->where, "/docker/web-id");

    p.control_group.clear();
    const ports::held_target refused = hold_network(web, p, {}, kind::loss);
    EXPECT_EQ(guard_of(refused), core::guard::shares_its_cgroup);
    EXPECT_THAT(refused.refusal.trouble, HasSubstr("the host's network"));
}

TEST(HoldNetworkTest, WhoSharesANetworkIsLeftAlone) {
    EXPECT_EQ(guard_of(hold_network(living_with("web", "db-id"), first, {}, kind::cut)),
              core::guard::shares_its_cgroup);
    EXPECT_EQ(guard_of(hold_network(web, first, {"proxy"}, kind::cut)), core::guard::shares_its_cgroup);
    EXPECT_TRUE(hold_network(living_with("web", "db-id", "IPC"), first, {}, kind::cut).note);
}

TEST(HoldNetworkTest, WhatIsNotSeenIsNotTouched) {
    EXPECT_EQ(guard_of(hold_network(web, {}, {}, kind::dns)), core::guard::no_effect_possible);

    container_process p = first;
    p.has_own_network.reset();
    EXPECT_EQ(guard_of(hold_network(web, p, {}, kind::dns)), core::guard::no_effect_possible);
}

}  // namespace
}  // namespace mayhem::drivers
