#include "cli/fleet_why.hpp"

#include <utility>

#include <fmt/format.h>

#include "cli/fleet_record.hpp"
#include "cli/moment_text.hpp"
#include "cli/sql_json.hpp"
#include "cli/table.hpp"
#include "fleet/sql_values.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;
using value = std::optional<std::string>;

constexpr const char* counts_sql = R"sql(
SELECT g.min_healthy || CASE WHEN g.min_healthy_is_percent THEN '%' ELSE '' END,
       nullif(g.max_unavailable, 0) || CASE WHEN g.max_unavailable_is_percent THEN '%' ELSE '' END,
       nullif(g.max_per_day, 0)::text, nullif(g.max_per_hour, 0)::text,
       coalesce(sum(a.standing) FILTER (WHERE a.plan = g.plan AND h.life = a.life), 0), coalesce(sum(a.members), 0),
       count(a.host) FILTER (WHERE a.plan = g.plan AND h.life = a.life),
       (SELECT count(*) FROM mayhem.hosts AS x WHERE x.seen_at > clock_timestamp() - interval '90 s' AND NOT x.leaving),
       (SELECT count(*) FROM mayhem.acts AS x WHERE x.group_name = g.name AND x.state IN ('granted', 'claimed')),
       (SELECT count(*) FROM mayhem.acts AS x WHERE x.group_name = g.name AND x.counts
            AND x.granted_at > clock_timestamp() - interval '50 h'
            AND date_trunc('day', x.granted_at AT TIME ZONE g.zone) = date_trunc('day', clock_timestamp() AT TIME ZONE g.zone)),
       (SELECT count(*) FROM mayhem.acts AS x WHERE x.group_name = g.name AND x.counts
            AND x.granted_at > clock_timestamp() - interval '50 h'
            AND date_trunc('hour', x.granted_at AT TIME ZONE g.zone) = date_trunc('hour', clock_timestamp() AT TIME ZONE g.zone)),
       (SELECT string_agg(x.by || CASE WHEN x.why = '' THEN '' ELSE ': ' || x.why END, '; ') FROM mayhem.halts AS x
        WHERE x.ended_at IS NULL AND (x.group_name IS NULL OR x.group_name = g.name)),
       (SELECT x.reason FROM mayhem.breakers AS x WHERE x.group_name = g.name AND x.closed_at IS NULL)
FROM mayhem.groups AS g LEFT JOIN mayhem.answers AS a ON a.group_name = g.name LEFT JOIN mayhem.hosts AS h ON h.name = a.host
WHERE g.name = $1 GROUP BY g.name)sql";

constexpr const char* own_sql = R"sql(
SELECT a.standing, a.members, extract(epoch FROM clock_timestamp() - a.at)::int, a.plan = g.plan
FROM mayhem.answers AS a JOIN mayhem.groups AS g ON g.name = a.group_name WHERE a.group_name = $1 AND a.host = $2)sql";

constexpr const char* last_sql = R"sql(
SELECT {at}, m.what, m.reason, m.decided_by, m.counts, a.host, a.target, a.state, a.verdict
FROM mayhem.moments AS m LEFT JOIN mayhem.acts AS a ON a.message = m.message
WHERE m.group_name = $1 {which} ORDER BY m.planned_at DESC LIMIT 1)sql";

/// One of the numbers that the fleet holds against a limit.
struct counted {
    const char* what;
    std::string text;
    const char* limit;
    value of;
};

/// A moment that was decided, and the act if there was one.
struct decided {
    core::wall_time at{};
    std::string what;
    value reason;
    std::string by;
    json counts;
    value host;
    value target;
    value state;
    value verdict;
};

std::optional<decided> decided_of(const std::vector<fleet_talk::row>& rows) {
    if (rows.empty()) {
        return std::nullopt;
    }
    fleet::row_reader row(rows.front());
    decided d;
    d.at = row.moment();
    d.what = row.text();
    d.reason = row.text_or_null();
    d.by = row.text();
    d.counts = core::parse_json<json>(row.text());
    d.host = row.text_or_null();
    d.target = row.text_or_null();
    d.state = row.text_or_null();
    d.verdict = row.text_or_null();
    return d;
}

std::string counted_then(const json& counts) {
    return counts.is_object() && counts.contains("healthy")
               ? fmt::format(", which counted {} standing, {} under way, {} today", counts.value("healthy", 0),
                             counts.value("under_way", 0), counts.value("today", 0))
               : std::string();
}

std::string end_of(const decided& d) {
    const std::string state = d.state.value_or("");
    return state == "revoked"   ? "it never came for its leave"
           : state == "granted" ? "it has not come for its leave yet"
           : state == "lost"    ? "its host vanished after it had got leave"
           : state == "claimed" ? "under way"
                                : d.verdict.value_or("");
}

std::string act_text(const decided& d) {
    return d.host ? fmt::format("{} on {}, {}", *d.target, *d.host, end_of(d))
                  : std::string("an act that is on record no more");
}

std::string last_text(const std::optional<decided>& last, const std::string& host) {
    if (!last) {
        return "No moment of it has been decided yet.\n";
    }
    std::string text = fmt::format("Last moment, {}: ", local_moment(last->at));
    if (last->what == "granted") {
        text += "it hit " + act_text(*last);
        text += last->host && *last->host != host ? fmt::format("; so {} did nothing.\n", host) : ".\n";
    } else {
        text += last->reason.value_or("skipped") + ", no host was let act.\n";
    }
    return text + fmt::format("It was decided by {}{}.\n", last->by, counted_then(last->counts));
}

json decided_json(const std::optional<decided>& d) {
    if (!d) {
        return nullptr;
    }
    return {{"planned_at", core::utc_text(d->at)},
            {"what", d->what},
            {"reason", text_or_null(d->reason)},
            {"decided_by", d->by},
            {"counted", d->counts},
            {"host", text_or_null(d->host)},
            {"target", text_or_null(d->target)},
            {"state", text_or_null(d->state)},
            {"verdict", text_or_null(d->verdict)}};
}

std::string table_of(const std::vector<counted>& all) {
    table t({{.title = "THE FLEET COUNTS"}, {.title = "NOW", .width_min = 24, .wraps = false}, {.title = "LIMIT"}});
    for (const counted& c : all) {
        t.add_row({c.what, c.text, c.of ? std::string(c.limit) + " " + *c.of : "none"});
    }
    return t.to_text();
}

async::awaitable<void> view(fleet_talk& talk, std::string group, std::string host, fleet_answer& into) {
    const async::frame here;
    const std::vector<fleet_talk::row> rows = co_await talk.ask(counts_sql, {group});
    if (rows.empty()) {
        into.text += fmt::format("Group '{0}' is not known to the fleet: \"mayhem fleet adopt {0}\" makes it\n", group);
        into.json[group] = nullptr;
        into.status = 1;
        co_return;
    }
    const std::vector<fleet_talk::row> own = co_await talk.ask(own_sql, {group, host});
    const auto moments = [](const char* which) {
        return fmt::format(last_sql, fmt::arg("at", fleet::in_microseconds("m.planned_at")), fmt::arg("which", which));
    };
    const std::vector<fleet_talk::row> newest = co_await talk.ask(moments(""), {group});
    const std::vector<fleet_talk::row> granted = co_await talk.ask(moments("AND m.what = 'granted'"), {group});
    const std::optional<decided> last = decided_of(newest);
    const std::optional<decided> chosen = decided_of(granted);

    const fleet_talk::row& r = rows.front();
    const auto text = [&r](std::size_t column) { return r[column].value_or(""); };
    const std::vector<counted> counts{
        {"stand", fmt::format("{} of {}, as {} of {} hosts said last", text(4), text(5), text(6), text(7)),
         "min_healthy", r[0]},
        {"under way", text(8), "max_unavailable", r[1]},
        {"today", text(9), "max_per_day", r[2]},
        {"this hour", text(10), "max_per_hour", r[3]}};
    std::string all = fmt::format("Group '{}' is shared:\n\n{}\n", group, table_of(counts));
    if (r[11]) {
        all += fmt::format("HALTED by {}: no host is let act.\n", *r[11]);
    }
    if (r[12]) {
        all += fmt::format("Breaker open: {}. No host is let act; \"mayhem fleet close-breaker {}\" closes it.\n",
                           *r[12], group);
    }
    if (own.empty()) {
        all += fmt::format("{} has said nothing of it, so none of its members stand for the fleet.\n", host);
    } else {
        const fleet_talk::row& said = own.front();
        all += fmt::format("{} said {} s ago that {} of its {} stand{}.\n", host, said[2].value_or("?"),
                           said[0].value_or("?"), said[1].value_or("?"),
                           said[3] == "t" ? "" : "; it follows another plan than the fleet, and so stands aside");
    }
    all += last_text(last, host);
    if (chosen && last && chosen->at != last->at) {
        all += fmt::format("Chosen last, {}: {}.\n", local_moment(chosen->at), act_text(*chosen));
    }
    into.text += (into.text.empty() ? "" : "\n") + all;
    into.status = r[11] || r[12] ? 1 : into.status;
    const auto number = [&r](std::size_t column) { return number_or_null(r[column]); };
    into.json[group] = {{"standing", number(4)},
                        {"members", number(5)},
                        {"hosts_answered", number(6)},
                        {"hosts_present", number(7)},
                        {"under_way", number(8)},
                        {"today", number(9)},
                        {"this_hour", number(10)},
                        {"min_healthy", text_or_null(r[0])},
                        {"max_unavailable", text_or_null(r[1])},
                        {"max_per_day", text_or_null(r[2])},
                        {"max_per_hour", text_or_null(r[3])},
                        {"halted_by", text_or_null(r[11])},
                        {"breaker", text_or_null(r[12])},
                        {"host", host},
                        {"host_standing", own.empty() ? json() : json(std::stoll(own.front()[0].value_or("0")))},
                        {"last", decided_json(last)},
                        {"chosen", decided_json(chosen)}};
}

async::awaitable<fleet_answer> view_all(fleet_talk& talk, const std::vector<std::string>& groups,
                                        const std::string& host) {
    const async::frame here;
    co_await check_readable(talk);
    fleet_answer all;
    all.json = json::object();
    for (const std::string& group : groups) {
        co_await view(talk, group, host, all);
    }
    co_return all;
}

}  // namespace

fleet_answer why_of_fleet(const fleet::link_settings& s, const std::vector<std::string>& groups,
                          const std::string& host) {
    return talk_to_fleet(s, [&](fleet_talk& talk) { return view_all(talk, groups, host); }, fleet_purpose::reads);
}

}  // namespace mayhem::cli
