// Proves that a dry run says at its start what it would do next, in the group's own time, and how to arm it.
#include "api/dry_run_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/printed_plan.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

constexpr std::uint64_t seed = 7;
constexpr core::wall_time now{std::chrono::seconds{1'795'000'000}};

}  // namespace

TEST(DryRunTextTest, WithoutAGroupSaysThatNothingWillHappenAndHowToArm) {
    const config c = test::read("dry_run = true\n");

    EXPECT_THAT(dry_run_text(c, "/etc/m.toml", seed, now),
                ElementsAre(HasSubstr("nothing will happen"), HasSubstr("mayhem arm"), HasSubstr("mayhem discover"),
                            AllOf(HasSubstr("a group in /etc/m.toml"), HasSubstr("mayhem check /etc/m.toml"),
                                  HasSubstr("dry_run = false"))));
}

TEST(DryRunTextTest, NamesTheNextMomentsOfThePlan) {
    const config c = test::read(
        "[schedule]\ntimezone = \"Asia/Kathmandu\"\n"
        "[group.web]\ndriver = \"process\"\ncommand_line = \"web\"\nmean_time_between = \"4h\"\n"
        "[group.api]\ndriver = \"process\"\ncommand_line = \"api\"\nmean_time_between = \"4h\"\n");
    plan_question next;
    next.limit = 3;
    const printed_plan plan = print_plan(c, seed, seed_origin::record, next, now);
    ASSERT_EQ(plan.moments.size(), 3U);

    const std::vector<std::string> lines = dry_run_text(c, "m.toml", seed, now);

    ASSERT_EQ(lines.size(), 4U);
    for (std::size_t i = 0; i < 3; ++i) {
        const planned_moment& m = plan.moments[i];
        EXPECT_THAT(lines[i], AllOf(HasSubstr("group '" + m.group + "'"), HasSubstr(m.local), HasSubstr("+0545")));
    }
    EXPECT_THAT(lines[3], AllOf(HasSubstr("refused and recorded until m.toml says dry_run = false"),
                                HasSubstr("mayhem plan -c m.toml")));
}

TEST(DryRunTextTest, SaysSoWhenAWeekHasNoMoment) {
    const config c = test::read(
        "[schedule]\nexclude = [\"11-01..12-31\"]\n"
        "[group.web]\ndriver = \"process\"\ncommand_line = \"web\"\nmean_time_between = \"4h\"\n");

    EXPECT_THAT(dry_run_text(c, "m.toml", seed, now),
                ElementsAre(HasSubstr("nothing in the next 7 days"), HasSubstr("dry_run = false")));
}

}  // namespace mayhem::app
