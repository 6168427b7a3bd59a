#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "sim/judge/calm.hpp"
#include "sim/judge/plan_oracle.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

using core::wall_time;

class moments_are_on_record_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (const auto* c = std::get_if<config_in_force>(&e.what)) {
            begin_plans(e, *c);
        } else if (std::holds_alternative<life_ended>(e.what)) {
            forget_beginnings(e);
            deaths_.try_emplace(e.host, e.at);  // lives that come to no config change nothing about that
        } else if (const auto* a = std::get_if<asked>(&e.what)) {
            if (a->what == wish_kind::reload) {
                reloads_.try_emplace(e.host, e.at.wall.earliest);
            }
        } else if (const auto* j = std::get_if<journalled>(&e.what)) {
            begin_earlier(e, *j);
        } else if (const auto* c2 = std::get_if<clock_set>(&e.what)) {
            set_by_[e.host] += std::chrono::abs(e.at.wall.earliest - c2->from);
            if (c2->from > e.at.wall.earliest) {
                shown_twice_[e.host].push_back({e.at.wall.earliest, c2->from});
            }
        } else if (const auto* m = std::get_if<recorded_message>(&e.what)) {
            rows_[{e.host, m->group}].messages.insert(m->planned_at);
        } else if (const auto* s = std::get_if<recorded_skip>(&e.what)) {
            rows_[{e.host, s->group}].skips[s->planned_at] += s->moments;
        } else if (std::holds_alternative<record_read>(e.what)) {
            read_.insert(e.host);
        }
    }

    void decide(const event& e) override {
        if (!is_over(e)) {
            return;
        }
        for (auto& [group, stretches] : stretches_) {
            if (!read_.contains(group.first) || !world_.calm_since(group.first)) {
                unknown();
                continue;
            }
            for (stretch& s : stretches) {
                const wall_time due = e.at.wall.earliest - world_.calm_within();
                judge_stretch(e, group, s, std::min(s.to.value_or(due), due));
            }
            std::erase_if(stretches, [](const stretch& s) { return s.to.has_value(); });
        }
        rows_.clear();
        read_.clear();
    }

private:
    /// A time in which a group followed one plan: also while nobody lived who could.
    struct stretch {
        core::planner* plan;
        wall_time from;
        std::optional<wall_time> to;
        std::uint64_t seq;
        wall_time config_at;
        bool was_judged = false;
        std::optional<when> died{};  ///< if it ended so
        bool has_begun = true;       ///< false: its first life died before it can have said that it follows this plan
    };

    struct rows {
        std::set<wall_time> messages;
        std::map<wall_time, std::int64_t> skips;  ///< the last moment of a row -> of how many
    };

    void begin_plans(const event& e, const config_in_force& c) {
        for (auto& [group, stretches] : stretches_) {
            if (group.first == e.host && !stretches.empty() && !stretches.back().to &&
                plans_.find(c, group.second) != stretches.back().plan) {
                stretches.back().to = end_of_plans(e);
                const auto died = deaths_.find(e.host);
                stretches.back().died = died == deaths_.end() ? std::nullopt : std::optional(died->second);
            }
        }
        for (const group_in_force& g : c.groups) {
            core::planner* const plan = g.is_shared ? nullptr : plans_.find(c, g.name);  // the fleet has it
            auto& stretches = stretches_[{e.host, g.name}];
            if (plan != nullptr && !stretches.empty() && !stretches.back().to && !stretches.back().has_begun) {
                stretches.pop_back();
            }
            if (plan != nullptr && (stretches.empty() || stretches.back().to)) {
                stretches.push_back(
                    {plan, e.at.wall.latest + journal_within, std::nullopt, e.at.seq, e.at.wall.latest});
            }
        }
        deaths_.erase(e.host);
        reloads_.erase(e.host);
    }

    void forget_beginnings(const event& e) {
        for (auto& [group, stretches] : stretches_) {
            if (group.first == e.host && !stretches.empty() && !stretches.back().to && !stretches.back().was_judged) {
                stretch& s = stretches.back();
                s.has_begun = s.has_begun && s.from <= e.at.wall.earliest;
            }
        }
    }

    // Of the former config's. What was on its way when the daemon died, or when it was told to take another one, may
    // have got nowhere; what the plan was after that, nobody promised.
    [[nodiscard]] wall_time end_of_plans(const event& e) const {
        wall_time end = e.at.wall.earliest;
        if (const auto died = deaths_.find(e.host); died != deaths_.end()) {
            end = std::min(end, died->second.wall.earliest);
        }
        if (const auto told = reloads_.find(e.host); told != reloads_.end()) {
            end = std::min(end, told->second);
        }
        return end - journal_within;
    }

    // From its first message on, whoever lives next can see what it missed.
    void begin_earlier(const event& e, const journalled& m) {
        const auto found = stretches_.find({e.host, m.group});
        if (m.origin != origin::plan || found == stretches_.end() || found->second.empty()) {
            return;
        }
        stretch& s = found->second.back();
        const bool is_of_it = m.planned_at > s.config_at && m.planned_at < s.from &&
                              s.plan->next(m.planned_at - core::duration{1}) == m.planned_at;
        if (is_of_it && !s.was_judged && !s.to) {
            s.from = m.planned_at;
        }
    }

    void judge_stretch(const event& e, const group_key& group, stretch& s, wall_time to) {
        if (to <= s.from) {
            return;
        }
        const rows& known = rows_[group];
        std::int64_t without = 0;
        std::optional<wall_time> first_without;
        std::optional<wall_time> twice;
        for (auto m = s.plan->next(s.from); m && *m < to; m = s.plan->next(*m)) {
            const bool has_message = known.messages.contains(*m);
            const auto skip = known.skips.find(*m);
            const bool is_skipped = skip != known.skips.end();
            without += has_message ? 0 : 1;
            if (has_message && is_skipped && skip->second == 1 && !was_shown_twice(group.first, *m, *m)) {
                twice = twice.value_or(*m);
            }
            if (!has_message && !is_skipped) {
                first_without = first_without.value_or(*m);
            }
        }
        const counted skipped = count_skips(known, s.from, to);
        const std::string of = "group " + group.second + " of " + group.first;
        if (twice) {
            broken(of + ": the moment " + describe(*twice) + " has a message and is on record as skipped as well",
                   {s.seq, e.at.seq});
        } else if (was_shown_twice(group.first, s.from, to)) {
            unknown();
        } else if (without > skipped.most || without < skipped.least) {
            blame(e, group, s, first_without,
                  of + ": from " + describe(s.from) + " to " + describe(to) + " " + std::to_string(without) +
                      " planned moments have no message, and " + std::to_string(skipped.most) +
                      " are on record as skipped");
        } else {
            kept();
        }
        s.from = std::max(s.from, to - core::duration{1});
        s.was_judged = true;
    }

    // What could not be written at its moment, and died with the daemon, is nobody's fault.
    void blame(const event& e, const group_key& group, const stretch& s, std::optional<wall_time> first_without,
               std::string text) {
        const core::duration ago = first_without ? e.at.wall.latest - *first_without : core::duration{0};
        const auto set =
            set_by_.find(group.first);  // by so much it may have been earlier, or later, than the clock says
        const core::duration unsure = set == set_by_.end() ? core::duration{0} : set->second;
        when moment = e.at;
        moment.seq = 0;
        moment.steady = {e.at.steady.earliest - ago - unsure, e.at.steady.latest - ago - unsure};
        when later = moment;
        later.steady.latest += journal_within + 2 * unsure;
        later.steady.earliest += journal_within + 2 * unsure;
        if (first_without) {
            text += "; the first with neither may be " + describe(*first_without);
            if (world_.find_trouble(group.first, group.second, moment, later, trouble_kind::store) != nullptr) {
                excused(text + "; the store was in trouble");
                return;
            }
        }
        if (s.died && was_troubled_before(group, *s.died)) {
            excused(text + "; the store was in trouble before the daemon died");
            return;
        }
        broken(text, {s.seq, e.at.seq});
    }

    [[nodiscard]] bool was_troubled_before(const group_key& group, const when& death) const {
        when before = death;
        before.steady.earliest -= journal_within;
        before.steady.latest = before.steady.earliest;
        before.seq = 0;
        return world_.find_trouble(group.first, group.second, before, death, trouble_kind::store) != nullptr;
    }

    /// A clock that was set back shows times once more: by then moments were skipped that have their message now, or
    /// another plan had its own; and what is missed then lies before what is on record.
    [[nodiscard]] bool was_shown_twice(const std::string& host, wall_time from, wall_time to) const {
        const auto found = shown_twice_.find(host);
        return found != shown_twice_.end() &&
               std::ranges::any_of(found->second, [&](const auto& i) { return i.first <= to && from <= i.second; });
    }

    /// A row for several moments may reach back over an edge.
    struct counted {
        std::int64_t least = 0;
        std::int64_t most = 0;
    };

    static counted count_skips(const rows& known, wall_time from, wall_time to) {
        const auto begin = known.skips.upper_bound(from);
        const auto end = known.skips.lower_bound(to);
        counted sum;
        if (end != known.skips.end()) {
            sum.most += end->second - 1;
        }
        for (auto s = begin; s != end; ++s) {
            sum.least += s == begin ? 1 : s->second;
            sum.most += s->second;
        }
        return sum;
    }

    plan_oracle plans_;
    std::map<group_key, std::vector<stretch>> stretches_;
    std::map<group_key, rows> rows_;
    std::map<std::string, when> deaths_;        ///< the first since a config was in force
    std::map<std::string, wall_time> reloads_;  ///< asked for, likewise
    std::map<std::string, std::vector<std::pair<wall_time, wall_time>>> shown_twice_;
    std::map<std::string, core::duration> set_by_;  ///< the clock, in all
    std::set<std::string> read_;
};

}  // namespace

a_promise moments_are_on_record(const known_world& w, findings& f) {
    return std::make_unique<moments_are_on_record_promise>("moments_are_on_record", w, f);
}

}  // namespace mayhem::sim
