// Proves that a group may do several things, each with its own parameters and weight, that each mistake in one is
// reported where it stands, and that an act which a message names is read by the same rules.
#include "config/config_acts.hpp"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/process/process_driver.hpp"
#include "drivers/systemd/systemd_driver.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using test::errors_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Line 1 to 3; what is given begins in line 4.
group_config group_with(const std::string& lines) {
    return test::read("[group.web]\ndriver = \"process\"\nname = \"nginx\"\n" + lines +
                      "\nmean_time_between = \"1d\"\n")
        .groups.at(0);
}

std::vector<std::string> errors_with(const std::string& lines) {
    return errors_of("[group.web]\ndriver = \"process\"\nname = \"nginx\"\n" + lines +
                     "\nmean_time_between = \"1d\"\n");
}

const drivers::process_driver_settings& process(const act_config& a) {
    return std::any_cast<const drivers::process_driver_settings&>(a.driver);
}

TEST(ConfigActsTest, OneActionIsOneActWithItsParameters) {
    const group_config g = group_with("action = \"cut\"\nhow = \"reject\"\nfor = \"40s\"");

    ASSERT_EQ(g.acts.size(), 1U);
    EXPECT_EQ(g.acts[0].what, (core::act{.name = "cut", .with = R"(for = "40s", how = "reject")"}));
    EXPECT_EQ(group_with("").acts.at(0).what, (core::act{.name = "signal", .with = ""}));
}

TEST(ConfigActsTest, EachOfSeveralHasItsOwnParametersAndWeight) {
    const group_config g = group_with(
        R"(actions = [{action = "signal", signal = "KILL", weight = 3}, {action = "cut", for = "40s", ports = [80], direction = "in"}, {action = "freeze"}])");

    ASSERT_EQ(g.acts.size(), 3U);
    EXPECT_EQ(g.acts[0].what, (core::act{.name = "signal", .with = R"(signal = "KILL")"}));
    EXPECT_EQ(g.acts[0].weight, 3U);
    EXPECT_EQ(process(g.acts[0]).signal, SIGKILL);
    EXPECT_EQ(g.acts[1].what, (core::act{.name = "cut", .with = R"(direction = "in", for = "40s", ports = [80])"}));
    EXPECT_EQ(g.acts[1].weight, 1U);
    EXPECT_EQ(process(g.acts[1]).terms.length, 40s);
    EXPECT_EQ(process(g.acts[2]).terms.length, 30s);
    EXPECT_TRUE(process(g.acts[2]).selector.names_program()) << "who is hit is the group's to say";
    EXPECT_TRUE(has_lasting_act(g));
}

TEST(ConfigActsTest, AMistakeInOneIsReportedWhereItStands) {
    EXPECT_THAT(errors_with("actions = [{action = \"signal\"},\n  {action = \"freeze\", for = \"20m\"}]"),
                ElementsAre("m.toml:5:29: group.web.actions[1].for: \"20m\" is out of range: from 1 s to 10 m"));
    EXPECT_THAT(errors_with("actions = [{action = \"freze\"}]"),
                ElementsAre(HasSubstr("group.web.actions[0].action: \"freze\" is none of")));
    EXPECT_THAT(errors_with("actions = [{action = \"freeze\", weight = 0}]"),
                ElementsAre(HasSubstr("group.web.actions[0].weight: 0 is out of range: from 1 to 1000")));
    EXPECT_THAT(errors_with("actions = [{action = \"freeze\", how = \"lose\"}]"),
                ElementsAre(HasSubstr("group.web.actions[0].how: has an effect only with action = \"cut\"")));
    EXPECT_THAT(errors_with("actions = [{weight = 2}]"), ElementsAre(HasSubstr("[group.web.actions[0]]: lacks an")));
    EXPECT_THAT(errors_with("actions = [{action = \"loss\"}]"),
                ElementsAre(HasSubstr("[group.web.actions[0]]: loses nothing")));
    EXPECT_THAT(errors_with("actions = [{action = \"freeze\", user = \"root\"}]"),
                ElementsAre(HasSubstr("it belongs to the group, not to one of its actions")));
    EXPECT_THAT(errors_with("actions = [{action = \"freeze\", weigth = 2}]"),
                ElementsAre(HasSubstr("did you mean \"weight\"?")));
}

TEST(ConfigActsTest, WhatIsWrongWithWhoIsHitIsSaidOnce) {
    EXPECT_THAT(errors_of("[group.web]\ndriver = \"process\"\nmean_time_between = \"1d\"\n"
                          "actions = [{action = \"signal\"}, {action = \"freeze\"}]\n"),
                ElementsAre(HasSubstr("m.toml:1:1: [group.web]: selects nothing")));
}

TEST(ConfigActsTest, OneActionAndSeveralExcludeEachOther) {
    EXPECT_THAT(errors_with("action = \"freeze\"\nactions = [{action = \"signal\"}]"),
                ElementsAre(HasSubstr("group.web.action: excludes actions: give one of the two")));
    EXPECT_THAT(errors_with("for = \"5s\"\nactions = [{action = \"freeze\"}]"),
                ElementsAre(HasSubstr("group.web.for: belongs to each of the actions")));
}

TEST(ConfigActsTest, ThereIsOneAtLeastAndSixteenAtMostAndNoneTwice) {
    std::string many;
    for (int i = 0; i < 17; ++i) {
        many += "{action = \"freeze\", for = \"" + std::to_string(i + 1) + "s\"},";
    }

    EXPECT_THAT(errors_with("actions = []"), ElementsAre(HasSubstr("must be a list of 1 to 16 tables")));
    EXPECT_THAT(errors_with("actions = [" + many + "]"), ElementsAre(HasSubstr("must be a list of 1 to 16 tables")));
    EXPECT_THAT(errors_with("actions = [\"freeze\"]"), ElementsAre(HasSubstr("must be a list of 1 to 16 tables")));
    EXPECT_THAT(
        errors_with("actions = [{action = \"freeze\"}, {action = \"signal\"}, {weight = 2, action = \"freeze\"}]"),
        ElementsAre(HasSubstr("actions[2]: is the same as actions[0]: give that a greater weight")));
}

TEST(ConfigActsTest, WhatTheProbeMaySayNeedsOneThatLasts) {
    const std::string probe = "\nprobe = {tcp = \"127.0.0.1:80\"}\nduring = \"must_pass\"";

    EXPECT_THAT(errors_with("actions = [{action = \"signal\"}, {action = \"freeze\"}]" + probe), testing::IsEmpty());
    EXPECT_THAT(errors_with("actions = [{action = \"signal\"}]" + probe),
                ElementsAre(HasSubstr("has an effect only with an action that lasts")));
}

TEST(ConfigActsTest, WhoeverIsAskedForByHandIsAnActionOfItsTargets) {
    EXPECT_THAT(group_with("by_hand = [\"freeze\", \"cut\", \"cut\"]").by_hand, ElementsAre("freeze", "cut"));
    EXPECT_THAT(group_with("").by_hand, testing::IsEmpty());
    EXPECT_THAT(
        errors_with("by_hand = [\"freeze\", \"cutt\"]"),
        ElementsAre(HasSubstr("m.toml:4:22: group.web.by_hand: \"cutt\" is no action of its targets: did you")));
    EXPECT_THAT(errors_with("by_hand = \"freeze\""), ElementsAre(HasSubstr("must be a list of up to 16 names")));
}

TEST(ConfigActsTest, ParametersOfAPersonAreBroughtIntoTheirOneForm) {
    EXPECT_EQ(read_parameters(R"(how='reject',for =  "30s")"), R"(for = "30s", how = "reject")");
    EXPECT_EQ(read_parameters(""), "");
    EXPECT_EQ(read_parameters("ports = [80,443]"), "ports = [80, 443]");
    for (const char* wrong :
         {"for", "for = ", "user = \"root\"", "action = \"kill\"", "}", "a = 1}\nb = {", "for = \"1s\"} #"}) {
        EXPECT_THROW((void)read_parameters(wrong), std::invalid_argument) << wrong;
    }
    EXPECT_THROW((void)read_parameters("for = \"" + std::string(1000, '1') + "s\""), std::invalid_argument);
}

TEST(ConfigActsTest, AnActOfAMessageIsReadByTheSameRules) {
    const group_config g = group_with("action = \"signal\"\nsignal = \"KILL\"");
    const auto read = [&g](core::act a) { return std::any_cast<drivers::process_driver_settings>(g.read_act(a)); };

    const auto cut = read({.name = "cut", .with = R"(for = "40s", how = "reject", peers = ["10.0.3.7:5432"])"});

    EXPECT_EQ(cut.action, drivers::process_action::cut);
    EXPECT_EQ(cut.terms.length, 40s);
    EXPECT_EQ(cut.terms.network.peers.size(), 1U);
    EXPECT_TRUE(cut.selector.names_program());
    EXPECT_EQ(read({.name = "signal", .with = ""}).signal, SIGTERM) << "what another act says is not its own";
    EXPECT_THROW((void)g.read_act({.name = "freeze", .with = R"(for = "20m")"}), std::invalid_argument);
    EXPECT_THROW((void)g.read_act({.name = "freeze", .with = R"(user = "root")"}), std::invalid_argument);
    EXPECT_THROW((void)g.read_act({.name = "freeze", .with = R"(for = )"}), std::invalid_argument);
    EXPECT_THROW((void)g.read_act({.name = "reboot", .with = ""}), std::invalid_argument);
}

TEST(ConfigActsTest, WhatAMessageCarriesIsReadBackAsItWas) {
    const toml::table keys = toml::parse(
        "action = 'cut'\nfor = '40s'\npeers = ['10.0.3.7', '10.0.0.0/8:53']\n"
        "ports = [80, 443]\nallow_dead = true\nname = \"nginx\"");

    EXPECT_EQ(parameters_in(keys),
              R"(allow_dead = true, for = "40s", peers = ["10.0.3.7", "10.0.0.0/8:53"], ports = [80, 443])");
}

TEST(ConfigActsTest, AUnitThatIsStoppedOrKilledSaysSoInTheEntry) {
    const std::string head = "[group.web]\ndriver = \"systemd\"\nunits = \"web.service\"\nmean_time_between = \"1d\"\n";

    EXPECT_THAT(errors_of(head + "actions = [{action = \"stop\"}, {action = \"restart\"}]\n"),
                ElementsAre(HasSubstr("group.web.actions[0].action: \"stop\" leaves a unit dead")));
    const auto read = test::read(
        head + "actions = [{action = \"stop\", allow_dead = true}, {action = \"kill\", signal = \"ABRT\"}]\n");
    EXPECT_EQ(std::any_cast<drivers::systemd_driver_settings>(read.groups.at(0).acts.at(1).driver).signal, SIGABRT);
}

}  // namespace
}  // namespace mayhem::app
