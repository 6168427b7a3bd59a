// Proves that a plan that is written piece by piece is the plan that is held whole: the same moments in the same order,
// the same JSON, and as many as were asked for, of each group as if it were alone.
#include "api/printed_plan.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "api/plan_json.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using nlohmann::json;

constexpr std::uint64_t seed = 7;
constexpr core::wall_time now{std::chrono::seconds{1'795'000'000}};

config groups(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += fmt::format(
            "[group.g{:03}]\ndriver = \"process\"\ncommand_line = \"x\"\nmean_time_between = \"{}h\"\n"
            "timezone = \"{}\"\n",
            i, 1 + i % 5, i % 2 == 0 ? "Europe/Berlin" : "Australia/Lord_Howe");
    }
    return test::read(text);
}

std::vector<std::string> moments_of(const printed_plan& p) {
    std::vector<std::string> all;
    for (const planned_moment& m : p.moments) {
        all.push_back(m.local + " " + m.group + " " + m.message.to_string());
    }
    return all;
}

TEST(PrintedPlanTest, IsThePlansOfItsGroupsInOrder) {
    const config c = groups(7);
    plan_question q;
    q.limit = 100'000;
    std::size_t count = 0;
    const printed_plan whole = print_plan(c, seed, seed_origin::flag, q, now);

    for (const group_config& g : c.groups) {
        plan_question one = q;
        one.group = g.settings.name;
        const printed_plan alone = print_plan(c, seed, seed_origin::flag, one, now);
        printed_plan part;
        std::ranges::copy_if(whole.moments, std::back_inserter(part.moments),
                             [&g](const planned_moment& m) { return m.group == g.settings.name; });
        EXPECT_EQ(moments_of(part), moments_of(alone));
        count += alone.moments.size();
    }
    EXPECT_EQ(whole.moments.size(), count);
    EXPECT_GT(count, 300U);
    EXPECT_FALSE(whole.is_cut);
    EXPECT_TRUE(std::ranges::is_sorted(whole.moments, {}, [](const auto& m) { return std::pair(m.at, m.group); }));
}

TEST(PrintedPlanTest, EndsAfterAsManyMomentsAsWereAskedFor) {
    const config c = groups(7);
    plan_question all;
    all.limit = 100'000;
    const std::vector<std::string> whole = moments_of(print_plan(c, seed, seed_origin::flag, all, now));
    for (const std::size_t limit :
         {std::size_t{1}, std::size_t{10}, whole.size() - 1, whole.size(), whole.size() + 1}) {
        plan_question q;
        q.limit = limit;

        const printed_plan cut = print_plan(c, seed, seed_origin::flag, q, now);

        const std::size_t shown = std::min(limit, whole.size());
        EXPECT_EQ(moments_of(cut), std::vector(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(shown)));
        EXPECT_EQ(cut.is_cut, limit < whole.size()) << limit;
    }
}

TEST(PrintedPlanTest, IsTheSameJsonPieceByPiece) {
    const config c = groups(3);
    plan_question q;
    q.with_windows = true;
    q.length = std::chrono::hours{48};
    const printed_plan whole = print_plan(c, seed, seed_origin::record, q, now);
    std::string streamed;
    std::size_t longest = 0;
    plan_walk walk(c, seed, q, now);

    write_json(describe_plan(c, seed, seed_origin::record, now), walk, [&](std::string_view piece) {
        streamed += piece;
        longest = std::max(longest, piece.size());
    });

    EXPECT_EQ(streamed, to_json(whole));
    const json j = json::parse(streamed);
    EXPECT_EQ(j["moments"].size(), whole.moments.size());
    EXPECT_EQ(j["moments"][0]["message"], whole.moments[0].message.to_string());
    EXPECT_EQ(j["seed"], seed);
    EXPECT_EQ(j["seed_from"], "record");
    EXPECT_EQ(j["is_cut"], false);
    EXPECT_FALSE(j["windows"].empty());
    EXPECT_TRUE(streamed.ends_with("}\n"));
}

TEST(PrintedPlanTest, WithoutAMomentIsStillJson) {
    const config c = test::read("[group.herd]\ndriver = \"simulated\"\n");
    plan_walk walk(c, seed, {}, now);
    std::string streamed;

    write_json(describe_plan(c, seed, seed_origin::drawn, now), walk, [&](std::string_view p) { streamed += p; });

    const json j = json::parse(streamed);
    EXPECT_TRUE(j["moments"].empty());
    EXPECT_EQ(j["unplanned_groups"], json({"herd"}));
    EXPECT_EQ(j["seed_from"], "drawn");
}

}  // namespace
}  // namespace mayhem::app
