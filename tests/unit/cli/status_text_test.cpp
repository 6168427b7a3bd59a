// Proves what `mayhem status` shows a person, by comparing whole texts.
#include <algorithm>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/control_text.hpp"

namespace mayhem::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

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

std::size_t longest_line(const std::string& text) {
    std::size_t longest = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        longest = std::max(longest, line.size());
    }
    return longest;
}

TEST(StatusTextTest, NamesTheGroupsOfASmallConfig) {
    const std::string text = status_text(status_with({group("db", "docker"), group("web", "process")}));

    EXPECT_EQ(text,
              "Mayhem 1.0 (pid 7) is running, armed, up 1 s\n"
              "Not halted.\n"
              "Messages: 2 published, 2 acked, 0 nacked, 0 dead-lettered\n"
              "Restarts: 1, 1 recovered, 0 not, 0 came back and did not stay\n"
              "Groups (1 docker, 1 process): db, web\n"
              "Record: /var/lib/mayhem/mayhem.db\n");
}

TEST(StatusTextTest, CountsTheGroupsOfALargeOneAndNamesTheFirst) {
    const std::string text = status_text(status_with(groups(1'000)));

    EXPECT_THAT(text, HasSubstr("\nGroups (250 docker, 750 process): service-000, service-001 and 998 more\n"));
    EXPECT_LE(longest_line(text), 80U);
}

TEST(StatusTextTest, NamesThoseWhoseBreakerIsOpen) {
    json many = groups(1'000);
    many[500]["breaker"] = "3 failures in a row";
    many[700]["breaker"] = "3 failures in a row";

    EXPECT_THAT(status_text(status_with(many)), HasSubstr("\nBreaker open: service-500, service-700\n"));
    EXPECT_THAT(status_text(status_with(groups(1'000))), Not(HasSubstr("Breaker")));
}

TEST(StatusTextTest, HasALineForNoGroupAndForOneWithALongName) {
    EXPECT_THAT(status_text(status_with(json::array())), HasSubstr("\nGroups: none\n"));
    const std::string name(100, 'x');
    EXPECT_THAT(status_text(status_with({group(name, "docker"), group("web", "docker")})),
                HasSubstr("\nGroups (2 docker): " + name + " and 1 more\n"));
}

TEST(StatusTextTest, SaysWhatIsWaitedFor) {
    json j = status_with(groups(1));
    j["phase"] = "reloading";
    j["waits_for"] = "the record: the disk is full";

    EXPECT_THAT(status_text(j), HasSubstr("is reloading, armed, up 1 s\nWaits for the record: the disk is full\n"));
}

}  // namespace
}  // namespace mayhem::cli
