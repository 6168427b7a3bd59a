// Proves that each event comes back from its line as it was, that a wrong line says what is wrong with it, and that a
// log is read in any order.
#include "sim/judge/event_json.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/judge/event_file.hpp"
#include "unit/core/plan_support.hpp"
#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// One of each, with every field that there is.
std::vector<payload> one_of_each() {
    config_in_force config{.seed = ~std::uint64_t{0}, .dry_run = true, .halted = true, .protected_targets = {"a", "b"}};
    group_in_force g{.name = "web", .schedule = {}, .limits = {}};
    g.schedule.mean_time_between = 4h;
    g.schedule.min_time_between = 5min;
    g.schedule.max_per_day = 3;
    g.schedule.max_per_hour = 2;
    g.schedule.tolerance = 30s;
    g.schedule.allowed = core::test::rules("Europe/Berlin", {"22:00-02:00", "09:00-12:00"}, {"mon-fri"},
                                           {"12-24", "2026-12-31..2027-01-02"});
    g.limits = {.min_healthy = 2, .max_unavailable = 1, .max_per_day = 3, .max_per_hour = 1};
    g.must_tolerate = g.has_stop_condition = g.dry_run = g.is_shared = true;
    config.groups = {g, {.name = "other", .schedule = {}, .limits = {.min_healthy = std::nullopt}}};
    const core::wall_time t = story::monday_at_ten;
    return {life_began{7},
            life_ended{7, life_end::power_cut, 75, 3},
            deadlock{"all wait"},
            config,
            config_read{20s},
            act{1, "web", "web-1", "first", "message", {"web-2"}},
            hit{1, "web-1", "first", "TERM"},
            fault_began{2, "web", "web-1", 40s, 5s, true, true},
            fault_owner_is{2, fault_owner::note, true},
            fault_ended{2},
            target_is{"web-1", "first", target_state::dying, {"web"}, true},
            taken_by_somebody{"web-1", false},
            listed{"web", false, "message"},
            asked{3, wish_kind::close_breaker, door::database, "web", "web-1"},
            answered{3, answer::gone, "\"why\"\n\x01"},
            told{question::breaker_open, "web", true},
            journalled{"message", "web", "web-1", "first", t, t + 1min, origin::asked},
            queue_did{"message", queue_step::lease_lost},
            breaker_is{"web", true},
            clock_set{t},
            phase_begins{phase_kind::calm, 60s},
            trouble{4, trouble_kind::disk, false, "web", "full"},
            recorded_message{"message", "web", t, message_state::dead_lettered},
            recorded_attempt{"message", 2, core::verdict::refused, core::guard::protected_target, 1500ms},
            recorded_skip{"web", t, 3, core::guard::no_target},
            record_read{},
            stop_condition_is{"web", false},
            fleet_did{fleet_step::granted, "web", "message", "a", t}};
}

TEST(EventJsonTest, EachEventComesBackAsItWas) {
    const std::vector<payload> all = one_of_each();
    ASSERT_EQ(all.size(), std::variant_size_v<payload>);
    for (std::size_t i = 0; i < all.size(); ++i) {
        ASSERT_EQ(all[i].index(), i) << "one of each, in their order";
        const event e{
            .at = {.seq = i + 1, .steady = {1s, 2s}, .wall = {story::monday_at_ten, story::monday_at_ten + 1s}},
            .host = "a",
            .what = all[i]};

        const std::string line = to_line(e);
        const core::result<event> back = parse_line(line);

        ASSERT_TRUE(back) << line << ": " << back.error();
        EXPECT_EQ(to_line(*back), line);
        EXPECT_EQ(back->at.steady, e.at.steady);
        EXPECT_EQ(back->at.wall, e.at.wall);
        EXPECT_EQ(back->what.index(), i);
    }
}

TEST(EventJsonTest, ReadsAConfigAsItWas) {
    const payload given = one_of_each()[3];
    const core::result<event> back = parse_line(to_line({.at = {.seq = 1}, .host = "a", .what = given}));

    ASSERT_TRUE(back) << back.error();
    const auto& was = std::get<config_in_force>(given);
    const auto& is = std::get<config_in_force>(back->what);
    EXPECT_EQ(is.seed, was.seed);
    EXPECT_EQ(is.protected_targets, was.protected_targets);
    ASSERT_EQ(is.groups.size(), 2U);
    EXPECT_EQ(is.groups[0].schedule, was.groups[0].schedule);
    EXPECT_EQ(is.groups[0].limits, was.groups[0].limits);
    EXPECT_TRUE(is.groups[0].is_shared);
    EXPECT_FALSE(is.groups[1].is_planned());
    EXPECT_TRUE(is.dry_run && is.halted);
}

TEST(EventJsonTest, APointIsOneNumber) {
    const event e{.at = {.seq = 1, .steady = {1s, 1s}, .wall = {}}, .host = "a", .what = deadlock{"x"}};

    EXPECT_EQ(to_line(e), R"({"seq":1,"steady_us":1000000,"wall_us":0,"host":"a","event":"deadlock","text":"x"})");
}

std::string error_of(const std::string& line) {
    const core::result<event> read = parse_line(line);
    return read ? "none" : read.error();
}

TEST(EventJsonTest, AWrongLineSaysWhatIsWrong) {
    const std::string head = R"({"seq":1,"steady_us":1,"wall_us":1,"host":"a",)";
    EXPECT_EQ(error_of("nonsense"), "is no JSON");
    EXPECT_EQ(error_of("[]"), "is no JSON object");
    EXPECT_EQ(error_of("{}"), R"(field "seq" is missing)");
    EXPECT_EQ(error_of(R"({"seq":-1})"), R"(field "seq" is no whole number of at least 0 that fits)");
    EXPECT_EQ(error_of(R"({"seq":1.5})"), R"(field "seq" is no whole number of at least 0 that fits)");
    EXPECT_EQ(error_of(R"({"seq":1,"steady_us":[2,1],"wall_us":0,"host":"a","event":"deadlock"})"),
              R"(field "steady_us" ends before it begins)");
    EXPECT_EQ(error_of(R"({"seq":1,"steady_us":[1,2,3],"wall_us":0,"host":"a","event":"deadlock"})"),
              R"(field "steady_us" is no whole number of microseconds within 140 years)");
    EXPECT_EQ(error_of(R"({"seq":1,"steady_us":99999999999999999,"wall_us":0,"host":"a","event":"deadlock"})"),
              R"(field "steady_us" is no whole number of microseconds within 140 years)");
    EXPECT_EQ(error_of(head + R"("event":"party"})"), R"(field "event" is "party", which is no event)");
    EXPECT_EQ(error_of(head + R"("event":"deadlock"})"), R"(field "text" is missing)");
    EXPECT_EQ(error_of(head + R"("event":"deadlock","text":7})"),
              R"(field "text" is no text, or one of more than 4096 bytes)");
    EXPECT_EQ(error_of(head + R"("event":"deadlock","text":"x","more":1})"),
              R"(field "more" belongs to no event of this kind)");
    EXPECT_EQ(error_of(head + R"("event":"fault_owner","fault":1,"owner":"me","is_there":true})"),
              R"(field "owner" is none of holder, note)");
    EXPECT_EQ(error_of(head + R"("event":"fault_owner","fault":1,"owner":"note","is_there":1})"),
              R"(field "is_there" is neither true nor false)");
    EXPECT_THAT(
        error_of(head +
                 R"("event":"config","seed":1,"dry_run":false,"groups":[{"name":"w","allowed":{"zone":"Mars"}}]})"),
        HasSubstr(R"(field "groups.allowed.zone" cannot be understood)"));
    EXPECT_THAT(
        error_of(head +
                 R"("event":"config","seed":1,"dry_run":false,"groups":[{"name":"w","allowed":{"hours":["9-5"]}}]})"),
        HasSubstr(R"(field "groups.allowed.hours" cannot be understood: "9-5")"));
    EXPECT_EQ(
        error_of(head + R"("event":"config","seed":1,"dry_run":false,"groups":[{"name":"w","limits":{"max":1}}]})"),
        R"(field "groups.limits.max" belongs to no event of this kind)");
}

TEST(EventFileTest, ReadsLinesInAnyOrderAndSortsThem) {
    std::stringstream file;
    file << "# a comment\n\n";
    for (const auto& [seq, at] : {std::pair{3, 20}, std::pair{2, 10}, std::pair{1, 20}}) {
        file << to_line({.at = {.seq = static_cast<std::uint64_t>(seq),
                                .steady = {core::duration{at}, core::duration{at}},
                                .wall = {}},
                         .host = "a",
                         .what = deadlock{"x"}})
             << '\n';
    }

    const auto events = read_events(file);

    ASSERT_TRUE(events) << events.error();
    ASSERT_EQ(events->size(), 3U);
    EXPECT_EQ((*events)[0].at.seq, 2U);
    EXPECT_EQ((*events)[1].at.seq, 1U);
    EXPECT_EQ((*events)[2].at.seq, 3U);
}

TEST(EventFileTest, NamesTheLineThatIsBad) {
    const std::string good = to_line({.at = {.seq = 1}, .host = "a", .what = deadlock{"x"}});
    const auto error = [](const std::string& text) {
        std::stringstream file(text);
        const auto events = read_events(file);
        return events ? std::string("none") : events.error();
    };

    EXPECT_EQ(error(good + "\n{}\n"), R"(line 2: field "seq" is missing)");
    EXPECT_EQ(error(good + "\n" + good + "\n"), R"(line 2: field "seq" is 1, like that of line 1)");
    EXPECT_EQ(error(std::string((1U << 20U) + 1, 'x')), "line 1: it is longer than a mebibyte");
}

TEST(EventFileTest, AStoryIsJudgedTheSameFromItsFile) {
    story s;
    s.begins().restarts(10, "web-1", "first", "second");
    s.at(12).acts("web-1", "first", "message-1");
    std::stringstream file;
    for (auto e = s.events.rbegin(); e != s.events.rend(); ++e) {
        file << to_line(*e) << '\n';
    }

    const auto events = read_events(file);
    ASSERT_TRUE(events) << events.error();
    judge j;
    for (const event& e : *events) {
        j.observe(e);
    }
    j.end();

    ASSERT_EQ(j.found().violations().size(), s.judged().violations().size());
    EXPECT_EQ(j.found().violations().front().text, s.judged().violations().front().text);
}

}  // namespace
}  // namespace mayhem::sim::test
