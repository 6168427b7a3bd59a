// Proves who may be drawn: by age, by rest, by what the record says of an id that several targets share; and that a
// group of the largest size is looked through in time that grows with it, and not with its square.
#include "pipeline/making/victim_choice.hpp"

#include <ctime>

#include <gtest/gtest.h>

#include "unit/pipeline/fake_driver.hpp"

namespace mayhem::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr core::wall_time now{std::chrono::days{20'000}};

struct fixture {
    test::fake_driver driver;
    pipeline::group group{{}, driver, core::random_source{1}};
    core::random_source random{7};
    std::vector<ports::last_restart> restarted;

    std::vector<std::string> eligible(std::vector<core::target> targets) {
        const victim_choice c = choose_victim(group, random, std::move(targets), restarted, now);
        std::vector<std::string> ids;
        for (const core::target& t : c.among) {
            ids.push_back(t.incarnation);
        }
        return c.is_drawn ? ids : std::vector<std::string>{};
    }
};

core::target target(const std::string& id, const std::string& incarnation, core::duration age) {
    return {.id = id, .incarnation = incarnation, .name = id, .started_at = now - age};
}

TEST(VictimChoiceTest, LeavesOutWhoIsTooYoung) {
    fixture f;
    f.group.settings.limits.min_age = 1h;

    EXPECT_EQ(f.eligible({target("a", "1", 59min), target("b", "2", 61min)}), std::vector<std::string>{"2"});
}

TEST(VictimChoiceTest, LeavesOutWhoHasRestedTooLittleByTheRecord) {
    fixture f;
    f.group.settings.limits.min_rest = 1h;
    f.restarted = {{.target = "a", .at = now - 59min}, {.target = "b", .at = now - 61min}};

    EXPECT_EQ(f.eligible({target("a", "1", 9h), target("b", "2", 1min), target("c", "3", 1min)}),
              (std::vector<std::string>{"2", "3"}));
}

TEST(VictimChoiceTest, TellsThoseThatShareAnIdApartByTheirAge) {
    fixture f;
    f.group.settings.limits.min_rest = 1h;
    f.restarted = {{.target = "a", .at = now - 1min}};

    EXPECT_EQ(f.eligible({target("a", "1", 1min), target("a", "2", 2h)}), std::vector<std::string>{"2"});
}

TEST(VictimChoiceTest, LooksThroughTenThousandTargetsInOneStepOfTheLoop) {
    fixture f;
    f.group.settings.limits.min_rest = 1h;
    std::vector<core::target> targets;
    for (int i = 0; i < 10'000; ++i) {
        const std::string id = "a-service-with-a-name-of-some-length@" + std::to_string(i);
        targets.push_back(target(id, std::to_string(i), 9h));
        f.restarted.push_back({.target = id, .at = now - 2h});
    }

    const std::clock_t began = std::clock();
    const std::size_t found = f.eligible(std::move(targets)).size();
    const double took_s = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;

    EXPECT_EQ(found, 10'000U);
    EXPECT_LT(took_s, 0.5);
}

}  // namespace
}  // namespace mayhem::pipeline
