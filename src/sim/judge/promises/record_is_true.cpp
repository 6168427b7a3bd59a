#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "mayhem/core/time.hpp"
#include "sim/judge/calm.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

/// What a driver takes to be asked and to answer, at most, in a world without troubles.
constexpr core::duration slack = std::chrono::seconds{1};

/// It says that a new life stood after a while. The record of the attempt's beginning may have come late.
bool says_recovered(const recorded_attempt& a) noexcept {
    return a.verdict == core::verdict::recovered || a.verdict == core::verdict::not_tolerated ||
           a.verdict == core::verdict::aborted || a.verdict == core::verdict::no_effect ||
           (a.verdict == core::verdict::save_failed && a.recovery);
}

/// It says what became of the target once it had ended.
bool says_restarted(const recorded_attempt& a) noexcept {
    return says_recovered(a) || a.verdict == core::verdict::not_recovered || a.verdict == core::verdict::unstable ||
           a.verdict == core::verdict::taken_over;
}

bool is_seen(const recorded_attempt& a) noexcept { return says_restarted(a) || a.verdict == core::verdict::not_ended; }

class record_is_true_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (const auto* a = std::get_if<act>(&e.what)) {
            unjudged_.push_back(a->id);
            watched_.emplace(time_is_over(*world_.find_act(a->id)), a->id);
        } else if (const auto* h = std::get_if<hit>(&e.what)) {
            if (const known_act* known = world_.find_act(h->act)) {
                done_.emplace(known->what.target, known->what.incarnation);
            }
        } else if (const auto* b = std::get_if<fault_began>(&e.what)) {
            spans_.emplace(b->target, span{.fault = b->fault, .began = e.at, .ended = {}});
            standing_.emplace(b->fault, b->target);
        } else if (const auto* x = std::get_if<fault_ended>(&e.what)) {
            end_span(x->fault, e.at);
        } else if (const auto* r = std::get_if<recorded_attempt>(&e.what)) {
            attempts_[r->message].push_back({e.host, e.at, *r});
        } else if (std::holds_alternative<record_read>(e.what)) {
            read_.insert(e.host);
        }
    }

    void decide(const event& e) override {
        if (!is_over(e)) {
            return;
        }
        std::erase_if(unjudged_, [&](std::uint64_t id) {
            const bool is_judged = judge_act(e, *world_.find_act(id));
            if (is_judged) {
                truths_.erase(id);
            }
            return is_judged;
        });
        for (const auto& [message, rows] : attempts_) {
            for (const row& r : rows) {
                judge_row(e, r);
            }
        }
        attempts_.clear();
        read_.clear();
    }

    // What became of it is looked at when its time is over: later, the world may have forgotten.
    void pass(steady_time now) override {
        while (!watched_.empty() && watched_.begin()->first < now) {
            const known_act& a = *world_.find_act(watched_.begin()->second);
            watched_.erase(watched_.begin());
            if (const steady_time end = time_is_over(a); end >= now) {
                watched_.emplace(end, a.what.id);
            } else if (!a.hits.empty()) {
                truths_.insert_or_assign(a.what.id, truth_of(a));
            }
        }
    }

private:
    struct row {
        std::string host;
        when at;
        recorded_attempt what;
    };

    struct span {
        std::uint64_t fault = 0;
        when began;
        std::optional<when> ended;
    };

    /// What the config says of the group, and what the target did.
    struct truth {
        core::duration timeout{};
        core::duration poll{};
        core::duration stable_for{};  ///< at least
        core::duration stable_for_most{};
        std::vector<target_ledger::successor> successors;
        std::vector<target_ledger::taking> takings;  ///< times in which somebody kept it down on purpose

        /// Somebody who goes down with it if he stands.
        struct companion {
            bool has_certainly_fallen = false;
            std::vector<target_ledger::successor> lives;  ///< since the act
        };
        std::vector<companion> companions;  ///< until all of them stand, the target has not recovered

        bool may_have_stood = false;   ///< what was hit lived when its time to recover was over
        bool must_have_stood = false;  ///< and for as long after that as anybody would look

        /// How long it takes at most until all is seen that counts.
        [[nodiscard]] core::duration watched_for() const noexcept {
            return timeout + stable_for_most + poll + 2 * slack;
        }
    };

    void end_span(std::uint64_t fault, const when& at) {
        const auto standing = standing_.find(fault);
        if (standing == standing_.end()) {
            return;
        }
        const auto [first, last] = spans_.equal_range(standing->second);
        const auto found = std::find_if(first, last, [fault](const auto& s) { return s.second.fault == fault; });
        found->second.ended = at;
        standing_.erase(standing);
    }

    // Whose it may be: a witness that sees the effect alone cannot tell which of several messages that name this life.
    [[nodiscard]] std::vector<const known_message*> messages_of(const known_act& a) const {
        if (!a.what.message) {
            return world_.messages_for(a.what.target, a.what.incarnation);
        }
        const known_message* const m = world_.find_message(*a.what.message);
        return m == nullptr ? std::vector<const known_message*>{} : std::vector{m};
    }

    [[nodiscard]] steady_time time_is_over(const known_act& a) const {
        const truth t = truth_of(a);
        const span* const lasting = span_of(a);
        if (lasting != nullptr && !lasting->ended) {
            return steady_time::max();
        }
        const when& since = lasting != nullptr ? *lasting->ended : a.hits.empty() ? a.at : a.hits.front().first;
        return since.steady.latest + t.watched_for();
    }

    /// From when on its recovery is watched for.
    [[nodiscard]] when since(const known_act& a) const {
        const span* const lasting = span_of(a);
        return lasting != nullptr && lasting->ended ? *lasting->ended : a.at;
    }

    /// What the act began that lasts: its recovery counts from the end of that. Null: nothing.
    [[nodiscard]] const span* span_of(const known_act& a) const {
        if (a.hits.empty()) {
            return nullptr;
        }
        const when& hit_at = a.hits.front().first;
        const auto [first, last] = spans_.equal_range(a.what.target);
        const auto found = std::find_if(first, last, [&hit_at](const auto& entry) {
            return is_possibly_before(hit_at, entry.second.began) &&
                   !is_certainly_before(hit_at, entry.second.began, slack);
        });
        return found == last ? nullptr : &found->second;
    }

    [[nodiscard]] truth truth_of(const known_act& a) const {
        if (const auto seen = truths_.find(a.what.id); seen != truths_.end()) {
            return seen->second;
        }
        truth t;
        t.stable_for = core::duration::max();
        (void)world_.configs(a.host).may_be(a.at, [&](const auto& c) {
            const group_in_force* const g = c->find(a.what.group);
            if (g != nullptr) {
                t.timeout = std::max(t.timeout, g->recovery_timeout);
                t.poll = std::max(t.poll, g->recovery_poll);
                t.stable_for = std::min(t.stable_for, g->stable_for);
                t.stable_for_most = std::max(t.stable_for_most, g->stable_for);
            }
            return false;
        });
        t.stable_for = std::min(t.stable_for, t.stable_for_most);  // of a group that nobody knows: none
        if (!a.hits.empty()) {
            const auto& [at, h] = a.hits.front();
            const core::duration slop = t.poll + slack;
            t.may_have_stood =
                world_.targets().may_live(h.target, h.incarnation, later(a.at, std::max(t.timeout - slop, {})));
            t.must_have_stood =
                world_.targets().must_live(h.target, h.incarnation, later(a.at, t.timeout + t.stable_for_most + slop));
            t.successors =
                world_.targets().healthy_after(h.target, h.incarnation, at, t.stable_for_most + t.poll + slack);
        }
        t.takings = world_.targets().takings_of(a.what.target);
        // Who is bound to somebody that did not stand fell with nobody, and who is bound to whom is not told.
        const bool did_all_stand = std::ranges::all_of(
            a.what.reach, [&](const std::string& other) { return world_.was_bound_to_fall(a.what, other, a.at); });
        for (const std::string& other : a.what.reach) {
            t.companions.push_back(
                {.has_certainly_fallen = did_all_stand,
                 .lives = world_.targets().healthy_after(other, {}, a.at, t.stable_for_most + t.poll + slack)});
        }
        return t;
    }

    // True when it is judged.
    bool judge_act(const event& e, const known_act& a) {
        const truth t = truth_of(a);
        if (a.hits.empty() || !world_.targets().is_known(a.what.target)) {
            return was_due(world_, a.host, a.at, e.at,
                           t.timeout + t.stable_for_most);  // only what the record says of it is judged
        }
        if (!was_due(world_, a.host, a.at, e.at, t.timeout + t.stable_for_most)) {
            return false;
        }
        const auto messages = messages_of(a);
        if (messages.empty() || !read_.contains(a.host)) {
            unknown();
            return messages.empty();
        }
        std::vector<row> rows;
        for (const known_message* m : messages) {
            const std::vector<row>& of_it = attempts_[m->what.message];
            rows.insert(rows.end(), of_it.begin(), of_it.end());
        }
        // Of several messages that it may be of, one that tells the truth will do.
        const auto true_one =
            std::ranges::find_if(rows, [&](const row& r) { return is_seen(r.what) && is_true(a, t, r); });
        const auto seen = std::ranges::find_if(rows, [](const row& r) { return is_seen(r.what); });
        if (true_one != rows.end()) {
            kept();
        } else if (seen != rows.end()) {
            object(e, a, t, *seen);
        } else {
            demand_excuse(e, a, t, rows.empty() ? nullptr : &rows.back());
        }
        return true;
    }

    [[nodiscard]] std::string describe_act(const known_act& a) const {
        return "act " + std::to_string(a.what.id) + " on " + who(a.what.target, a.what.incarnation) + ", begun " +
               describe(a.at);
    }

    [[nodiscard]] bool is_true(const known_act& a, const truth& t, const row& r) const {
        const core::duration slop = t.poll + slack;
        const when& hit_at = a.hits.front().first;
        const span* const lasting = span_of(a);
        const auto matches = [&](const target_ledger::successor& s) {
            // What has died while something stood on it may have been back before that was ended.
            const core::duration shortest =
                lasting != nullptr ? core::duration{0} : s.healthy.steady.earliest - hit_at.steady.latest;
            const core::duration longest = s.healthy.steady.latest - a.at.steady.earliest;
            return r.what.recovery && *r.what.recovery >= shortest - slop && *r.what.recovery <= longest + slop &&
                   !is_certainly_too_short(s, t.stable_for);
        };
        const auto may_have_fallen = [&](const target_ledger::successor& s) {
            return s.fell && s.fell->steady.earliest - s.healthy.steady.latest <= t.stable_for_most + slop;
        };
        const auto stood_in_time = [&](const target_ledger::successor& s) {
            if (lasting != nullptr) {  // who lived on, and stood when it was over
                return s.stands && lasting->ended && !is_certainly_before(s.healthy, *lasting->ended, slop) &&
                       !is_certainly_before(*lasting->ended, s.healthy, slop);
            }
            return s.stands && s.healthy.steady.latest - a.at.steady.earliest + slop < t.timeout;
        };
        if (r.what.verdict == core::verdict::taken_over) {
            return may_have_been_taken(a, t);
        }
        if (!says_recovered(r.what) && was_certainly_taken(a, t)) {
            return false;  // what somebody stops on purpose is no failure
        }
        if (r.what.verdict == core::verdict::not_ended) {
            return t.may_have_stood;
        }
        if (lasting == nullptr && t.must_have_stood) {
            return false;  // what has not ended was not restarted
        }
        if (!a.what.reach.empty()) {
            return is_true_of_all(a, t, r);
        }
        if (says_recovered(r.what)) {
            return std::ranges::any_of(t.successors, matches);
        }
        const bool fell =
            r.what.verdict != core::verdict::unstable || std::ranges::any_of(t.successors, may_have_fallen);
        return fell && std::ranges::none_of(t.successors, stood_in_time);
    }

    /// Somebody may have kept it down while it was watched.
    [[nodiscard]] static bool may_have_been_taken(const known_act& a, const truth& t) {
        const when end = later(a.at, t.watched_for());
        return std::ranges::any_of(t.takings, [&](const target_ledger::taking& k) {
            return !is_certainly_before(end, k.from, slack) && !(k.to && is_certainly_before(*k.to, a.at, slack));
        });
    }

    /// Somebody kept it down for so long, while it was watched, that this was seen at every look for as long as it
    /// must.
    [[nodiscard]] static bool was_certainly_taken(const known_act& a, const truth& t) {
        const core::duration seen_for = t.stable_for_most + 2 * t.poll + 2 * slack;
        return std::ranges::any_of(t.takings, [&](const target_ledger::taking& k) {
            const core::duration begun = k.from.steady.latest - a.at.steady.earliest;
            return k.from.steady.earliest >= a.at.steady.latest && begun + seen_for < t.timeout &&
                   (!k.to || k.to->steady.earliest - k.from.steady.latest > seen_for);
        });
    }

    /// Where others fell with it: recovered is what stood with all of them from that time on, for as long as it must;
    /// not recovered is what did not come back in time, or one of them.
    [[nodiscard]] static bool is_true_of_all(const known_act& a, const truth& t, const row& r) {
        const core::duration slop = t.poll + 2 * slack;
        const auto stands_in_time = [&](const target_ledger::successor& s) {
            return s.stands && s.healthy.steady.latest - a.at.steady.earliest + slop < t.timeout;
        };
        if (!says_recovered(r.what)) {
            return std::ranges::none_of(t.successors, stands_in_time) ||
                   std::ranges::any_of(t.companions, [&](const truth::companion& c) {
                       return std::ranges::none_of(c.lives, stands_in_time);
                   });
        }
        const core::duration back = r.what.recovery.value_or(core::duration::min() / 2);
        const auto stood = [&](const target_ledger::successor& s, core::duration so_long) {
            return s.healthy.steady.earliest <= a.at.steady.latest + back + slop &&
                   (!s.fell || s.fell->steady.latest >= a.at.steady.earliest + back + so_long - slop);
        };
        const auto did = [&](const truth::companion& c) {  // who falls again between two looks stands at both
            return !c.has_certainly_fallen ||
                   std::ranges::any_of(c.lives, [&](const auto& s) { return stood(s, core::duration{0}); });
        };
        return std::ranges::any_of(t.successors, [&](const auto& s) { return stood(s, t.stable_for); }) &&
               std::ranges::all_of(t.companions, did);
    }

    /// Whoever sees it stand twice, so long apart, saw it live for longer.
    [[nodiscard]] static bool is_certainly_too_short(const target_ledger::successor& s, core::duration stable_for) {
        return s.fell && s.fell->steady.latest - s.healthy.steady.earliest < stable_for;
    }

    void object(const event& e, const known_act& a, const truth& t, const row& r) {
        std::string text = describe_act(a);
        if (says_recovered(r.what)) {
            text += ", is on record as recovered after " +
                    std::to_string(core::to_seconds(r.what.recovery.value_or(core::duration{0}))) +
                    " s, and no new life became healthy then and stayed so";
        } else if (r.what.verdict == core::verdict::taken_over) {
            text += ", is on record as taken over, and nobody kept it down";
        } else if (was_certainly_taken(a, t)) {
            text += ", is on record as a failure, and somebody had stopped it on purpose";
        } else if (r.what.verdict == core::verdict::not_ended) {
            text += ", is on record as not ended, and it had";
        } else if (t.must_have_stood) {
            text += ", is on record as a restart, and it never ended";
        } else if (r.what.verdict == core::verdict::unstable) {
            text += ", is on record as unstable, and no new life fell, or one stood in time";
        } else {
            text += ", is on record as not recovered, and a new life stood in time";
        }
        // Whether it has ended is looked at when all other looks are over.
        const when end = later(since(a), t.must_have_stood ? t.watched_for() : t.timeout + t.stable_for_most);
        broken_unless(world_.find_trouble(a.host, a.what.group, a.at, end), text, {a.at.seq, r.at.seq, e.at.seq});
    }

    // It says that it does not know, or says nothing: that must have a reason. What was seen is on record soon after.
    void demand_excuse(const event& e, const known_act& a, const truth& t, const row* last) {
        const when end = later(since(a), t.watched_for());
        if (world_.may_have_died(a.host, a.at, end) ||
            world_.find_trouble(a.host, a.what.group, a.at, end) != nullptr) {
            kept();
            return;
        }
        const std::string says = last == nullptr ? "has no attempt on record"
                                 : !last->what.verdict
                                     ? "is on record as an attempt without an end"
                                     : "is on record as " + std::string(core::to_string(*last->what.verdict));
        broken(describe_act(a) + ", took effect and " + says +
                   ", though nothing kept the daemon from seeing what became of it",
               last == nullptr ? std::vector{a.at.seq, e.at.seq} : std::vector{a.at.seq, last->at.seq});
    }

    // What is on record as done was done.
    void judge_row(const event& e, const row& r) {
        const known_message* const m = world_.find_message(r.what.message);
        if (!says_restarted(r.what) || m == nullptr) {
            return;
        }
        if (done_.contains({m->what.target, m->what.incarnation}) || world_.may_have_died(m->host, m->at, e.at) ||
            world_.find_trouble(m->host, m->what.group, m->at, e.at) != nullptr) {
            return;
        }
        broken("message " + r.what.message + " is on record as " + std::string(core::to_string(*r.what.verdict)) +
                   ", and nothing was done to " + who(m->what.target, m->what.incarnation),
               {m->at.seq, r.at.seq});
    }

    std::vector<std::uint64_t> unjudged_;
    std::multimap<steady_time, std::uint64_t> watched_;  ///< acts, by when their time is over
    std::map<std::uint64_t, truth> truths_;
    std::multimap<std::string, span> spans_;         ///< by target
    std::map<std::uint64_t, std::string> standing_;  ///< and their targets
    std::map<std::string, std::vector<row>> attempts_;
    std::set<std::string> read_;
    std::set<std::pair<std::string, std::string>> done_;  ///< targets and incarnations that an act has hit
};

}  // namespace

a_promise record_is_true(const known_world& w, findings& f) {
    return std::make_unique<record_is_true_promise>("record_is_true", w, f);
}

}  // namespace mayhem::sim
