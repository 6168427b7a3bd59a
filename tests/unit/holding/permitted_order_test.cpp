// Proves that a Mayhem that has fallen into wrong hands gets nothing done through the holder but what root allows, on
// an imitation of /proc in which everything that an order could claim is false.
#include "holding/permitted_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/drivers/fake_proc.hpp"

namespace mayhem::holding {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr pid_t web = 100;
constexpr pid_t its_child = 101;
constexpr pid_t sshd = 200;
constexpr pid_t stranger = 300;
constexpr pid_t of_a_container = 400;

class PermittedOrderTest : public ::testing::Test {
protected:
    PermittedOrderTest() {
        proc_.add_self();
        proc_.add({.pid = 1, .parent = 0, .name = "systemd", .executable = "/lib/systemd/systemd"});
        add(web, "/system.slice/web.service");
        add(its_child, "/system.slice/web.service/workers");
        proc_.add({.pid = sshd,
                   .name = "sshd",
                   .executable = "/usr/sbin/sshd",
                   .group_of_controls = "0::/system.slice/ssh.service\n"});
        add(stranger, "/system.slice/other.service");
        add(of_a_container, "/system.slice/docker-0123.scope");
        make_network(::getpid(), "of the host");
        for (const pid_t pid : {pid_t{1}, web, its_child, sshd, stranger}) {
            share_network(pid, ::getpid());
        }
        make_network(of_a_container, "of a container");
    }

    void add(pid_t pid, const std::string& control_group) const {
        proc_.add({.pid = pid, .group_of_controls = "0::" + control_group + "\n"});
    }

    /// One file is one network: what counts is its inode.
    void make_network(pid_t pid, const std::string& text) const {
        std::filesystem::create_directories(network_of(pid).parent_path());
        std::ofstream(network_of(pid)) << text;
    }
    void share_network(pid_t pid, pid_t with) const {
        std::filesystem::create_directories(network_of(pid).parent_path());
        std::filesystem::remove(network_of(pid));
        std::filesystem::create_hard_link(network_of(with), network_of(pid));
    }
    [[nodiscard]] std::filesystem::path network_of(pid_t pid) const {
        return proc_.root() / std::to_string(pid) / "ns/net";
    }

    [[nodiscard]] actions::hold_order freeze_of(pid_t pid, const std::string& control_group = {}) const {
        const drivers::process_table table(proc_.root());
        return {.first = table.incarnation_of(table.read(pid).value()), .control_group = control_group, .length = 5s};
    }
    [[nodiscard]] actions::hold_order cut_of(pid_t pid, const std::string& control_group = {}) const {
        actions::hold_order o = freeze_of(pid, control_group);
        o.network.emplace();
        return o;
    }
    [[nodiscard]] actions::hold_order cut_inside(pid_t pid) const {
        actions::hold_order o = cut_of(pid);
        o.is_inside = true;
        return o;
    }

    [[nodiscard]] std::string why_not(const actions::hold_order& o) const {
        const auto refused = why_not_permitted(permission_, o, drivers::process_table(proc_.root()), proc_.root());
        return refused ? refused->why : "";
    }

    const drivers::fake_proc proc_;
    holder_permission permission_{
        .actions = {"freeze", "cut"}, .units = {"web*.service", "ssh.service", "docker-*.scope"}, .longest = 10s};
};

TEST_F(PermittedOrderTest, WhatRootAllowsIsDone) {
    EXPECT_EQ(why_not(freeze_of(web)), "");
    EXPECT_EQ(why_not(freeze_of(web, "/system.slice/web.service")), "");
    EXPECT_EQ(why_not(cut_of(web, "/system.slice/web.service")), "");
    EXPECT_EQ(why_not(cut_inside(of_a_container)), "");
}

TEST_F(PermittedOrderTest, AnotherActionOrALongerOneIsNot) {
    actions::hold_order dns = cut_of(web, "/system.slice/web.service");
    dns.network->what = core::network_fault::kind::dns;
    actions::hold_order endless = freeze_of(web);
    endless.length = 11s;

    EXPECT_THAT(why_not(dns), HasSubstr("\"dns\" is not in \"actions\""));
    EXPECT_THAT(why_not(endless), HasSubstr("for_max"));

    actions::hold_order full = freeze_of(web);
    full.disk.emplace();
    EXPECT_THAT(why_not(full), HasSubstr("\"fill\" is not in \"actions\"")) << "whoever may freeze may not fill disks";
}

TEST_F(PermittedOrderTest, ServicesThatAreNotNamedAreNotHit) {
    EXPECT_THAT(why_not(freeze_of(stranger)), HasSubstr("other.service"));
    EXPECT_THAT(why_not(cut_of(stranger, "/system.slice/other.service")), HasSubstr("other.service"));
}

TEST_F(PermittedOrderTest, WhatIsProtectedIsNotWhateverRootHasWritten) {
    EXPECT_THAT(why_not(freeze_of(sshd)), HasSubstr("never hit"));
    EXPECT_THAT(why_not(freeze_of(1)), HasSubstr("worker.service"));
    EXPECT_THAT(why_not(freeze_of(::getpid())), ::testing::Not(""));

    proc_.add({.pid = 1, .parent = 0, .name = "systemd", .group_of_controls = "0::/system.slice/web.service\n"});
    EXPECT_THAT(why_not(freeze_of(1)), HasSubstr("PID 1"));
}

TEST_F(PermittedOrderTest, WhatRunsContainersIsNotHitWhateverRootHasWritten) {
    permission_.units = {"docker.service", "web*.service", "*.scope"};
    add(stranger, "/system.slice/docker.service");
    EXPECT_THAT(why_not(freeze_of(stranger)), HasSubstr("docker.service is never hit: it runs Docker's containers"));
    EXPECT_THAT(why_not(cut_of(stranger, "/system.slice/docker.service")), HasSubstr("docker.service is never hit"));

    for (const char* const name : {"dockerd", "containerd-shim", "conmon"}) {
        proc_.add({.pid = stranger, .name = name, .group_of_controls = "0::/system.slice/web.service\n"});
        EXPECT_THAT(why_not(freeze_of(stranger)), HasSubstr(std::string(name) + "[300] is never hit")) << "by itself";
        EXPECT_THAT(why_not(freeze_of(web, "/system.slice/web.service")), HasSubstr(name)) << "with its unit";
    }
}

TEST_F(PermittedOrderTest, AnEngineInsideOfAContainerIsAProgramLikeAnyOther) {
    proc_.add({.pid = of_a_container,
               .name = "dockerd",
               .group_of_controls = "0::/system.slice/docker-0123.scope\n",
               .namespace_pids = "400\t1"});

    EXPECT_EQ(why_not(cut_inside(of_a_container)), "");
}

TEST_F(PermittedOrderTest, AControlGroupThatIsWiderThanTheUnitIsNone) {
    EXPECT_THAT(why_not(freeze_of(web, "/system.slice")), HasSubstr("not within the unit web.service"));
    EXPECT_THAT(why_not(cut_of(web, "/system.slice")), HasSubstr("not within"));
    EXPECT_THAT(why_not(cut_of(web, "/system.slice/other.service")), HasSubstr("not within"));
    EXPECT_EQ(why_not(freeze_of(its_child, "/system.slice/web.service/workers")), "");
}

TEST_F(PermittedOrderTest, WhoeverElseWouldBeHitMustBeAllowedAsWell) {
    add(stranger, "/system.slice/web.service");
    EXPECT_EQ(why_not(freeze_of(web, "/system.slice/web.service")), "");

    proc_.add({.pid = stranger,
               .name = "dbus-daemon",
               .executable = "/usr/bin/dbus-daemon",
               .group_of_controls = "0::/system.slice/web.service\n"});
    EXPECT_THAT(why_not(freeze_of(web, "/system.slice/web.service")), HasSubstr("dbus-daemon"));
}

TEST_F(PermittedOrderTest, PortsAloneTellNobodysPackets) {
    actions::hold_order o = cut_of(web);
    o.network->ports = {22};
    o.network->way = core::network_fault::direction::in;

    EXPECT_THAT(why_not(o), HasSubstr("ports alone"));
}

TEST_F(PermittedOrderTest, TheHostsOwnNetworkIsNoContainers) {
    EXPECT_THAT(why_not(cut_inside(web)), HasSubstr("the host's own"));
}

TEST_F(PermittedOrderTest, ANetworkInWhichSomebodyElseLivesIsNotCutOff) {
    share_network(stranger, of_a_container);

    EXPECT_THAT(why_not(cut_inside(of_a_container)), HasSubstr("other.service"));
}

TEST_F(PermittedOrderTest, AnotherLifeOfTheProcessIsNotHit) {
    actions::hold_order o = freeze_of(web);
    o.first.start_ticks += 1;

    EXPECT_EQ(why_not(o), "it has ended");
}

}  // namespace
}  // namespace mayhem::holding
