// Proves where a control group is looked for, and that a fault writes a rule for each thing that it names, and none
// that it does not. What the rules do, CutTest sees in a kernel.
#include "actions/netfilter/fault_rules.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mayhem::actions {
namespace {

using core::network_fault;

std::size_t rules_of(const network_fault& f,
                     const std::optional<control_group_place>& of = control_group_place{.id = 7, .level = 2}) {
    nft_batch b("mayhem_00000007", "a test");
    write_rules(b, f, of);
    return b.rules();
}

TEST(FaultRulesTest, ACutIsOneRuleThatActsOneForItsSocketsAndOneThatSparesTheLoopback) { EXPECT_EQ(rules_of({}), 3U); }

TEST(FaultRulesTest, WhatIsRejectedIsSeenInBothDirections) {
    EXPECT_EQ(rules_of({.how = network_fault::manner::reject}), 10U)
        << "a reset for TCP, which must get through, and a word for the others";
}

TEST(FaultRulesTest, PortsAreOfBothProtocolsAndOfEachSideThatIsMeant) {
    EXPECT_EQ(rules_of({.way = network_fault::direction::in, .ports = {80, 443}}), 3U + 4);
    EXPECT_EQ(rules_of({.way = network_fault::direction::out, .ports = {80, 443}}), 3U + 4);
    EXPECT_EQ(rules_of({.ports = {80, 443}}), 3U + 8);
}

TEST(FaultRulesTest, WhoNamesPeersMeansThemOnTheLoopbackAsWell) {
    core::network_peer p{.address = {127, 0, 0, 1}};
    EXPECT_EQ(rules_of({.peers = {p}}), 2U + 1);

    p.port = 5432;
    EXPECT_EQ(rules_of({.peers = {p}}), 2U + 2) << "TCP and UDP";
}

TEST(FaultRulesTest, NameServersAreMeantWhereverTheyAre) {
    EXPECT_EQ(rules_of({.what = network_fault::kind::dns}), 2U + 4) << "DNS and DNS over TLS, over TCP and UDP";
}

TEST(FaultRulesTest, WhatIsDelayedIsSentToItsQueueAndOnlyWhereItComesIn) {
    for (const auto by : {nft_batch::queue_by::expression, nft_batch::queue_by::target}) {
        nft_batch b("mayhem_00000007", "a test");
        write_rules(b, {.what = network_fault::kind::delay, .latency = std::chrono::milliseconds{5}},
                    control_group_place{.id = 7, .level = 2}, waiting_place{.queue = 0x5678, .by = by});

        const std::string text(b.bytes().begin(), b.bytes().end());
        EXPECT_EQ(b.rules(), 3U);
        EXPECT_EQ(text.find("out_"), std::string::npos) << "a round trip is delayed once";
        const bool is_expression = by == nft_batch::queue_by::expression;
        const std::string says =
            is_expression ? std::string("\x06\0\x01\0\x56\x78\0\0\x06\0\x02\0\0\x01\0\0\x06\0\x03\0\0\x01", 22)
                          : std::string("\x0c\0\x03\0\x78\x56\x01\0\x01\0", 10);
        EXPECT_NE(text.find(says), std::string::npos)
            << "the number, how many queues, and to pass where nobody listens, as nft and iptables-nft write it";
        EXPECT_EQ(text.find("NFQUEUE") == std::string::npos, is_expression);
    }
}

TEST(FaultRulesTest, WhereTheKernelLacksNfTablesOwnQueueThatOfIptablesIsTaken) {
    std::vector<nft_batch::queue_by> tried;
    const auto commit = [&tried](const waiting_place& w) {
        EXPECT_EQ(w.queue, 7);
        tried.push_back(w.by);
        if (w.by == nft_batch::queue_by::expression) {
            throw std::system_error(std::make_error_code(std::errc::no_such_file_or_directory));
        }
    };
    with_either_way(7, commit);
    EXPECT_EQ(tried, (std::vector{nft_batch::queue_by::expression, nft_batch::queue_by::target}));

    tried.clear();
    with_either_way(7, [&tried](const waiting_place& w) { tried.push_back(w.by); });
    EXPECT_EQ(tried, std::vector{nft_batch::queue_by::expression});

    EXPECT_THROW(with_either_way(7,
                                 [](const waiting_place&) {
                                     throw std::system_error(std::make_error_code(std::errc::operation_not_permitted));
                                 }),
                 std::system_error);
}

TEST(FaultRulesTest, TheirEndIsOneMessageAboutTheRulesThatAct) {
    const nft_batch b = end_of_rules("mayhem_00000007");

    EXPECT_EQ(b.answered(), 1U);
    EXPECT_EQ(b.rules(), 0U);
    EXPECT_NE(std::string(b.bytes().begin(), b.bytes().end()).find("in_act"), std::string::npos);
}

TEST(FaultRulesTest, AllIsOneBatchEachOfWhoseMessagesHasAPurpose) {
    nft_batch b("mayhem_00000007", "a test");
    write_rules(b, {.what = network_fault::kind::loss, .percent = 30}, std::nullopt);

    const std::string text(b.bytes().begin(), b.bytes().end());
    EXPECT_NE(text.find("mayhem_00000007"), std::string::npos);
    EXPECT_NE(text.find("a test"), std::string::npos);
    EXPECT_EQ(b.bytes().size() % 4, 0U) << "as netlink aligns";
    std::size_t told = 0;
    for (std::uint32_t sequence = 0; sequence < 100; ++sequence) {
        told += b.purpose_of(sequence) == "carry it out" ? 0U : 1U;
    }
    EXPECT_EQ(told, b.answered());
}

class FindControlGroupTest : public ::testing::Test {
protected:
    FindControlGroupTest() {
        std::string name = (std::filesystem::temp_directory_path() / "mayhem-group-XXXXXX").string();
        root_ = ::mkdtemp(name.data());
        std::filesystem::create_directories(root_ / "system.slice/web.service");
        std::ofstream(root_ / "system.slice/file");
    }
    ~FindControlGroupTest() override { std::filesystem::remove_all(root_); }

    /// As the kernel tells of it.
    [[nodiscard]] std::string mounts(const std::string& root_of_it, const std::string& type = "cgroup2") const {
        return "24 30 0:22 / /proc rw,nosuid shared:13 - proc proc rw\n31 23 0:27 " + root_of_it + ' ' +
               root_.string() + " rw,nosuid shared:9 - " + type + " cgroup2 rw,nsdelegate\n";
    }

    std::filesystem::path root_;
};

TEST_F(FindControlGroupTest, IsTheNumberOfItsFolderAndHowDeepItIs) {
    const auto found = find_control_group(mounts("/"), "/system.slice/web.service", true);

    struct stat is{};
    ASSERT_EQ(::stat((root_ / "system.slice/web.service").c_str(), &is), 0);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, is.st_ino);
    EXPECT_EQ(found->level, 2U);
    EXPECT_EQ(found->deeper_by_max, 0U);
}

TEST_F(FindControlGroupTest, InANamespaceItMayBeDeeper) {
    const auto found = find_control_group(mounts("/"), "/system.slice/web.service", false);

    ASSERT_TRUE(found);
    EXPECT_EQ(found->level, 2U);
    EXPECT_EQ(found->deeper_by_max, namespace_levels_max);
    EXPECT_EQ(rules_of({}, found), 3U + namespace_levels_max);
}

TEST_F(FindControlGroupTest, IsNotFoundWhereItIsNot) {
    EXPECT_FALSE(find_control_group(mounts("/"), "/system.slice/other.service", true));
    EXPECT_FALSE(find_control_group(mounts("/"), "/system.slice/file", true)) << "no folder";
    EXPECT_FALSE(find_control_group(mounts("/", "cgroup"), "/system.slice/web.service", true)) << "version 1";
    EXPECT_FALSE(find_control_group(mounts("/docker"), "/system.slice/web.service", true))
        << "a part of the hierarchy, whose depth cannot be known";
    EXPECT_FALSE(find_control_group("", "/system.slice/web.service", true));
}

}  // namespace
}  // namespace mayhem::actions
