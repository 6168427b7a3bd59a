#include "record/recovery_rows.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "mayhem/core/rules/breaker.hpp"

namespace mayhem::stores {

namespace {

constexpr std::array<std::string_view, 7> words{"not_back", "slow",    "creeping", "under_way",
                                                "as_usual", "too_few", "never"};

using attempts = std::vector<const history_row*>;

bool has_an_end(const history_row& row) { return row.verdict && core::tells_of_a_recovery(*row.verdict); }

bool has_recovered(const history_row& row) { return row.verdict == core::verdict::recovered && row.recovery; }

bool may_be(const std::string& act, const std::string& other) { return act.empty() || other.empty() || act == other; }

/// What `ports::journal::past_recoveries` says, from rows that are sorted, the newest last.
std::vector<core::seen_recovery> past_of(const attempts& of, const history_row& last, const std::string& act) {
    std::vector<core::seen_recovery> past;
    std::size_t walked = 0;
    for (auto at = of.rbegin(); at != of.rend(); ++at) {
        const history_row& row = **at;
        if (row.sequence >= last.sequence) {
            continue;
        }
        if (++walked > core::past_attempts_max || past.size() == core::past_recoveries_max) {
            break;
        }
        if (has_recovered(row) && may_be(row.act, act) && row.started_at >= last.started_at - core::past_reaches_back) {
            past.push_back({.back = *row.recovery, .not_before = row.not_before});
        }
    }
    return past;
}

recovery_word word_of(core::pace p) {
    switch (p) {
        case core::pace::slow: return recovery_word::slow;
        case core::pace::creeping: return recovery_word::creeping;
        case core::pace::as_usual: return recovery_word::as_usual;
        case core::pace::too_few:
        case core::pace::not_known: break;
    }
    return recovery_word::too_few;
}

recovery_row compare(const attempts& of) {
    const history_row& newest = *of.back();
    recovery_row row{.group = newest.group, .target = newest.target, .name = newest.name, .act = {}};
    row.host = newest.host;
    const auto find_last = [&of](bool (*is_meant)(const history_row&)) {
        const auto found = std::find_if(of.rbegin(), of.rend(), [is_meant](const auto* r) { return is_meant(*r); });
        return found == of.rend() ? nullptr : *found;
    };
    const history_row* const last = find_last(&has_an_end);
    const history_row* const back = find_last(&has_recovered);
    if (back != nullptr) {
        row.act = back->act;
    }
    if (last != nullptr) {
        row.last = *last;
        const std::vector<core::seen_recovery> past = past_of(of, *last, row.act);
        row.usual = core::usual_of(past);
        if (last == back) {
            const core::recovery_judgement j =
                core::judge_recovery({.back = *back->recovery, .not_before = back->not_before}, past);
            row.word = word_of(j.pace);
            row.factor = j.factor;
        } else {
            row.word = recovery_word::not_back;
        }
    }
    if (!newest.verdict && row.word > recovery_word::under_way) {
        row.word = recovery_word::under_way;
    }
    return row;
}

}  // namespace

bool is_less_usual(const recovery_row& a, const recovery_row& b) {
    const auto key = [](const recovery_row& r) {
        const bool by_time = r.word == recovery_word::not_back || r.word == recovery_word::as_usual;
        const std::int64_t at = by_time ? r.last->started_at.time_since_epoch().count() : 0;
        return std::make_tuple(r.word, -r.factor, -at, std::string_view(r.group), std::string_view(r.name),
                               std::string_view(r.target), std::string_view(r.host));
    };
    return key(a) < key(b);
}

std::string_view to_string(recovery_word w) noexcept { return words[static_cast<std::size_t>(w)]; }

std::vector<recovery_row> compare_recoveries(const history& h) {
    std::map<std::tuple<std::string, std::string, std::string>, attempts> targets;
    for (const history_row& row : h.attempts) {
        targets[{row.group, row.host, row.target}].push_back(&row);
    }
    for (const history_row& row : h.past) {
        if (const auto found = targets.find({row.group, row.host, row.target}); found != targets.end()) {
            found->second.push_back(&row);
        }
    }
    std::vector<recovery_row> rows;
    for (auto& [key, of] : targets) {
        std::ranges::sort(of, {}, [](const history_row* r) { return std::make_pair(r->sequence, r->attempt); });
        const bool was_acted_on = std::ranges::any_of(
            of, [](const history_row* r) { return !r->verdict || core::may_have_acted(*r->verdict); });
        if (was_acted_on) {
            rows.push_back(compare(of));
        }
    }
    std::ranges::sort(rows, is_less_usual);
    return rows;
}

}  // namespace mayhem::stores
