#include "cli/fleet_events.hpp"

#include <chrono>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "cli/control_text.hpp"
#include "cli/fleet_record.hpp"
#include "cli/standard_output.hpp"
#include "fleet/sql_values.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;
using value = std::optional<std::string>;

constexpr std::chrono::seconds asked_every{1};

// All that may be new. A number of a row says little of when it came to be seen, since transactions end in another
// order than they begin; so a stretch is read again each time, and what has been told is left out.
constexpr const char* events_sql = R"sql(
SELECT x.key, {at}, x.name, x.group_name, x.host, x.target, x.message, x.refused_by, x.who, x.why, x.reason, x.seconds
FROM (SELECT 'journal ' || j.id AS key, j.at,
             CASE j.what WHEN 'grant' THEN 'granted' WHEN 'skip' THEN 'skipped' WHEN 'claim' THEN 'claimed'
                         WHEN 'refused' THEN 'not_let' WHEN 'settle' THEN 'settled' WHEN 'revoke' THEN 'revoked'
                         WHEN 'halt' THEN 'halted' WHEN 'resume' THEN 'resumed' WHEN 'close_breaker' THEN 'breaker_closed'
                         WHEN 'adopt' THEN 'adopted' WHEN 'accept_loss' THEN 'loss_accepted'
                         WHEN 'add_host' THEN 'host_added' WHEN 'forget' THEN 'host_forgotten' ELSE j.what END AS name,
             j.group_name, coalesce(a.host, j.detail ->> 'host') AS host, coalesce(a.target, j.detail ->> 'target') AS target,
             j.message, NULL::text AS refused_by,
             CASE WHEN j.what IN ('grant', 'skip') OR a.host IS NULL THEN j.who END AS who, j.detail ->> 'why' AS why,
             coalesce(j.detail ->> 'reason', j.detail ->> 'verdict') AS reason, NULL::double precision AS seconds
      FROM mayhem.journal AS j LEFT JOIN mayhem.acts AS a ON a.message = j.message
      WHERE j.at > clock_timestamp() - interval '1 min'
      UNION ALL
      SELECT 'breaker ' || b.id, b.opened_at, 'breaker_opened', b.group_name, a.host, a.target, b.message, NULL, NULL, NULL,
             b.reason, NULL
      FROM mayhem.breakers AS b LEFT JOIN mayhem.acts AS a ON a.message = b.message
      WHERE b.opened_at > clock_timestamp() - interval '1 min'
      UNION ALL
      SELECT 'attempt ' || o.message || o.attempt, o.ended_at, o.verdict, o.group_name, o.host, o.target, o.message,
             o.refused_by, NULL, NULL, o.error, extract(epoch FROM o.recovery)
      FROM mayhem.outcomes AS o
      WHERE o.started_at > clock_timestamp() - interval '25 h' AND o.ended_at > clock_timestamp() - interval '10 min') AS x
WHERE $1::text IS NULL OR x.host = $1
ORDER BY x.at, x.key)sql";

class teller {
public:
    explicit teller(bool as_json) : as_json_(as_json) {}

    /// What has not been there before; nothing of the first look is told, which is of what was before we came. False:
    /// nobody reads it any more.
    bool look_at(const std::vector<fleet_talk::row>& rows) {
        std::set<std::string> there;
        for (const fleet_talk::row& row : rows) {
            const std::string& key = *there.insert(row.front().value_or("")).first;
            if (!is_first_ && !told_.contains(key)) {
                tell(row);
            }
        }
        told_ = std::move(there);
        is_first_ = false;
        return show_printed();
    }

private:
    void tell(const fleet_talk::row& values) {
        fleet::row_reader row(values);
        (void)row.text();
        json j{{"at", core::utc_text(row.moment())}};
        const std::string name = row.text();
        for (const char* const field : {"group", "host", "target", "message", "refused_by", "who", "why", "reason"}) {
            if (const value text = row.text_or_null(); text && !text->empty()) {
                j[field] = *text;
            }
        }
        if (const value seconds = row.text_or_null()) {
            j["seconds"] = std::stod(*seconds);
        }
        if (as_json_) {
            j["event"] = name;
            print_json(core::json_line(j) + "\n");
        } else {
            print(event_text(name, j));
        }
    }

    bool as_json_;
    bool is_first_ = true;
    std::set<std::string> told_;
};

async::awaitable<fleet_answer> follow(fleet_talk& talk, value host, bool as_json) {
    const async::frame here;
    co_await check_readable(talk);
    const std::string sql = fmt::format(events_sql, fmt::arg("at", fleet::in_microseconds("x.at")));
    teller events(as_json);
    for (;;) {
        const std::vector<fleet_talk::row> rows = co_await talk.ask(sql, {host});
        const bool is_read = events.look_at(rows);
        if (!is_read) {
            co_return fleet_answer{};
        }
        co_await async::sleep_for(asked_every);
    }
}

}  // namespace

int show_fleet_events(const fleet::link_settings& s, const std::optional<std::string>& host, bool as_json) {
    return talk_to_fleet(s, [&](fleet_talk& talk) { return follow(talk, host, as_json); }, fleet_purpose::reads).status;
}

}  // namespace mayhem::cli
