// Proves who goes down with a unit, as a pure decision over what systemd says of the units around it.
#include "drivers/systemd/unit_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;
using testing::UnorderedElementsAre;

class UnitGraphTest : public testing::Test {
protected:
    struct edge {
        const char* id;
        const char* because;
    };

    void add(const std::string& id, std::initializer_list<edge> dependents, const std::string& state = "active") {
        systemd_unit& u = units_[id];
        u.id = id;
        u.names = {id};
        u.active_state = state;
        u.invocation = "life of " + id;
        for (const edge& e : dependents) {
            u.dependents.push_back({e.id, e.because});
        }
    }

    core::reach reach_of(const std::string& id) {
        unit_graph graph;
        graph.want(id);
        for (auto next = graph.take_wanted(); !next.empty(); next = graph.take_wanted()) {
            for (const std::string& unit : next) {
                ++looks_;
                const auto found = units_.find(unit);
                graph.add(unit, found == units_.end() ? std::nullopt : std::optional(found->second));
            }
        }
        return graph.reach_of(id, "mayhem-test.service",
                              [](const std::string& unit) { return unit.starts_with("web"); });
    }

    std::map<std::string, systemd_unit> units_;
    int looks_ = 0;
};

std::vector<std::string> ids(const core::reach& r) {
    std::vector<std::string> all;
    for (const core::neighbour& n : r.falls) {
        all.push_back(n.id);
    }
    return all;
}

}  // namespace

TEST_F(UnitGraphTest, NobodyFallsWithAUnitThatStandsAlone) {
    add("a.service", {});

    EXPECT_EQ(reach_of("a.service"), core::reach{});
}

TEST_F(UnitGraphTest, WhoIsBoundToItFallsAndWhoIsBoundToThat) {
    add("a.service", {{"b.service", "BindsTo="}});
    add("b.service", {{"web.service", "PartOf="}});
    add("web.service", {});

    const core::reach r = reach_of("a.service");

    ASSERT_THAT(ids(r), ElementsAre("b.service", "web.service"));
    EXPECT_EQ(r.falls[0].because, "BindsTo=a.service");
    EXPECT_EQ(r.falls[0].incarnation, "life of b.service");
    EXPECT_FALSE(r.falls[0].is_meant);
    EXPECT_EQ(r.falls[1].because, "PartOf=b.service");
    EXPECT_TRUE(r.falls[1].is_meant);
}

TEST_F(UnitGraphTest, WhatIsDownDoesNotFallButPassesItOn) {
    add("a.service", {{"b.service", "Requires="}});
    add("b.service", {{"c.service", "Requires="}}, "inactive");
    add("c.service", {});

    EXPECT_THAT(ids(reach_of("a.service")), ElementsAre("c.service"));
}

TEST_F(UnitGraphTest, CyclesEnd) {
    add("a.service", {{"b.service", "BindsTo="}});
    add("b.service", {{"c.service", "BindsTo="}, {"a.service", "BindsTo="}});
    add("c.service", {{"a.service", "BindsTo="}, {"b.service", "Requires="}});

    EXPECT_THAT(ids(reach_of("a.service")), UnorderedElementsAre("b.service", "c.service"));
    EXPECT_EQ(looks_, 3);
}

TEST_F(UnitGraphTest, WhoIsGoneByNowIsLeftOut) {
    add("a.service", {{"gone.service", "BindsTo="}});

    EXPECT_THAT(ids(reach_of("a.service")), IsEmpty());
}

TEST_F(UnitGraphTest, SaysWhatIsProtected) {
    add("a.service", {{"ssh.service", "Requires="}, {"mayhem-test.service", "Requires="}});
    add("ssh.service", {});
    add("mayhem-test.service", {});

    const core::reach r = reach_of("a.service");

    ASSERT_EQ(r.falls.size(), 2U);
    EXPECT_THAT(r.falls[0].protected_as, HasSubstr("sshd"));
    EXPECT_THAT(r.falls[1].protected_as, HasSubstr("Mayhem runs in"));
}

TEST_F(UnitGraphTest, AnActionThatReachesTheHostIsFoundInTheUnitAndInWhoFallsWithIt) {
    add("a.service", {{"b.service", "BindsTo="}});
    add("b.service", {});
    units_["b.service"].failure_action = "reboot-force";

    EXPECT_EQ(reach_of("a.service").host, "b.service would fall with it, and it has FailureAction=reboot-force");
    EXPECT_EQ(reach_of("b.service").host, "it has FailureAction=reboot-force");

    units_["b.service"].active_state = "inactive";
    EXPECT_EQ(reach_of("a.service").host, "");
}

TEST_F(UnitGraphTest, AThousandUnitsAreTooMany) {
    for (int n = 0; n < 1100; ++n) {
        const std::string next = "u" + std::to_string(n + 1) + ".service";
        add("u" + std::to_string(n) + ".service", {});
        units_["u" + std::to_string(n) + ".service"].dependents.push_back({next, "BindsTo="});
    }

    EXPECT_THAT(reach_of("u0.service").unknown, HasSubstr("more than 1000 units"));
    EXPECT_THAT(reach_of("u200.service").unknown, IsEmpty());
}

TEST_F(UnitGraphTest, ALookThatGoesTooFarIsGivenUp) {
    add("a.service", {});
    for (int n = 0; n < 6000; ++n) {
        units_["a.service"].dependents.push_back({"u" + std::to_string(n) + ".service", "BindsTo="});
    }

    EXPECT_THAT(reach_of("a.service").unknown, HasSubstr("more than 5000 units"));
    EXPECT_EQ(looks_, 1);
}

TEST(WhyHostFallsTest, KnowsEveryWayInWhichAUnitTakesTheHostDown) {
    const auto with = [](auto set) {
        systemd_unit u;
        set(u);
        return why_host_falls(u);
    };

    EXPECT_FALSE(with([](systemd_unit&) {}));
    EXPECT_FALSE(with([](systemd_unit& u) { u.failure_action = "none"; }));
    EXPECT_THAT(with([](systemd_unit& u) { u.failure_action = "reboot"; }),
                Optional(HasSubstr("FailureAction=reboot")));
    EXPECT_THAT(with([](systemd_unit& u) { u.success_action = "exit"; }), Optional(HasSubstr("SuccessAction=exit")));
    EXPECT_THAT(with([](systemd_unit& u) { u.start_limit_action = "poweroff"; }),
                Optional(HasSubstr("StartLimitAction")));
    EXPECT_FALSE(with([](systemd_unit& u) { u.job_timeout_action = "reboot"; })) << "no job ever times out";
    EXPECT_THAT(with([](systemd_unit& u) {
                    u.job_timeout_action = "reboot";
                    u.has_job_timeout = true;
                }),
                Optional(HasSubstr("JobTimeoutAction")));
    EXPECT_THAT(with([](systemd_unit& u) { u.on_failure = {"mail.service", "reboot.target"}; }),
                Optional(HasSubstr("OnFailure=reboot.target")));
    EXPECT_FALSE(with([](systemd_unit& u) {
        u.on_failure = {"mail.service"};
        u.on_failure_mode = "replace";
    }));
    EXPECT_THAT(with([](systemd_unit& u) {
                    u.on_failure = {"calm.target"};
                    u.on_failure_mode = "isolate";
                }),
                Optional(HasSubstr("stops everything else")));
}

}  // namespace mayhem::drivers
