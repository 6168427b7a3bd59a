#include "fleet/pg_ledger.hpp"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "fleet/sql_values.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::fleet {

namespace {

/// A value of an enumeration, and the word that the database has for it.
template <typename T>
struct word {
    std::string_view text;
    T value;
};

template <typename T, std::size_t N>
T meaning(const std::array<word<T>, N>& words, std::string_view text) {
    for (const word<T>& w : words) {
        if (w.text == text) {
            return w.value;
        }
    }
    throw unreadable_answer("the database answers \"" + std::string(text) + "\", which this program does not know");
}

constexpr std::array decisions{
    word{"granted", decision::granted},
    word{"skipped", decision::skipped},
    word{"decided_already", decision::decided_already},
    word{"other_config", decision::other_config},
    word{"ask_again", decision::ask_again},
    word{"clock_off", decision::clock_off},
};
constexpr std::array settle_answers{
    word{"ok", settle_answer::ok},
    word{"already", settle_answer::already},
    word{"unknown", settle_answer::unknown},
};
constexpr std::array proposal_answers{
    word{"same", proposal_answer::same},
    word{"other_config", proposal_answer::other_config},
    word{"waiting", proposal_answer::waiting},
    word{"moved", proposal_answer::moved},
};

using value = std::optional<std::string>;

value unless_empty(std::string text) { return text.empty() ? value() : value(std::move(text)); }
value count_or_null(const std::optional<std::uint64_t>& n) { return n ? value(std::to_string(*n)) : value(); }
std::string truth(bool yes) { return yes ? "true" : "false"; }

std::string word_of(in_a_row row) {
    switch (row) {
        case in_a_row::success: return "success";
        case in_a_row::failure: return "failure";
        case in_a_row::neither: break;
    }
    return "neither";
}

/// The columns of an act that `granted_act` has.
std::string act_columns() {
    return "message, group_name, " + in_microseconds("planned_at") + ", target, incarnation, " +
           in_microseconds("granted_at") + ", " + in_microseconds("expires_at") + ", state = 'granted'";
}

granted_act act_in(row_reader row) {
    return {.message = row.id(),
            .group = row.text(),
            .planned_at = row.moment(),
            .target = row.text(),
            .incarnation = row.text(),
            .granted_at = row.moment(),
            .expires_at = row.moment(),
            .is_open = row.truth()};
}

/// Five parameters from number `first` on: an offer, or NULL where there is none.
std::string offer_of(int first) {
    const auto parameter = [first](int n) { return "$" + std::to_string(first + n); };
    return "CASE WHEN " + parameter(0) + "::text IS NOT NULL THEN ROW(" + parameter(0) + ", " + parameter(1) +
           "::text, " + parameter(2) + "::text, " + parameter(3) + "::text[], " + length_of(parameter(4)) +
           ")::mayhem.offer END";
}

void append(std::vector<value>& to, const std::optional<offer>& o) {
    if (!o) {
        to.resize(to.size() + 5);
        return;
    }
    to.insert(to.end(), {o->key, o->target, o->incarnation, array_text(o->falls), microseconds_text(o->lasts)});
}

std::vector<census_question> questions_in(const std::string& text) {
    std::vector<census_question> found;
    const nlohmann::json list = nlohmann::json::parse(text, nullptr, false);
    try {
        for (const nlohmann::json& q : list) {
            found.push_back(
                {.group = q.at("group").get<std::string>(),
                 .census = q.at("census").get<std::uint64_t>(),
                 .draw = {.round = q.at("round").get<std::uint64_t>(), .cursor = q.at("cursor").get<std::string>()}});
        }
    } catch (const nlohmann::json::exception& e) {
        throw unreadable_answer(e.what());
    }
    return found;
}

}  // namespace

pg_ledger::pg_ledger(pg_link& link, std::string host, core::uuid life)
    : link_(link), host_(std::move(host)), life_(life.to_string()) {}

async::awaitable<reply<ledger_schema>> pg_ledger::schema() {
    const async::frame here;
    co_return read_row<ledger_schema>(
        co_await link_.call({.name = "schema", .sql = "SELECT schema_version, reads_from FROM mayhem.schema()"}),
        [](row_reader row) {
            return ledger_schema{.version = static_cast<int>(row.count()), .reads_from = static_cast<int>(row.count())};
        });
}

async::awaitable<reply<greeting>> pg_ledger::hello(newcomer n) {
    const async::frame here;
    const std::string sql =
        "SELECT " + in_microseconds("db_now") + ", same_machine FROM mayhem.hello($1, $2, $3, $4, $5, $6)";
    co_return read_row<greeting>(
        co_await link_.call({.name = "hello",
                             .sql = sql,
                             .parameters = {host_, life_, std::to_string(n.life_number), n.record.to_string(),
                                            std::move(n.machine), std::move(n.version)}}),
        [](row_reader row) { return greeting{.now = row.moment(), .same_machine = row.text_or_null()}; });
}

async::awaitable<reply<heartbeat>> pg_ledger::beat(std::optional<core::duration> clock_ahead, bool leaving) {
    const async::frame here;
    const std::string sql = "SELECT " + in_microseconds("db_now") +
                            ", halted, array_to_string(grants, ',') FROM mayhem.beat($1, $2, " + length_of("$3") +
                            ", $4)";
    co_return read_row<heartbeat>(
        co_await link_.call(
            {.name = "beat",
             .sql = sql,
             .parameters = {host_, life_, clock_ahead ? value(microseconds_text(*clock_ahead)) : value(),
                            truth(leaving)}}),
        [](row_reader row) { return heartbeat{.now = row.moment(), .is_halted = row.truth(), .grants = row.ids()}; });
}

async::awaitable<reply<fleet_news>> pg_ledger::poll() {
    const async::frame here;
    co_return read_row<fleet_news>(
        co_await link_.call({.name = "poll",
                             .sql = "SELECT halted, array_to_string(grants, ','), censuses FROM mayhem.poll($1)",
                             .parameters = {host_}}),
        [](row_reader row) {
            return fleet_news{.is_halted = row.truth(), .grants = row.ids(), .questions = questions_in(row.text())};
        });
}

async::awaitable<reply<std::optional<census_question>>> pg_ledger::ask(std::string group, core::wall_time moment) {
    const async::frame here;
    const std::string sql = "SELECT census, round, \"cursor\" FROM mayhem.ask($1, " + moment_of("$2") + ", $3, $4)";
    co_return read_reply<std::optional<census_question>>(
        co_await link_.call(
            {.name = "ask", .sql = sql, .parameters = {group, microseconds_text(moment), host_, life_}}),
        [&group](const rows& r) -> std::optional<census_question> {
            if (r.values.empty()) {
                return std::nullopt;
            }
            row_reader row(r.values.front());
            return census_question{.group = group,
                                   .census = row.count_or_null().value_or(0),
                                   .draw = {.round = row.count(), .cursor = row.text()}};
        });
}

async::awaitable<reply<group_standing>> pg_ledger::answer(census_answer a) {
    const async::frame here;
    const std::string sql = "SELECT round, \"cursor\", decided, " + in_microseconds("last") +
                            ", version FROM mayhem.answer($1, $2, $3, $4, $5, " + moment_of("$6") +
                            ", $7, $8, $9, $10, $11, $12, " + offer_of(13) + ", " + offer_of(18) + ")";
    std::vector<value> parameters{a.group,
                                  host_,
                                  life_,
                                  std::to_string(a.seq),
                                  std::to_string(a.census),
                                  a.moment ? value(microseconds_text(*a.moment)) : value(),
                                  a.plan,
                                  std::to_string(a.members),
                                  std::to_string(a.standing),
                                  array_text(a.taken),
                                  std::to_string(a.draw.round),
                                  a.draw.cursor};
    append(parameters, a.own);
    append(parameters, a.next);
    co_return read_row<group_standing>(
        co_await link_.call({.name = "answer", .sql = sql, .parameters = std::move(parameters)}), [](row_reader row) {
            group_standing s{.draw = {.round = row.count(), .cursor = row.text()}};
            s.is_decided = row.text_or_null() == "t";  // NULL: it came for no moment
            s.last = row.moment();
            s.version = row.count();
            return s;
        });
}

async::awaitable<reply<turnout>> pg_ledger::answered(std::string group, std::optional<std::uint64_t> census,
                                                     core::wall_time moment) {
    const async::frame here;
    const std::string sql = "SELECT have, present FROM mayhem.answered($1, $2, " + moment_of("$3") + ")";
    co_return read_row<turnout>(
        co_await link_.call({.name = "answered",
                             .sql = sql,
                             .parameters = {std::move(group), count_or_null(census), microseconds_text(moment)}}),
        [](row_reader row) { return turnout{.answered = row.count(), .present = row.count()}; });
}

async::awaitable<reply<decided>> pg_ledger::decide(moment_case c) {
    const async::frame here;
    std::string missed = "{";
    std::vector<core::uuid> missed_messages;
    for (const moment_case::missed& m : c.missed_before) {
        missed += (missed.size() > 1 ? "," : "") + microseconds_text(m.moment);
        missed_messages.push_back(m.message);
    }
    missed += "}";
    const std::string sql = "SELECT verdict, reason, version FROM mayhem.decide($1, " + moment_of("$2") + ", $3, " +
                            moment_of("$4") + ", $5, $6, $7, $8, $9, $10, $11, ARRAY(SELECT " + moment_of("m.at") +
                            " FROM unnest($12::bigint[]) WITH ORDINALITY AS m (at, nth) ORDER BY nth), $13)";
    co_return read_row<decided>(
        co_await link_.call(
            {.name = "decide",
             .sql = sql,
             .parameters = {std::move(c.group), microseconds_text(c.moment), c.message.to_string(),
                            microseconds_text(c.expires_at), host_, life_, std::move(c.plan), count_or_null(c.census),
                            std::to_string(c.draw.round), c.draw.cursor, std::to_string(c.known_version),
                            std::move(missed), array_text(missed_messages)}}),
        [](row_reader row) {
            return decided{.what = meaning(decisions, row.text()),
                           .reason = row.text_or_null().value_or(""),
                           .version = row.count()};
        });
}

async::awaitable<reply<std::optional<granted_act>>> pg_ledger::grant_of(core::uuid message) {
    const async::frame here;
    co_return read_reply<std::optional<granted_act>>(
        co_await link_.call({.name = "grant_of",
                             .sql = "SELECT " + act_columns() + " FROM mayhem.grant_of($1)",
                             .parameters = {message.to_string()}}),
        [](const rows& r) {
            return r.values.empty() ? std::nullopt : std::optional(act_in(row_reader(r.values.front())));
        });
}

async::awaitable<reply<std::vector<granted_act>>> pg_ledger::left_over() {
    const async::frame here;
    co_return read_reply<std::vector<granted_act>>(
        co_await link_.call({.name = "left_over",
                             .sql = "SELECT " + act_columns() + " FROM mayhem.left_over($1, $2)",
                             .parameters = {host_, life_}}),
        [](const rows& r) {
            std::vector<granted_act> found;
            for (const auto& row : r.values) {
                found.push_back(act_in(row_reader(row)));
            }
            return found;
        });
}

async::awaitable<reply<claimed>> pg_ledger::claim(claim_case c) {
    const async::frame here;
    co_return read_reply<claimed>(
        co_await link_.call({.name = "claim",
                             .sql = "SELECT answer, version FROM mayhem.claim($1, $2, $3, $4, $5, $6)",
                             .parameters = {c.message.to_string(), host_, life_, c.nonce.to_string(), std::move(c.plan),
                                            std::to_string(c.known_version)}},
                            {.urgency = urgency::first}),
        [](const rows& r) {
            if (r.values.size() != 1) {
                throw unreadable_answer("a claim was answered by " + std::to_string(r.values.size()) + " rows");
            }
            row_reader row(r.values.front());
            const std::string answer = row.text();
            claimed c{.version = row.count(), .sent = r.sent};
            if (answer == "ok") {
                c.answer = claim_answer::ok;
            } else if (answer == "ok_before") {
                c.answer = claim_answer::ok_before;
            } else if (answer != "unknown") {
                c.answer = claim_answer::refused;
                c.reason = answer;
            }
            return c;
        });
}

async::awaitable<reply<settled_act>> pg_ledger::settle(settlement_case s) {
    const async::frame here;
    co_return read_row<settled_act>(
        co_await link_.call(
            {.name = "settle",
             .sql = "SELECT answer, version FROM mayhem.settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
             .parameters = {s.message.to_string(), host_, life_, std::move(s.verdict), truth(s.has_acted),
                            word_of(s.row), unless_empty(std::move(s.opens_breaker)), std::to_string(s.standing),
                            std::to_string(s.seq), std::to_string(s.known_version)}}),
        [](row_reader row) {
            return settled_act{.answer = meaning(settle_answers, row.text()), .version = row.count()};
        });
}

async::awaitable<reply<bool>> pg_ledger::note(attempt_note n) {
    const async::frame here;
    const std::string sql = "SELECT mayhem.note($1, $2, $3, $4, $5, $6, " + moment_of("$7") + ", " + moment_of("$8") +
                            ", " + moment_of("$9") + ", $10, $11, " + length_of("$12") + ", $13)";
    co_return read_row<bool>(
        co_await link_.call(
            {.name = "note",
             .sql = sql,
             .parameters = {n.message.to_string(), std::to_string(n.attempt), host_, life_, std::move(n.group),
                            std::move(n.target), microseconds_text(n.planned_at), microseconds_text(n.started_at),
                            microseconds_text(n.ended_at), std::move(n.verdict), unless_empty(std::move(n.refused_by)),
                            n.recovery ? value(microseconds_text(*n.recovery)) : value(),
                            unless_empty(std::move(n.error))}}),
        [](row_reader row) { return row.truth(); });
}

async::awaitable<reply<proposed>> pg_ledger::propose(std::string group, std::string plan, std::string terms,
                                                     std::uint64_t known_version) {
    const async::frame here;
    co_return read_row<proposed>(
        co_await link_.call({.name = "propose",
                             .sql = "SELECT answer, version FROM mayhem.propose($1, $2, $3, $4, $5, $6)",
                             .parameters = {std::move(group), host_, life_, std::move(plan), std::move(terms),
                                            std::to_string(known_version)}}),
        [](row_reader row) {
            return proposed{.answer = meaning(proposal_answers, row.text()), .version = row.count()};
        });
}

async::awaitable<reply<halt_standing>> pg_ledger::halt(core::uuid id, std::string group, std::string by,
                                                       std::string why) {
    const async::frame here;
    co_return read_row<halt_standing>(
        co_await link_.call(
            {.name = "halt",
             .sql = "SELECT " + in_microseconds("at") + ", stands FROM mayhem.halt($1, $2, $3, $4)",
             .parameters = {id.to_string(), unless_empty(std::move(group)), std::move(by), std::move(why)}},
            {.urgency = urgency::first}),
        [](row_reader row) { return halt_standing{.at = row.moment(), .stands = row.truth()}; });
}

}  // namespace mayhem::fleet
