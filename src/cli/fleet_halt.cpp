// What people do to a fleet that runs: stop it, let it go on, look at it.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/fleet_commands.hpp"
#include "cli/sql_json.hpp"
#include "cli/table.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::cli {

namespace {

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

std::string whom(const std::string& group) { return group.empty() ? std::string("the whole fleet") : "group " + group; }

constexpr const char* hosts_sql =
    "SELECT name, CASE WHEN seen_at = '-infinity' THEN 'never seen' WHEN leaving THEN 'has left' WHEN seen_at > "
    "clock_timestamp() - interval '90 s' THEN 'present' ELSE 'silent' END, "
    "CASE WHEN seen_at > '-infinity' THEN extract(epoch FROM clock_timestamp() - seen_at)::int END, version, "
    "(extract(epoch FROM clock_offset) * 1000)::int FROM mayhem.hosts ORDER BY name";

constexpr const char* groups_sql =
    "SELECT g.name, g.plan, coalesce((SELECT string_agg(h.by || CASE WHEN h.why = '' THEN '' ELSE ': ' || h.why END, "
    "'; ') FROM mayhem.halts AS h WHERE h.ended_at IS NULL AND (h.group_name IS NULL OR h.group_name = g.name)), ''), "
    "coalesce((SELECT b.reason FROM mayhem.breakers AS b WHERE b.group_name = g.name AND b.closed_at IS NULL), ''), "
    "(SELECT coalesce(sum(a.standing), 0) FROM mayhem.answers AS a JOIN mayhem.hosts AS h ON h.name = a.host AND "
    "h.life "
    "= a.life WHERE a.group_name = g.name AND a.plan = g.plan), "
    "(SELECT coalesce(sum(a.members), 0) FROM mayhem.answers AS a WHERE a.group_name = g.name), "
    "(SELECT count(*) FROM mayhem.acts AS x WHERE x.group_name = g.name AND x.state IN ('granted', 'claimed')), "
    "(SELECT count(*) FROM mayhem.acts AS x WHERE x.group_name = g.name AND x.counts AND date_trunc('day', "
    "x.granted_at "
    "AT TIME ZONE g.zone) = date_trunc('day', clock_timestamp() AT TIME ZONE g.zone)), "
    "to_char(g.last AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM mayhem.groups AS g ORDER BY g.name";

}  // namespace

async::awaitable<fleet_answer> halt_fleet(fleet_talk& talk, std::string group, std::string why) {
    const async::frame here;
    const std::vector<fleet_talk::row> rows = co_await talk.ask(
        "SELECT to_char(at AT TIME ZONE 'UTC', 'HH24:MI:SS') FROM mayhem.halt(gen_random_uuid(), $1, "
        "$2, $3)",
        {unless_empty(group), who_asks(), why});
    fleet_answer answer{.text = fmt::format("HALTED {} at {} UTC: no host gets leave to act any more. What was let go "
                                            "is over within 0.3 s; what lasts ends by itself\n",
                                            whom(group), rows.front()[0].value_or("")),
                        .json = {{"group", group}, {"halted", true}}};
    co_return answer;
}

async::awaitable<fleet_answer> resume_fleet(fleet_talk& talk, std::string group) {
    const async::frame here;
    const std::optional<std::string> ended =
        co_await talk.value("SELECT mayhem.resume($1, $2)", {unless_empty(group), who_asks()});
    const int halts = std::stoi(ended.value_or("0"));
    fleet_answer answer{.text = halts == 0 ? fmt::format("Nobody has halted {}\n", whom(group))
                                           : fmt::format("Goes on: {} ({} {} ended)\n", whom(group), halts,
                                                         halts == 1 ? "halt" : "halts"),
                        .json = {{"group", group}, {"ended", halts}}};
    co_return answer;
}

async::awaitable<fleet_answer> close_fleet_breaker(fleet_talk& talk, std::string group) {
    const async::frame here;
    const std::optional<std::string> closed =
        co_await talk.value("SELECT mayhem.close_breaker($1, $2)", {group, who_asks()});
    const bool was_open = closed == "t";
    fleet_answer answer{.text = was_open ? fmt::format("The breaker of group {} is closed\n", group)
                                         : fmt::format("The breaker of group {} was not open\n", group),
                        .json = {{"group", group}, {"was_open", was_open}}};
    co_return answer;
}

async::awaitable<fleet_answer> show_fleet_status(fleet_talk& talk, std::size_t hosts_max) {
    const async::frame here;
    std::vector<fleet_talk::row> hosts = co_await talk.ask(hosts_sql);
    std::ranges::stable_partition(hosts, [](const fleet_talk::row& h) { return h[1] != "present"; });
    const std::vector<fleet_talk::row> groups = co_await talk.ask(groups_sql);
    table of_hosts({{.title = "HOST"},
                    {.title = "IS"},
                    {.title = "SEEN", .align = column::side::right},
                    {.title = "VERSION"},
                    {.title = "CLOCK AHEAD", .align = column::side::right}});
    nlohmann::json all{{"hosts", nlohmann::json::array()}, {"groups", nlohmann::json::array()}};
    int silent = 0;
    std::size_t more = 0;
    for (const fleet_talk::row& h : hosts) {
        const std::string is = h[1].value_or("");
        silent += is == "silent" ? 1 : 0;
        more += of_hosts.rows() == hosts_max ? 1 : 0;
        if (of_hosts.rows() < hosts_max) {
            of_hosts.add_row(
                {h[0].value_or(""), is, h[2] ? *h[2] + " s ago" : "", h[3].value_or(""), h[4] ? *h[4] + " ms" : ""});
        }
        all["hosts"].push_back({{"host", h[0].value_or("")},
                                {"is", is},
                                {"seen_seconds_ago", number_or_null(h[2])},
                                {"version", h[3].value_or("")},
                                {"clock_ahead_ms", number_or_null(h[4])}});
    }
    table of_groups({{.title = "GROUP"},
                     {.title = "STAND", .align = column::side::right},
                     {.title = "OF", .align = column::side::right},
                     {.title = "AT IT", .align = column::side::right},
                     {.title = "TODAY", .align = column::side::right},
                     {.title = "LAST MOMENT"},
                     {.title = "IN THE WAY", .width_max = 80}});
    bool is_stopped = false;
    for (const fleet_talk::row& g : groups) {
        const std::string halted = g[2].value_or("");
        const std::string breaker = g[3].value_or("");
        is_stopped = is_stopped || !halted.empty() || !breaker.empty();
        of_groups.add_row({g[0].value_or(""), g[4].value_or(""), g[5].value_or(""), g[6].value_or(""),
                           g[7].value_or(""), g[8].value_or(""),
                           !halted.empty()    ? "HALTED by " + halted
                           : !breaker.empty() ? "breaker open: " + breaker
                                              : ""});
        all["groups"].push_back({{"group", g[0].value_or("")},
                                 {"plan", g[1].value_or("")},
                                 {"halted_by", halted},
                                 {"breaker", breaker},
                                 {"standing", number_or_null(g[4])},
                                 {"members", number_or_null(g[5])},
                                 {"under_way", number_or_null(g[6])},
                                 {"today", number_or_null(g[7])},
                                 {"last_moment", g[8].value_or("")}});
    }
    fleet_answer answer{
        .text =
            (hosts.empty() ? std::string("No host was added: \"mayhem fleet add-host\" does\n") : of_hosts.to_text()) +
            (more > 0 ? fmt::format("{} more, of {} hosts in all: --all\n", more, hosts.size()) : "") + "\n" +
            (groups.empty() ? std::string("No group was adopted: \"mayhem fleet adopt\" does\n") : of_groups.to_text()),
        .json = std::move(all),
        .status = silent > 0 || is_stopped ? 1 : 0};
    co_return answer;
}

}  // namespace mayhem::cli
