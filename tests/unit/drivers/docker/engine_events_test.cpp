// Proves that what the engines say has happened is understood, in the words of both, and that whatever else comes is an
// error or nothing, and ends no process. MAYHEM_TEST_SEED repeats a run.
#include "drivers/docker/engine_events.hpp"

#include <csignal>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/mutator.hpp"

namespace mayhem::drivers {
namespace {

// As Docker 20.10 and Podman 4.3 write them.
const std::string docker_kill =
    R"({"status":"kill","id":"ab","from":"i","Type":"container","Action":"kill","Actor":{"ID":"ab","Attributes":{"image":"i","name":"web","signal":"15"}},"scope":"local","time":1796016429,"timeNano":1796016429684143991})";
const std::string podman_die =
    R"({"status":"die","id":"ab","from":"i","Type":"container","Action":"die","Actor":{"ID":"ab","Attributes":{"containerExitCode":"137","exitCode":"137","image":"i","name":"web","podId":""}},"scope":"local","time":1796016565,"timeNano":1796016565240171000})";
const std::string podman_tag =
    R"({"status":"tag","id":"cd","Type":"image","Action":"tag","Actor":{"ID":"cd","Attributes":{"name":"i"}},"time":1,"timeNano":1})";

TEST(EngineEventsTest, ReadsWhatHappenedToContainers) {
    const auto events = parse_events(docker_kill + "\n\n" + podman_tag + "\r\n" + podman_die + '\n');

    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0], (engine_event{.action = "kill", .signal = SIGTERM, .at_ns = 1796016429684143991}));
    EXPECT_EQ(events[1], (engine_event{.action = "die", .signal = 0, .at_ns = 1796016565240171000}));
    EXPECT_TRUE(parse_events("").empty());
}

TEST(EngineEventsTest, WhatIsCutOffAtTheEndIsLeftOut) {
    EXPECT_EQ(parse_events(docker_kill + '\n' + podman_die.substr(0, 40)).size(), 1U);
}

TEST(EngineEventsTest, RefusesWhatIsNone) {
    for (const char* text : {"<html>\n</html>\n", "[]", "1\n", "null", "{\n}\n"}) {
        EXPECT_THROW((void)parse_events(text), std::runtime_error) << text;
    }
    EXPECT_EQ(parse_events(R"({"Type":"container","Action":7,"Actor":3,"timeNano":"x"})").front(), engine_event{});
}

TEST(EngineEventsTest, SurvivesWhateverIsDrawn) {
    const unsigned seed = test::seed_of_this_run();
    SCOPED_TRACE("MAYHEM_TEST_SEED=" + std::to_string(seed));
    test::mutator dice(seed);
    const std::string whole = docker_kill + '\n' + podman_tag + '\n' + podman_die + '\n';

    for (int round = 0; round < 20'000; ++round) {
        const std::string text = dice.mutated(whole);
        try {
            EXPECT_LE(parse_events(text).size(), 4U) << text;
        } catch (const std::runtime_error& e) {
            EXPECT_STREQ(e.what(), "the events are not those of a container engine");
        }
    }
}

}  // namespace
}  // namespace mayhem::drivers
