// Proves that whatever config is drawn is one that a daemon takes: hundreds of seeds, each edited several times. And
// that the judge is told what a config says: one that a person might write, field by field.
#include "sim/world/config_maker.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/config_file.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

constexpr std::uint64_t seeds = 200;

config_maker made_from(std::uint64_t seed) { return config_maker{core::random_source(seed)}; }

app::config_result parse(const config_maker& m) { return app::parse_config(m.text(), "mayhem.toml"); }

std::string describe(const config_maker& m, const app::config_result& c) {
    return (c ? "" : to_string(c.error().front())) + "\n" + m.text();
}

struct drawn {
    config_maker maker;
    app::config_result config;
};

/// One for each seed, drawn once for all tests, because reading is what takes the time.
const std::vector<drawn>& all_drawn() {
    static const std::vector<drawn> all = [] {
        std::vector<drawn> made;
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
            config_maker m = made_from(seed);
            app::config_result c = parse(m);
            made.push_back({.maker = std::move(m), .config = std::move(c)});
        }
        return made;
    }();
    return all;
}

TEST(ConfigMakerTest, EveryDrawnConfigIsOneThatADaemonTakes) {
    for (const drawn& d : all_drawn()) {
        ASSERT_TRUE(d.config) << describe(d.maker, d.config);
    }
}

TEST(ConfigMakerTest, SoIsWhatAnEditMakesOfIt) {
    std::uint64_t changed = 0;
    for (const drawn& d : all_drawn()) {
        config_maker m = d.maker;
        m.change();

        const app::config_result c = parse(m);
        ASSERT_TRUE(c) << describe(m, c);
        changed += m.text() != d.maker.text() ? 1 : 0;
    }

    EXPECT_GT(changed, seeds * 8 / 10) << "an edit mostly is one";
}

TEST(ConfigMakerTest, TheSameSeedDrawsTheSameAndAnotherOneSomethingElse) {
    config_maker first = made_from(1);
    config_maker again = made_from(1);
    const std::string text = first.text();
    first.change();
    again.change();

    EXPECT_EQ(made_from(1).text(), text);
    EXPECT_EQ(again.text(), first.text());
    EXPECT_NE(made_from(2).text(), text);
}

TEST(ConfigMakerTest, DrawsWhatWorldsMustHave) {
    int dry = 0;
    int without_a_group = 0;
    int in_two_groups = 0;
    std::set<std::size_t> group_counts;
    for (const drawn& d : all_drawn()) {
        ASSERT_TRUE(d.config);
        dry += d.config->handling.dry_run ? 1 : 0;
        without_a_group += d.config->groups.empty() ? 1 : 0;
        group_counts.insert(d.config->groups.size());
        std::set<std::string> names;
        for (const config_maker::herd_member& member : d.maker.members()) {
            names.insert(member.name);
            in_two_groups += member.groups.size() == 2 ? 1 : 0;
        }
        EXPECT_EQ(names.size(), d.maker.members().size()) << "a name is one target's";
        EXPECT_FALSE(names.empty());
    }

    EXPECT_GT(dry, 4);
    EXPECT_LT(dry, 50);
    EXPECT_GT(without_a_group, 0);
    EXPECT_GT(in_two_groups, 40);
    EXPECT_THAT(group_counts, SizeIs(5)) << "none to four";
}

TEST(ConfigMakerTest, ASlowWorldHasSlowSchedulesAndAsManyGroupsAsOneAsksFor) {
    std::size_t groups = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        config_maker m{core::random_source(seed), pace::ordinary, 20};
        m.change();
        const app::config_result read = app::parse_config(m.text(), "drawn");
        ASSERT_TRUE(read);
        for (const app::group_config& g : read->groups) {
            ASSERT_TRUE(g.settings.schedule);
            EXPECT_GE(g.settings.schedule->mean_time_between, 6h);
        }
        groups = std::max(groups, read->groups.size());
    }
    EXPECT_GT(groups, 10U);
    EXPECT_LE(groups, 20U);
}

TEST(ConfigMakerTest, TheConfigSaysWhetherItHaltsAndHowMuchIsLogged) {
    config_maker m = made_from(1);
    m.is_halted = true;
    m.log_level = "error";

    const app::config_result c = app::parse_config(m.text(), "mayhem.toml");

    ASSERT_TRUE(c);
    EXPECT_TRUE(c->halted);
    EXPECT_EQ(c->log_level, telemetry::level::error);
}

TEST(ConfigMakerTest, WhatIsInForceIsWhatTheConfigSays) {
    const app::config_result c = app::parse_config(R"(
dry_run = true
halted = true
timezone = "UTC"
[shutdown]
grace = "7s"
[group.a]
driver = "process"
name = "a"
mean_time_between = "2h"
recovery_timeout = "90s"
recovery_poll = "5s"
stable_for = "20s"
min_healthy = 3
max_unavailable = 2
max_per_hour = 1
max_per_day = 4
hours = ["09:00-17:00"]
[group.b]
driver = "process"
name = "b"
mean_time_between = "4h"
)",
                                                   "m.toml");
    ASSERT_TRUE(c) << to_string(c.error().front());

    const config_in_force f = in_force(*c, 42);

    EXPECT_EQ(f.seed, 42U);
    EXPECT_TRUE(f.dry_run);
    EXPECT_TRUE(f.halted);
    EXPECT_EQ(f.shutdown_grace, 7s);
    ASSERT_THAT(f.groups, SizeIs(2));
    const group_in_force* a = f.find("a");
    ASSERT_NE(a, nullptr);
    EXPECT_TRUE(a->is_planned());
    EXPECT_EQ(a->schedule.mean_time_between, 2h);
    EXPECT_EQ(a->schedule.max_per_hour, 1);
    EXPECT_EQ(a->schedule.max_per_day, 4);
    EXPECT_EQ(a->schedule, c->groups[0].settings.schedule);
    EXPECT_EQ(a->limits.min_healthy, 3U);
    EXPECT_EQ(a->limits.max_unavailable, 2U);
    EXPECT_EQ(a->recovery_timeout, 90s);
    EXPECT_EQ(a->recovery_poll, 5s);
    EXPECT_EQ(a->stable_for, 20s);
    ASSERT_NE(f.find("b"), nullptr);
    EXPECT_EQ(f.find("b")->schedule.mean_time_between, 4h);
    EXPECT_EQ(f.find("b")->limits.max_per_day, 0U);
}

TEST(ConfigMakerTest, WhatIsInForceFollowsTheDefaultsWhereTheConfigSaysNothing) {
    const app::config_result c = app::parse_config("dry_run = false\n", "m.toml");
    ASSERT_TRUE(c);

    const config_in_force f = in_force(*c, 1);

    EXPECT_FALSE(f.dry_run);
    EXPECT_FALSE(f.halted);
    EXPECT_EQ(f.shutdown_grace, 10s);
    EXPECT_TRUE(f.groups.empty());
}

}  // namespace
}  // namespace mayhem::sim
