// Proves who may fall with a target: the decision over what a driver has found around it.
#include "mayhem/core/rules/reach.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::core {

namespace {

using testing::HasSubstr;
using testing::Optional;

neighbour of_the_group(const std::string& id) {
    return {.id = id, .incarnation = "1", .because = "PartOf=lead.service", .is_meant = true};
}

neighbour stranger(const std::string& id) { return {.id = id, .incarnation = "1", .because = "BindsTo=a.service"}; }

}  // namespace

TEST(ReachTest, WhoStandsAloneMayBeHit) {
    EXPECT_FALSE(why_out_of_reach({}, reach_policy::group));
    EXPECT_EQ(describe({}), "nobody falls with it");
}

TEST(ReachTest, MembersMayFallWithAMember) {
    const reach r{.falls = {of_the_group("w1.service"), of_the_group("w2.service")}};

    EXPECT_FALSE(why_out_of_reach(r, reach_policy::group));
    EXPECT_EQ(describe(r), "2 others fall with it: w1.service (PartOf=lead.service), w2.service (PartOf=lead.service)");
}

TEST(ReachTest, StrangersFallOnlyIfTheGroupSaysSo) {
    const reach r{.falls = {of_the_group("w1.service"), stranger("b.service")}};

    EXPECT_THAT(why_out_of_reach(r, reach_policy::group),
                Optional(HasSubstr("b.service (BindsTo=a.service); if that is meant, say reach = \"any\"")));
    EXPECT_FALSE(why_out_of_reach(r, reach_policy::any));
}

TEST(ReachTest, WhatIsProtectedNeverFalls) {
    reach r{.falls = {of_the_group("ssh.service")}};
    r.falls.front().protected_as = "sshd: the way back in";

    for (const reach_policy p : {reach_policy::group, reach_policy::any}) {
        EXPECT_THAT(why_out_of_reach(r, p), Optional(HasSubstr("is protected: sshd: the way back in")));
    }
}

TEST(ReachTest, TheHostNeverFalls) {
    const reach r{.host = "it has FailureAction=reboot-force"};

    for (const reach_policy p : {reach_policy::group, reach_policy::any}) {
        EXPECT_THAT(why_out_of_reach(r, p), Optional(HasSubstr("FailureAction=reboot-force")));
    }
}

TEST(ReachTest, WhatCannotBeLookedUpCountsAsWithinReach) {
    const reach r{.unknown = "systemd did not answer within 10s"};

    for (const reach_policy p : {reach_policy::group, reach_policy::any}) {
        EXPECT_THAT(why_out_of_reach(r, p), Optional(HasSubstr("cannot be told: systemd did not answer")));
    }
}

TEST(ReachTest, PoliciesHaveStableNames) {
    for (const reach_policy p : {reach_policy::group, reach_policy::any}) {
        EXPECT_EQ(parse_reach_policy(to_string(p)), p);
    }
    EXPECT_FALSE(parse_reach_policy("host"));
}

TEST(ReachTest, PartsOfATargetAreNoStrangersAndCountWhereTheyAreMembers) {
    neighbour worker{.id = "nginx#1", .incarnation = "2:1:b", .because = "forked by nginx", .is_part = true};
    neighbour member = worker;
    member.is_meant = true;
    const reach r{.falls = {worker, member}};

    EXPECT_FALSE(why_out_of_reach(r, reach_policy::group));
    EXPECT_EQ(members_that_fall(r), 1U);
    EXPECT_EQ(describe(r),
              "nobody else falls with it but 2 of its own: nginx#1 (forked by nginx), nginx#1 (forked by nginx)");
    EXPECT_EQ(describe({.falls = {stranger("b.service"), worker}}),
              "1 other falls with it: b.service (BindsTo=a.service), and 1 of its own: nginx#1 (forked by nginx)");
}

TEST(ReachTest, AProtectedPartForbidsTheAct) {
    const reach r{
        .falls = {
            {.id = "sshd#1", .incarnation = "1", .because = "in a.service", .protected_as = "sshd", .is_part = true}}};

    EXPECT_THAT(why_out_of_reach(r, reach_policy::any), Optional(HasSubstr("is protected: sshd")));
}

}  // namespace mayhem::core
