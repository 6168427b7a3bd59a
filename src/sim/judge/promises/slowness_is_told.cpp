#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mayhem/core/time.hpp"
#include "sim/judge/pace_oracle.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

constexpr auto past_days = std::chrono::days{90};
constexpr std::size_t past_max = 100;

/// From its being back to the record, at most, in a world without troubles.
constexpr core::duration judged_within = std::chrono::minutes{5};
class slowness_is_told_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        if (const auto* a = std::get_if<act>(&e.what)) {
            if (a->message) {
                limits_.insert_or_assign(*a->message, limits_at(e.host, e.at, a->group));
            }
        } else if (const auto* r = std::get_if<recorded_attempt>(&e.what)) {
            if (r->verdict == core::verdict::recovered && r->act && r->started_at && r->recovery) {
                rows_[e.host].push_back(*r);
            }
        } else if (std::holds_alternative<record_read>(e.what)) {
            judge_all(e);
        }
    }

private:
    using rows = std::vector<recorded_attempt>;

    /// From how many percent of its usual on a slow recovery opens the breaker: whatever may have been in force.
    struct limit {
        std::size_t least = 0;  ///< zero: perhaps none does
        std::size_t most = 0;   ///< zero: none does
        bool is_known = false;
        when at{};  ///< the act
    };

    [[nodiscard]] limit limits_at(const std::string& host, const when& at, const std::string& group) const {
        const auto& configs = world_.configs(host);
        std::optional<limit> all;
        (void)configs.may_be(at, [&](const auto& c) {
            const group_in_force* const g = c->find(group);
            const std::size_t percent = g == nullptr ? 0 : g->slower_than_percent;
            all = limit{all ? std::min(all->least, percent) : percent, all ? std::max(all->most, percent) : percent,
                        configs.is_known(at), at};
            return false;
        });
        return all.value_or(limit{});
    }

    void judge_all(const event& e) {
        std::map<std::pair<std::string, std::string>, rows> targets;
        for (const recorded_attempt& r : rows_[e.host]) {
            const known_message* const m = world_.find_message(r.message);
            if (m == nullptr) {
                continue;
            }
            rows& before = targets[{m->what.group, m->what.target}];
            if (judged_.insert({r.message, r.number}).second) {
                judge_pace(e, r, *m, before);
                judge_breaker(e, r, *m);
            }
            before.push_back(r);
        }
        rows_[e.host].clear();
    }

    /// `in_order`: those alone that had ended when this one had; the others were not on record when it was judged.
    [[nodiscard]] static pace_oracle::past past_of(const recorded_attempt& r, const rows& before, bool in_order) {
        pace_oracle::past past;
        for (auto b = before.rbegin(); b != before.rend() && past.size() < past_max; ++b) {
            const bool is_past = *b->act == *r.act && *b->started_at >= *r.started_at - past_days;
            if (is_past && (!in_order || *b->ended_at <= *r.ended_at)) {
                past.push_back(times_of(*b));
            }
        }
        return past;
    }

    [[nodiscard]] static pace_oracle::times times_of(const recorded_attempt& r) {
        return {core::to_seconds(*r.recovery), core::to_seconds(r.not_before.value_or(core::duration{}))};
    }

    void judge_pace(const event& e, const recorded_attempt& r, const known_message& m, const rows& before) {
        const pace_oracle::times last = times_of(r);
        if (last.not_before < pace_oracle::slower_by_min_s) {
            r.pace ? object(e, r, m, "was held against its past, though it cannot be slow") : kept();
            return;
        }
        for (const bool in_order : {false, true}) {
            const pace_oracle::past past = past_of(r, before, in_order);
            const bool is_right = r.pace && oracle_.words_for(last, past).contains(*r.pace) && is_usual(r, past);
            if (is_right) {
                kept();
                return;
            }
        }
        std::string text = r.pace ? "is on record as " + std::string(core::to_string(*r.pace)) : "was not judged";
        for (const core::pace p : oracle_.words_for(last, past_of(r, before, false))) {
            text += ", and is " + std::string(core::to_string(p));
        }
        object(e, r, m, text + " beside " + std::to_string(before.size()) + " before it");
    }

    [[nodiscard]] static bool is_usual(const recorded_attempt& r, const pace_oracle::past& past) {
        if (past.size() < 8) {
            return !r.usual;
        }
        return r.usual && std::abs(core::to_seconds(*r.usual) - pace_oracle::median_of(past)) < 1e-6;
    }

    void judge_breaker(const event& e, const recorded_attempt& r, const known_message& m) {
        const auto found = limits_.find(r.message);
        if (found == limits_.end() || !found->second.is_known) {
            if (r.opens_breaker) {
                unknown();
            }
            return;
        }
        const limit& l = found->second;
        const bool is_slow = r.pace == core::pace::slow && r.usual;
        const double percent =
            is_slow ? 100 * core::to_seconds(*r.recovery) / std::max(core::to_seconds(*r.usual), 0.001) : 0;
        const bool must_open = is_slow && l.least > 0 && percent > static_cast<double>(l.most) + 0.001;
        const bool may_open = is_slow && l.most > 0 && percent > static_cast<double>(l.least) - 0.001;
        if (r.opens_breaker && !may_open) {
            object(e, r, m, "opened the breaker, and its group does not say so");
        } else if (must_open && !r.opens_breaker && !r.is_breaker_open) {
            object(e, r, m, "is so slow that it opens the breaker, and did not");
        } else if (r.opens_breaker || must_open) {
            kept();
        }
    }

    // The record could not be read, or the clock by which the past is counted was set.
    void object(const event& e, const recorded_attempt& r, const known_message& m, const std::string& what) {
        const std::string text = "the recovery of " + who(m.what.target, m.what.incarnation) + " after " +
                                 std::to_string(core::to_seconds(*r.recovery)) + " s (message " + r.message + ") " +
                                 what;
        const auto found = limits_.find(r.message);
        const when end = later(found == limits_.end() ? m.at : found->second.at, *r.recovery + judged_within);
        const known_trouble* const trouble = world_.find_trouble(m.host, m.what.group, m.at, end);
        const bool is_excuse =
            trouble != nullptr && (r.pace == core::pace::not_known || is_of_record(trouble->what.kind));
        broken_unless(is_excuse ? trouble : nullptr, text, {m.at.seq, e.at.seq});
    }

    [[nodiscard]] static bool is_of_record(trouble_kind k) noexcept {
        return k == trouble_kind::store || k == trouble_kind::disk || k == trouble_kind::clock;
    }

    pace_oracle oracle_;
    std::map<std::string, limit> limits_;  ///< by message, when it was acted on
    std::map<std::string, rows> rows_;     ///< by host
    std::set<std::pair<std::string, std::int64_t>> judged_;
};

}  // namespace

a_promise slowness_is_told(const known_world& w, findings& f) {
    return std::make_unique<slowness_is_told_promise>("slowness_is_told", w, f);
}

}  // namespace mayhem::sim
