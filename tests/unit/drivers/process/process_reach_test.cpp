// Proves what is said to go down with a process: its own workers, its service and what systemd takes down with that.
#include "drivers/process/process_reach.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::drivers {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

process_info process(pid_t pid, std::string name) {
    process_info p;
    p.pid = pid;
    p.name = std::move(name);
    return p;
}

systemd_unit unit(const std::string& id) {
    systemd_unit u;
    u.id = id;
    u.names = {id};
    u.active_state = "active";
    return u;
}

class ProcessReachTest : public ::testing::Test {
protected:
    ProcessReachTest() {
        around_.origin = {{.process = process(812, "nginx")}};
        around_.forked = {process(813, "nginx"), process(814, "nginx")};
    }

    void make_main_process(const std::string& kill_mode) {
        process_origin& o = around_.origin.front();
        o.service.unit = "nginx.service";
        o.unit = unit("nginx.service");
        o.unit->kill_mode = kill_mode;
        o.unit->main_process = 812;
        o.unit->dependents = {{.id = "b.service", .because = "BindsTo="}};
        units_.want("nginx.service");
        units_.add("nginx.service", *o.unit);
        units_.add("b.service", unit("b.service"));
        around_.in_service = {process(813, "nginx"), process(900, "helper")};
    }

    core::reach look() {
        const view_of_reach view{.own = own_,
                                 .given = {},
                                 .own_unit = "mayhem.service",
                                 .to_target =
                                     [](const process_info& p) {
                                         return core::target{
                                             .id = p.name, .incarnation = std::to_string(p.pid), .name = p.name};
                                     },
                                 .is_meant = [](const process_info& p) { return p.name == "nginx"; },
                                 .is_unit_meant = [](const std::string&) { return false; }};
        return reach_of_process(around_, units_, view);
    }

    std::vector<std::string> fallen(const core::reach& r) {
        std::vector<std::string> all;
        for (const core::neighbour& n : r.falls) {
            all.push_back((n.is_part ? "part " : "") + n.id + " " + n.incarnation);
        }
        return all;
    }

    own_place own_{.self = process(500, "mayhem"), .ancestors = {1}};
    surroundings_of_process around_;
    unit_graph units_;
};

}  // namespace

TEST_F(ProcessReachTest, WorkersFallWithTheirMasterAsPartsOfIt) {
    const core::reach r = look();

    EXPECT_THAT(fallen(r), ElementsAre("part nginx 813", "part nginx 814"));
    EXPECT_EQ(core::members_that_fall(r), 2U);
    EXPECT_FALSE(core::why_out_of_reach(r, core::reach_policy::group));
}

TEST_F(ProcessReachTest, TheMainProcessTakesItsServiceDownAndWhatIsBoundToIt) {
    make_main_process("control-group");

    const core::reach r = look();

    EXPECT_THAT(fallen(r), ElementsAre("b.service ", "part nginx 813", "part helper 900", "part nginx 814"));
    EXPECT_THAT(core::why_out_of_reach(r, core::reach_policy::group).value_or(""), HasSubstr("b.service"));
}

TEST_F(ProcessReachTest, KillModeMaySpareTheOthersOfTheService) {
    make_main_process("process");

    EXPECT_THAT(fallen(look()), ElementsAre("b.service ", "part nginx 813", "part nginx 814"));
}

TEST_F(ProcessReachTest, AServiceThatCannotBeAskedAboutCountsAsIfItFell) {
    around_.origin.front().service.unit = "nginx.service";
    around_.origin.front().unit_trouble = "no bus";

    const core::reach r = look();

    EXPECT_THAT(core::why_out_of_reach(r, core::reach_policy::group).value_or(""),
                HasSubstr("cannot be asked: no bus"));
    EXPECT_FALSE(core::why_out_of_reach(r, core::reach_policy::any));
}

TEST_F(ProcessReachTest, ProtectedUnitsAndPartsForbidTheAct) {
    make_main_process("control-group");
    around_.in_service.push_back(process(901, "sshd"));
    EXPECT_THAT(core::why_out_of_reach(look(), core::reach_policy::any).value_or(""), HasSubstr("sshd"));

    around_.in_service.clear();
    around_.origin.front().unit->names = {"mayhem.service"};
    EXPECT_THAT(core::why_out_of_reach(look(), core::reach_policy::any).value_or(""), HasSubstr("is protected"));
}

TEST_F(ProcessReachTest, WhatIsGoneTakesNobodyDown) {
    EXPECT_THAT(reach_of_process({}, units_, {own_, {}, {}, {}, {}, {}}).falls, IsEmpty());
}

TEST(DescendantsTest, FollowsThoseThatCountAndNoCircle) {
    const std::vector<std::pair<pid_t, pid_t>> all{{2, 1}, {3, 2}, {4, 3}, {5, 2}, {1, 4}};
    const auto counts = [](pid_t pid) { return pid == 5 ? std::nullopt : std::optional(process(pid, "x")); };

    std::vector<pid_t> found;
    for (const process_info& p : descendants(1, all, counts)) {
        found.push_back(p.pid);
    }

    EXPECT_THAT(found, ElementsAre(2, 3, 4));
}

}  // namespace mayhem::drivers
