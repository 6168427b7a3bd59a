#include "record/recovery_book.hpp"

#include <algorithm>
#include <chrono>
#include <ranges>

#include <SQLiteCpp/Transaction.h>

#include "mayhem/core/rules/breaker.hpp"
#include "record/stoppable.hpp"
#include "stores/sqlite/reach_text.hpp"
#include "stores/sqlite/sqlite_database.hpp"
#include "stores/sqlite/statement.hpp"
#include "stores/sqlite/store_error.hpp"

namespace mayhem::stores {

namespace {

/// An attempt is on record soon after it has ended, but not at once.
constexpr std::chrono::minutes record_may_be_late{1};

/// An attempt that lasts longer is found at its beginning and at its end, if not in between.
constexpr std::chrono::hours attempt_lasts_max{24};

constexpr std::string_view past_columns =
    "SELECT m.id, m.group_name, m.target, m.name, m.seq, a.number, a.started_at, a.ended_at, a.verdict, a.refused_by, "
    "a.recovery_us, a.error, a.act, coalesce(a.not_before_us, 0), a.pace, a.usual_us, a.stopped_us, a.started_us "
    "FROM messages AS m CROSS JOIN attempts AS a ON a.message = m.seq ";

constexpr std::string_view of_all = "ORDER BY m.group_name, m.target, m.seq, a.number";

constexpr std::string_view of_one = "WHERE m.group_name = ?1 AND m.target = ?2 ORDER BY m.seq, a.number";

constexpr const char* changed_targets = R"sql(
SELECT DISTINCT m.group_name, m.target FROM attempts AS a CROSS JOIN messages AS m ON m.seq = a.message
WHERE a.started_at >= ?1 AND (a.ended_at IS NULL OR a.ended_at >= ?2))sql";

constexpr std::string_view of_target_since =
    "WHERE m.group_name = ?1 AND (m.target = ?2 OR m.name = ?2) AND a.started_at >= ?3 "
    "ORDER BY a.started_at DESC, m.seq DESC LIMIT ?4";

constexpr const char* reach_of =
    "SELECT a.reach FROM attempts AS a JOIN messages AS m ON m.seq = a.message "
    "WHERE m.id = ?1 AND a.number = ?2";

template <typename Value>
std::optional<Value> named(const statement& row, int column, std::optional<Value> (*parse)(std::string_view) noexcept) {
    return row.is_null(column) ? std::nullopt : parse(row.text(column));
}

history_row read_past(const statement& row) {
    history_row r;
    r.message = core::uuid::parse(row.text(0)).value_or(core::uuid{});
    r.group = row.text(1);
    r.target = row.text(2);
    r.name = row.text(3);
    r.sequence = row.integer(4);
    r.attempt = static_cast<int>(row.integer(5));
    r.started_at = row.time(6);
    r.ended_at = row.optional_time(7);
    r.verdict = named(row, 8, &core::parse_verdict);
    r.refused_by = named(row, 9, &core::parse_guard);
    r.recovery = row.optional_duration(10);
    r.error = row.text(11);
    r.act = row.text(12);
    r.not_before = core::duration{row.integer(13)};
    r.pace = named(row, 14, &core::parse_pace);
    r.usual = row.optional_duration(15);
    r.stages = {.stopped = row.optional_duration(16), .started = row.optional_duration(17)};
    return r;
}

statement select_past(sqlite_database& database, std::string_view rows) {
    return {database.connection(), std::string(past_columns).append(rows)};
}

bool is_drawn(const history_row& r) { return r.verdict && core::tells_of_a_recovery(*r.verdict); }

}  // namespace

void recovery_book::put(std::vector<history_row>& attempts) {
    if (attempts.empty()) {
        return;
    }
    history_row newest = attempts.back();
    history of_one_target;
    of_one_target.attempts = std::move(attempts);
    attempts.clear();
    std::vector<recovery_row> rows = compare_recoveries(of_one_target);
    if (rows.empty()) {
        return;
    }
    target_past past{.row = std::move(rows.front()), .acts = {}};
    for (history_row& r : of_one_target.attempts | std::views::reverse) {
        if (is_drawn(r) && past.acts.size() < acts_max) {
            past.acts.push_back(std::move(r));
        }
    }
    std::ranges::reverse(past.acts);
    targets_.insert_or_assign(key{newest.group, newest.target}, std::move(past));
}

void recovery_book::leave_out() {
    const auto is_dull = [](const auto& entry) {
        return entry.second.row.word == recovery_word::never || entry.second.row.word == recovery_word::too_few;
    };
    if (targets_.size() > targets_max) {
        std::erase_if(targets_, is_dull);
    }
    while (targets_.size() > targets_max) {
        targets_.erase(std::prev(targets_.end()));
    }
}

void recovery_book::refresh(const std::filesystem::path& path, core::wall_time now, std::stop_token stop) try {
    sqlite_database database = sqlite_database::open_read_only(path);
    stop_when_asked(database, stop);
    const SQLite::Transaction one_moment(database.connection());
    std::vector<history_row> attempts;
    const auto keep = [this, &attempts](const statement& row) {
        history_row r = read_past(row);
        if (!attempts.empty() && (attempts.back().group != r.group || attempts.back().target != r.target)) {
            put(attempts);
        }
        if (attempts.size() >= 2 * core::past_attempts_max) {
            attempts.erase(attempts.begin(), attempts.begin() + core::past_attempts_max);
        }
        attempts.push_back(std::move(r));
    };
    if (!looked_at_) {
        select_past(database, of_all).rows(keep);
        put(attempts);
    } else {
        std::vector<key> changed;
        statement(database.connection(), changed_targets)
            .rows([&changed](const statement& row) { changed.emplace_back(row.text(0), row.text(1)); },
                  *looked_at_ - attempt_lasts_max, *looked_at_ - record_may_be_late);
        statement one = select_past(database, of_one);
        for (const auto& [group, target] : changed) {
            one.rows(keep, group, target);
            put(attempts);
        }
    }
    leave_out();
    looked_at_ = now;
} catch (const SQLite::Exception& e) {
    throw explain(e, "cannot read from the database", path);
}

std::vector<const target_past*> recovery_book::rows() const {
    std::vector<const target_past*> sorted;
    sorted.reserve(targets_.size());
    for (const auto& [of, past] : targets_) {
        sorted.push_back(&past);
    }
    std::ranges::sort(sorted, [](const target_past* a, const target_past* b) { return is_less_usual(a->row, b->row); });
    return sorted;
}

const target_past* recovery_book::find(const std::string& group, const std::string& target) const {
    const auto found = targets_.find({group, target});
    return found == targets_.end() ? nullptr : &found->second;
}

std::vector<history_row> read_target(const std::filesystem::path& path, std::string_view group, std::string_view target,
                                     core::wall_time since, std::size_t limit, std::stop_token stop) try {
    sqlite_database database = sqlite_database::open_read_only(path);
    stop_when_asked(database, stop);
    const SQLite::Transaction one_moment(database.connection());
    std::vector<history_row> rows;
    select_past(database, of_target_since)
        .rows([&rows](const statement& row) { rows.push_back(read_past(row)); }, group, target, since,
              static_cast<std::int64_t>(limit));
    const auto newest = std::ranges::find_if(rows, &is_drawn);
    if (newest != rows.end()) {
        statement(database.connection(), reach_of)
            .rows([&newest](const statement& row) { newest->reach = parse_reach(row.text(0)); }, newest->message,
                  newest->attempt);
    }
    std::ranges::reverse(rows);
    return rows;
} catch (const SQLite::Exception& e) {
    throw explain(e, "cannot read from the database", path);
}

}  // namespace mayhem::stores
