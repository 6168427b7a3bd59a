// Proves that nothing a daemon answers can drive the terminal of whoever asked, field by field: each text of an answer
// in turn is replaced by one full of control characters.
#include "cli/control_text.hpp"

#include <functional>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/status_text.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::cli {
namespace {

using nlohmann::json;

constexpr const char* hostile = "x\x1b]0;pwned\x07\r\u009b2J\u202e\u2028y";

json status() {
    return {{"version", "1"},
            {"pid", 1},
            {"phase", "running"},
            {"dry_run", false},
            {"uptime_seconds", 1.0},
            {"halt", {{"is_halted", true}, {"reasons", {{{"who", "root"}, {"why", "why"}, {"since", "now"}}}}}},
            {"messages",
             {{"published", 0},
              {"acked", 0},
              {"nacked", 0},
              {"dead_lettered", 0},
              {"restarted", 0},
              {"recovered", 0},
              {"not_recovered", 0},
              {"unstable", 0},
              {"not_ended", 0}}},
            {"queue", {{"waiting", 0}, {"in_flight", 0}, {"delayed", 0}}},
            {"groups", {{{"group", "web"}, {"driver", "process"}}}},
            {"store", "/mayhem.db"}};
}

json outlook() {
    const json last{{"at", "2026-11-29T00:00:00Z"}, {"name", "a"}, {"verdict", "unstable"}, {"seconds", nullptr}};
    const json one{{"group", "web"}, {"next", "2026-11-29T00:00:00Z"}, {"refused_by", "halted"}, {"last", last}};
    const json act{{"action", "restart"}, {"name", "a"},      {"group", "web"},
                   {"began_at", "now"},   {"until", nullptr}, {"usual", nullptr}};
    return {{"today", {{"acts", 1}}}, {"under_way", {act}}, {"groups", {one}}};
}

json targets() {
    const json target{{"id", "a"}, {"name", "b"}, {"incarnation", "c"}};
    return {{"groups", {{{"group", "web"}, {"driver", "process"}, {"targets", {target}}, {"error", "none"}}}}};
}

json restart(const std::string& state) {
    return {{"state", state},      {"name", "a"},
            {"group", "web"},      {"message", "1-2"},
            {"error", "why"},      {"refused_by", "halted"},
            {"explanation", "so"}, {"recovery_seconds", 1.0},
            {"is_over", true}};
}

json event() {
    return {{"at", "2026-11-29T00:00:00"}, {"group", "web"}, {"target", "a"}, {"detail", "b"}, {"who", "c"}};
}

/// Every text in `j`, at any depth, in turn.
void for_each_text(json& j, const std::function<void(json&)>& f) {
    if (j.is_string()) {
        f(j);
    } else if (j.is_structured()) {
        for (json& inner : j) {
            for_each_text(inner, f);
        }
    }
}

void expect_harmless(json answer, const std::function<std::string(const json&)>& to_text) {
    for_each_text(answer, [&](json& text) {
        const json before = text;
        text = hostile;

        const std::string shown = to_text(answer);

        EXPECT_EQ(core::printable_lines(shown), shown) << before;
        text = before;
    });
}

TEST(ControlTextTest, ShowsNothingThatDrivesATerminal) {
    expect_harmless(status(), [](const json& j) { return status_text(j, json(), {}); });
    expect_harmless(outlook(), [](const json& j) { return status_text(status(), j, {}); });
    expect_harmless(status()["halt"], &halt_text);
    expect_harmless({{"tasks", {{{"text", "task"}}}}}, &tasks_text);
    expect_harmless(targets(), [](const json& j) { return targets_text(j); });
    expect_harmless(event(), [](const json& j) { return event_text("halted", j); });
    EXPECT_EQ(event_text(hostile, event()).find('\x1b'), std::string::npos);
    for (const char* state :
         {"refused", "recovered", "not_recovered", "unstable", "not_tolerated", "aborted", "no_effect", "fault_stuck",
          "taken_over", "not_ended", "dead_lettered", "retrying", "unwatched", "waiting"}) {
        expect_harmless(restart(state), &restart_text);
    }
}

TEST(ControlTextTest, KeepsTheLinesOfTasksAndLettersOfAllScripts) {
    EXPECT_EQ(tasks_text({{"tasks", {{{"text", "a\n\tb \u00e9\u4f60\n"}}}}}), "a\n\tb \u00e9\u4f60\n");
}

}  // namespace
}  // namespace mayhem::cli
