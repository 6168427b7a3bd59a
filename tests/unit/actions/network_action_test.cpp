// Proves that whoever asks finds what stands on one life of a target under one name, and nobody else's.
#include "actions/network_action.hpp"

#include <set>

#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

const drivers::process_incarnation of_the_first{.pid = 812, .start_ticks = 777, .boot_id = "b00t"};
const drivers::process_incarnation of_the_next{.pid = 913, .start_ticks = 999, .boot_id = "b00t"};

std::string table(std::string_view action, const std::string& unit, const drivers::process_incarnation& life) {
    return network_action::table_of(held_action::note_of(action, unit, life, "/system.slice/" + unit, unit));
}

TEST(NetworkActionTest, ATableIsNamedForActionTargetAndLife) {
    const std::set<std::string> names{
        table("cut", "web.service", of_the_first), table("loss", "web.service", of_the_first),
        table("cut", "db.service", of_the_first), table("cut", "web.service", of_the_next)};

    EXPECT_EQ(names.size(), 4U);
    EXPECT_EQ(table("cut", "web.service", of_the_first), table("cut", "web.service", of_the_first));
    EXPECT_EQ(names.begin()->size(), std::string("mayhem_").size() + 8);
}

TEST(NetworkActionTest, ATableIsNamedAsInTheVersionBefore) {
    EXPECT_EQ(table("cut", "web.service", of_the_first), "mayhem_747c8aa6") << "what a former life left is found by it";
}

TEST(NetworkActionTest, IsSeenWithTheKernelsOwnTool) {
    const auto note = held_action::note_of("cut", "web.service", of_the_first, "", "web");

    EXPECT_EQ(network_action(network_action::kind::cut).how_to_see(note),
              "nft list table inet " + network_action::table_of(note));
}

TEST(NetworkActionTest, ThereIsOneOfEachKind) {
    std::set<std::string_view> names;
    for (const auto& each : make_network_actions()) {
        names.insert(each->called().name);
    }
    EXPECT_EQ(names, (std::set<std::string_view>{"cut", "loss", "dns", "delay"}));
}

}  // namespace
}  // namespace mayhem::actions
