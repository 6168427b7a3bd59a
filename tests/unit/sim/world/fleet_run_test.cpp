// Proves that a fleet of whole daemons is what its seed says, that it does what fleets do, and that what the judge
// demands of one is decided there: short runs of three hosts, with no fault and with all of them.
#include "sim/world/fleet_run.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/judge/event_file.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;

class FleetRunTest : public testing::Test {
protected:
    static run_options without_faults_in_fleet() {
        run_options o;
        o.storm = 1h;
        o.pace = pace::hectic;
        o.faults = dice::none();
        return o;
    }
    static run_options with_all_faults_in_fleet() {
        run_options o;
        o.storm = 30min;
        o.pace = pace::hectic;
        o.faults.emplace().fill(frequency::often);
        return o;
    }

    run_result run(std::uint64_t seed, const run_options& o) { return run_fleet(seed, 3, o, log_); }

    static std::size_t decided(const run_result& r, const std::string& promise) {
        return r.found.tallies().at(promise).decided;
    }

    static std::string what_is_wrong(const run_result& r) {
        std::string text = r.broke;
        for (const violation& v : r.found.violations()) {
            text += v.promise + ": " + v.text + "\n";
        }
        return text;
    }

private:
    telemetry::logging log_{{.lowest = telemetry::level::critical}};
};

TEST_F(FleetRunTest, WithoutAFaultHostsActAsOne) {
    std::size_t acts = 0;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        const run_result r = run(seed, without_faults_in_fleet());
        EXPECT_TRUE(r.is_clean()) << "seed " << seed << "\n" << what_is_wrong(r);
        EXPECT_GE(r.simulated, 3 * 1h) << "of three hosts";
        acts += decided(r, "one_host_a_moment");
    }
    EXPECT_GT(acts, 20U);
}

TEST_F(FleetRunTest, WithAllFaultsNothingIsBroken) {
    std::size_t acts = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        const run_result r = run(seed, with_all_faults_in_fleet());
        EXPECT_TRUE(r.is_clean()) << "seed " << seed << "\n" << what_is_wrong(r);
        EXPECT_GT(r.kills, 0U);
        acts += decided(r, "holds_when_fleet_halted");
    }
    EXPECT_GT(acts, 10U);
}

TEST_F(FleetRunTest, TheSameSeedIsTheSameRun) {
    const run_result first = run(5, with_all_faults_in_fleet());
    (void)run(6, with_all_faults_in_fleet());
    const run_result again = run(5, with_all_faults_in_fleet());

    EXPECT_EQ(again.hash, first.hash);
    EXPECT_EQ(again.steps, first.steps);
    EXPECT_NE(run(7, with_all_faults_in_fleet()).hash, first.hash);
}

// All hosts of a fleet plan with the same seed, and each of them is in its first life at the beginning.
TEST_F(FleetRunTest, WhatIsAskedOfTwoHostsIsNotTheSameMessage) {
    run_options o = without_faults_in_fleet();
    o.faults->at(static_cast<std::size_t>(fault::asked_restart)) = frequency::often;
    o.storm = 6h;
    std::stringstream lines;
    o.events = &lines;
    (void)run(1, o);

    std::map<std::string, std::set<std::string>> hosts_of;
    std::size_t asked = 0;
    const std::vector<event> all = read_events(lines).value();
    for (const event& e : all) {
        const auto* const m = std::get_if<journalled>(&e.what);
        if (m != nullptr && m->origin == origin::asked) {
            hosts_of[m->message].insert(e.host);
            ++asked;
        }
    }
    EXPECT_GT(asked, 3U);
    for (const auto& [message, hosts] : hosts_of) {
        EXPECT_EQ(hosts.size(), 1U) << message;
    }
}

}  // namespace
}  // namespace mayhem::sim
