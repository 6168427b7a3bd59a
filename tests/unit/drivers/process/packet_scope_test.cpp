// Proves that the packets of a process are told from those of others by what it has alone, or not at all.
#include "drivers/process/packet_scope.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/drivers/fake_proc.hpp"

namespace mayhem::drivers {
namespace {

using core::network_fault;
using ::testing::HasSubstr;

const network_fault all{};
const network_fault of_its_port{.way = network_fault::direction::in, .ports = {8080}};

TEST(JudgePacketScopeTest, AGroupOfItsOwnIsEnoughForAll) {
    EXPECT_EQ(judge_packet_scope("/a", 0, {}, all), packet_scope{.control_group = "/a"});
    EXPECT_EQ(judge_packet_scope("/a", 0, {8080}, of_its_port), packet_scope{.control_group = "/a"});
}

TEST(JudgePacketScopeTest, InAGroupWithOthersItHasItsOwnPorts) {
    EXPECT_EQ(judge_packet_scope("/a", 3, {8080}, of_its_port), packet_scope{});
    EXPECT_EQ(judge_packet_scope("", 0, {8080}, of_its_port), packet_scope{});
}

TEST(JudgePacketScopeTest, WhatItCannotBeToldByIsRefusedWithTheRemedy) {
    const packet_scope shared = judge_packet_scope("/a", 3, {8080}, all);
    EXPECT_EQ(shared.refused_by, core::guard::shares_its_cgroup);
    EXPECT_THAT(shared.why_not, HasSubstr("with 3 other processes"));
    EXPECT_THAT(shared.why_not, HasSubstr("direction = \"in\""));

    const packet_scope both_ways = judge_packet_scope("/a", 1, {8080}, network_fault{.ports = {8080}});
    EXPECT_EQ(both_ways.refused_by, core::guard::shares_its_cgroup) << "others use that port of others, too";
    EXPECT_THAT(both_ways.why_not, HasSubstr("with 1 other process,"));

    const packet_scope of_another = judge_packet_scope("", 0, {80}, of_its_port);
    EXPECT_EQ(of_another.refused_by, core::guard::shares_its_cgroup);
    EXPECT_THAT(of_another.why_not, HasSubstr("does not listen on port 8080 itself"));
}

class FindPacketScopeTest : public ::testing::Test {
protected:
    /// As if all were in one network.
    void put_into_network(pid_t pid, const std::string& network = "host") const {
        const std::filesystem::path names = proc_.root() / std::to_string(pid) / "ns";
        std::filesystem::create_directories(names);
        const std::filesystem::path file = proc_.root() / network;
        if (!std::filesystem::exists(file)) {
            std::ofstream(file) << network;
        }
        std::filesystem::create_hard_link(file, names / "net");
    }
    [[nodiscard]] packet_scope find(const network_fault& f) const {
        const process_table table(proc_.root());
        return find_packet_scope(table, table.read(812).value(), f, proc_.root());
    }

    const fake_proc proc_;
};

TEST_F(FindPacketScopeTest, WhoComesFromItBelongsToIt) {
    proc_.set_self(813);
    proc_.add({.pid = 813, .group_of_controls = "0::/mayhem\n"});
    proc_.add({.pid = 812, .group_of_controls = "0::/a\n"});
    proc_.add({.pid = 814, .parent = 812, .group_of_controls = "0::/a/workers\n"});
    proc_.add({.pid = 815, .group_of_controls = "0::/ab\n"});

    EXPECT_EQ(find(all), packet_scope{.control_group = "/a"});

    proc_.add({.pid = 816, .group_of_controls = "0::/a\n"});
    EXPECT_EQ(find(all).refused_by, core::guard::shares_its_cgroup);
}

TEST_F(FindPacketScopeTest, WhoHasANetworkOfItsOwnIsNotReached) {
    proc_.set_self(813);
    proc_.add({.pid = 813});
    proc_.add({.pid = 812, .group_of_controls = "0::/a\n"});
    put_into_network(813);
    put_into_network(812, "another");

    EXPECT_EQ(find(all).refused_by, core::guard::no_effect_possible);
}

}  // namespace
}  // namespace mayhem::drivers
