// Proves what `mayhem status` shows a person, by comparing whole texts.
#include "cli/status_text.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const json no_outlook;

json status_with(json groups) {
    return {{"version", "1.0"},
            {"pid", 7},
            {"phase", "running"},
            {"waits_for", ""},
            {"dry_run", false},
            {"halt", {{"is_halted", false}, {"reasons", json::array()}}},
            {"uptime_seconds", 1.5},
            {"messages",
             {{"published", 2},
              {"acked", 2},
              {"nacked", 0},
              {"dead_lettered", 0},
              {"restarted", 1},
              {"recovered", 1},
              {"not_recovered", 0},
              {"unstable", 0},
              {"not_ended", 0}}},
            {"queue", nullptr},
            {"groups", std::move(groups)},
            {"store", "/var/lib/mayhem/mayhem.db"}};
}

json group(const std::string& name, const std::string& driver, json breaker = {}) {
    return {{"group", name}, {"driver", driver}, {"breaker", std::move(breaker)}};
}

json groups(int count) {
    json all = json::array();
    for (int i = 0; i < count; ++i) {
        all.push_back(group(fmt::format("service-{:03}", i), i % 4 == 0 ? "docker" : "process"));
    }
    return all;
}

core::wall_time noon() { return *core::parse_moment("2026-11-27T12:00:00Z"); }

std::string shown(const json& status) { return status_text(status, no_outlook, {}); }

json row(const std::string& name, const char* next, json last = {}, json refused_by = {}) {
    return {{"group", name},
            {"driver", "systemd"},
            {"action", "restart"},
            {"targets", 2},
            {"under_way", 0},
            {"next", next == nullptr ? json() : json(next)},
            {"refused_by", std::move(refused_by)},
            {"last", std::move(last)},
            {"breaker", nullptr}};
}

json last_act(const char* at, const char* verdict, json seconds, const char* word = "as_usual") {
    return {{"at", at},           {"target", "nginx.service"}, {"name", "nginx.service"},
            {"verdict", verdict}, {"seconds", seconds},        {"word", word},
            {"message", "1-2"}};
}

json outlook_with(json rows) {
    return {{"as_of", "2026-11-27T12:00:00Z"},
            {"zone", "UTC"},
            {"today",
             {{"acts", 3},
              {"recovered", 2},
              {"not_recovered", 1},
              {"under_way", 0},
              {"refused", 0},
              {"planned", 4},
              {"planned_refused", 0}}},
            {"under_way", json::array()},
            {"groups", std::move(rows)}};
}

std::size_t longest_line(const std::string& text) {
    std::size_t longest = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        longest = std::max(longest, line.size());
    }
    return longest;
}

TEST(StatusTextTest, NamesTheGroupsOfASmallConfig) {
    const std::string text = shown(status_with({group("db", "docker"), group("web", "process")}));

    EXPECT_EQ(text,
              "Mayhem 1.0 (pid 7) is running, armed, up 1 s\n"
              "Not halted.\n"
              "Groups (1 docker, 1 process): db, web\n"
              "Messages: 2 published, 2 acked, 0 nacked, 0 dead-lettered\n"
              "Restarts: 1, 1 recovered, 0 not, 0 came back and did not stay\n"
              "Record: /var/lib/mayhem/mayhem.db\n");
}

TEST(StatusTextTest, CountsTheGroupsOfALargeOneAndNamesTheFirst) {
    const std::string text = shown(status_with(groups(1'000)));

    EXPECT_THAT(text, HasSubstr("\nGroups (250 docker, 750 process): service-000, service-001 and 998 more\n"));
    EXPECT_LE(longest_line(text), 80U);
}

TEST(StatusTextTest, NamesThoseWhoseBreakerIsOpen) {
    json many = groups(1'000);
    many[500]["breaker"] = "3 failures in a row";
    many[700]["breaker"] = "3 failures in a row";

    EXPECT_THAT(
        shown(status_with(many)),
        HasSubstr("\nBreaker open: service-500: 3 failures in a row; \"mayhem resume service-500\" closes it\n"));
    EXPECT_THAT(shown(status_with(groups(1'000))), Not(HasSubstr("Breaker")));
}

TEST(StatusTextTest, HasALineForNoGroupAndForOneWithALongName) {
    EXPECT_THAT(shown(status_with(json::array())), HasSubstr("\nGroups: none: \"mayhem arm\""));
    const std::string name(100, 'x');
    EXPECT_THAT(shown(status_with({group(name, "docker"), group("web", "docker")})),
                HasSubstr("\nGroups (2 docker): " + name + " and 1 more\n"));
}

TEST(StatusTextTest, SaysWhatIsWaitedFor) {
    json j = status_with(groups(1));
    j["phase"] = "reloading";
    j["waits_for"] = "the record: the disk is full";

    EXPECT_THAT(shown(j), HasSubstr("is reloading, armed, up 1 s\nWaits for the record: the disk is full\n"));
}

TEST(StatusTextTest, SaysHowTheHostStandsInItsFleet) {
    json j = status_with(groups(1));
    EXPECT_THAT(shown(j), Not(HasSubstr("Fleet")));
    j["fleet"] = {{"name", "shop"}, {"host", "web07"}, {"absence", ""}, {"is_halted", false}, {"untold", 0}};
    EXPECT_THAT(shown(j), HasSubstr("up 1 s\nFleet shop, as host web07: takes part\n"));
    j["fleet"]["absence"] = "the database is away";
    j["fleet"]["is_halted"] = true;
    j["fleet"]["untold"] = 2;
    EXPECT_THAT(shown(j), HasSubstr("Fleet shop, as host web07: takes no part: the database is away; HALTED; 2 ends of "
                                    "acts are still to be told\n"));
}

class StatusTableTest : public testing::Test {
protected:
    StatusTableTest() {
        (void)::setenv("TZ", "UTC", 1);
        ::tzset();
    }
    const status_shape shape_{.room = 80, .now = noon()};
};

TEST_F(StatusTableTest, HasWhatIsNextAndWhatWasLastOfEachGroup) {
    json status = status_with(
        {group("cache", "systemd", "redis-2 did not recover"), group("db", "systemd"), group("web", "systemd")});
    status["config"] = "/etc/mayhem/mayhem.toml";
    const json outlook = outlook_with(
        {row("cache", "2026-11-27T12:15:00Z", last_act("2026-11-27T09:50:00Z", "not_recovered", {}, "not_back"),
             "breaker_open"),
         row("web", "2026-11-28T08:41:53Z", last_act("2026-11-27T06:59:26Z", "recovered", 0.173)), row("db", nullptr)});

    EXPECT_EQ(status_text(status, outlook, shape_),
              "Mayhem 1.0 (pid 7) is running, armed, up 1 s\n"
              "Not halted.\n"
              "Today: 3 acts, 2 came back, 1 did not come back, 4 still planned\n"
              "Breaker open: cache: redis-2 did not recover; \"mayhem resume cache\" closes it\n"
              "\n"
              "GROUP  NEXT       LEFT          LAST      WHOM           WHAT CAME OF IT\n"
              "cache  12:15:00   breaker_open  09:50:00  nginx.service  did not come back\n"
              "web    Sat 08:41  20 h 41 min   06:59:26  nginx.service  back after 0.17 s\n"
              "db     -          -             -         -              never\n"
              "\n"
              "Config: /etc/mayhem/mayhem.toml\n"
              "Record: /var/lib/mayhem/mayhem.db\n");
}

TEST_F(StatusTableTest, SumsUpTheGroupsOfALargeConfigUnlessAllAreAskedFor) {
    json rows = json::array();
    for (int i = 0; i < 1'000; ++i) {
        rows.push_back(row(fmt::format("service-{:03}", i), "2026-11-27T12:15:00Z"));
    }
    const json status = status_with(groups(1'000));
    const auto lines = [](const std::string& text) { return std::ranges::count(text, '\n'); };
    status_shape all = shape_;
    all.rows_max = status_shape::all;

    const std::string few = status_text(status, outlook_with(rows), shape_);

    EXPECT_LT(lines(few), 30);
    EXPECT_THAT(few, HasSubstr("and 980 more groups"));
    EXPECT_LE(longest_line(few), 80U);
    EXPECT_GT(lines(status_text(status, outlook_with(rows), all)), 1'000);
}

TEST_F(StatusTableTest, FitsItsWindow) {
    json rows = json::array();
    for (int i = 0; i < 100; ++i) {
        rows.push_back(row(fmt::format("a-service-with-a-name-that-is-long-{:03}", i), "2026-11-27T12:15:00Z",
                           last_act("2026-11-27T06:59:26Z", "recovered", 134.0, "slow")));
    }
    json status = status_with(groups(100));
    status["halt"] = {{"is_halted", true},
                      {"reasons",
                       {{{"door", "command"},
                         {"who", "anna (uid 1004, pid 649)"},
                         {"since", "2026-11-27T11:00:00Z"},
                         {"why", std::string(300, 'x')}}}}};

    const std::string window = status_window(status, outlook_with(rows), shape_, 24);

    EXPECT_LE(std::ranges::count(window, '\n'), 23) << window;
    EXPECT_GE(std::ranges::count(window, '\n'), 20) << window;
    EXPECT_LE(longest_line(window), 80U) << window;
    EXPECT_THAT(window, HasSubstr("HALTED by anna"));
    EXPECT_THAT(window, HasSubstr("more groups"));
}

TEST_F(StatusTableTest, SaysWhatIsUnderWayAndHowLongThatUsuallyTakes) {
    json outlook = outlook_with(json::array({row("web", nullptr)}));
    outlook["under_way"] = {{{"message", "1-2"},
                             {"group", "web"},
                             {"target", "nginx.service"},
                             {"name", "nginx.service"},
                             {"action", "restart"},
                             {"began_at", "2026-11-27T11:59:56Z"},
                             {"until", nullptr},
                             {"attempt", 1},
                             {"usual", {{"p10", 1.9}, {"p50", 2.3}, {"p90", 3.1}, {"n", 44}}}}};

    EXPECT_THAT(status_text(status_with(groups(1)), outlook, shape_),
                HasSubstr("\nNow: restart of nginx.service in web, for 4 s, usually 2.3 s\n"));
}

TEST_F(StatusTableTest, SaysHowAHaltByAFileIsTakenBack) {
    const json halt{
        {"is_halted", true},
        {"reasons",
         {{{"door", "file"}, {"who", "file /var/lib/mayhem/halt"}, {"since", "2026-11-27T11:00:00Z"}, {"why", ""}}}}};

    EXPECT_EQ(halt_text(halt),
              "HALTED by file /var/lib/mayhem/halt since 2026-11-27 11:00:00; remove the file to go on\n");
}

TEST_F(StatusTableTest, CountsSinceTheStartWhenThatIsAskedFor) {
    status_shape verbose = shape_;
    verbose.has_counts = true;
    const json outlook = outlook_with(json::array({row("web", nullptr)}));

    EXPECT_THAT(status_text(status_with(groups(1)), outlook, verbose), HasSubstr("Messages: 2 published"));
    EXPECT_THAT(status_text(status_with(groups(1)), outlook, shape_), Not(HasSubstr("Messages")));
}

}  // namespace
}  // namespace mayhem::cli
