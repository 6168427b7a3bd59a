#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "mayhem/core/time.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

/// From its end to the record's word for it: a look four times a second, and an engine that takes its time.
constexpr core::duration span_slack = std::chrono::seconds{2};

/// A message names one life of its target; what stood on that is what its record speaks of.
class spans_are_told_promise final : public promise {
public:
    using promise::promise;

    void decide(const event& e) override {
        if (const auto* h = std::get_if<hit>(&e.what)) {
            hit_by_.erase(h->target);
            if (const known_act* a = world_.find_act(h->act); a != nullptr && a->what.message) {
                hit_by_.emplace(h->target, *a->what.message);
            }
        } else if (const auto* b = std::get_if<fault_began>(&e.what)) {
            if (const auto whose = hit_by_.find(b->target); whose != hit_by_.end()) {
                of_fault_.emplace(b->fault, whose->second);
                span began{*b, e.at, e.host};
                began.was_to_stop = red_.contains({e.host, b->group});
                spans_.insert_or_assign(whose->second, std::move(began));
            }
        } else if (const auto* t = std::get_if<target_is>(&e.what)) {
            note_state(e, *t);
        } else if (const auto* c = std::get_if<stop_condition_is>(&e.what)) {
            note_stop_condition(e, *c);
        } else if (const auto* u = std::get_if<trouble>(&e.what)) {
            note_trouble(e, *u);
        } else if (const auto* x = std::get_if<fault_ended>(&e.what)) {
            if (const auto whose = of_fault_.find(x->fault); whose != of_fault_.end()) {
                spans_.at(whose->second).ended = e.at;
                spans_.at(whose->second).how = x->how;
                of_fault_.erase(whose);
            }
        } else if (const auto* r = std::get_if<recorded_attempt>(&e.what)) {
            judge(e, *r);
        }
    }

private:
    struct span {
        fault_began what;
        when began;
        std::string host;
        std::optional<when> ended{};
        fault_end how = fault_end::undone;
        std::optional<when> red_since{};  ///< a probe would not have passed from then on
        bool was_to_stop = false;         ///< its group's stop condition was red, sometime
        bool was_stuck = false;           ///< it was to end, and could not be ended
    };

    void note_stop_condition(const event& e, const stop_condition_is& c) {
        if (!c.is_red) {
            red_.erase({e.host, c.group});
            return;
        }
        red_.insert({e.host, c.group});
        for (const auto& [fault, message] : of_fault_) {
            span& s = spans_.at(message);
            s.was_to_stop = s.was_to_stop || (s.host == e.host && s.what.group == c.group);
        }
    }

    void note_trouble(const event& e, const trouble& u) {
        for (const auto& [fault, message] : of_fault_) {
            span& s = spans_.at(message);
            s.was_stuck = s.was_stuck ||
                          (u.kind == trouble_kind::undo && u.stands && s.host == e.host && s.what.group == u.group);
        }
    }

    /// Says what became of the target, and of nothing else.
    [[nodiscard]] static bool is_of_the_target(const recorded_attempt& r) {
        using core::verdict;
        constexpr std::array all{verdict::recovered, verdict::not_recovered, verdict::unstable,  verdict::not_tolerated,
                                 verdict::aborted,   verdict::no_effect,     verdict::taken_over};
        return std::ranges::find(all, r.verdict) != all.end();
    }

    void note_state(const event& e, const target_is& t) {
        for (const auto& [fault, message] : of_fault_) {
            span& s = spans_.at(message);
            if (s.what.target == t.target && t.state != target_state::healthy && !s.red_since) {
                s.red_since = e.at;
            }
        }
    }

    [[nodiscard]] auto demands_that_it_is_tolerated(const span& s) const {
        return [group = s.what.group](const auto& config) {
            const group_in_force* const g = config->find(group);
            return g != nullptr && g->must_tolerate;
        };
    }

    /// What there is to object to, of how it was tolerated; empty: nothing.
    [[nodiscard]] std::string judge_tolerance(const recorded_attempt& r, const span& s) const {
        const bool is_back = r.verdict == core::verdict::recovered || r.verdict == core::verdict::not_tolerated ||
                             r.verdict == core::verdict::no_effect;
        const bool was_stopped = r.ended_by == core::span_end::stop_condition;
        if (was_stopped && !s.was_to_stop) {
            return "says that a stop condition ended it, and that was never red";
        }
        if ((is_back && was_stopped) || (r.verdict == core::verdict::aborted && !was_stopped)) {
            return "says of one and the same that it was broken off, and that it was not";
        }
        if (r.verdict == core::verdict::no_effect && !s.what.has_no_effect) {
            return "says that it had no effect, and it had";
        }
        if (r.verdict == core::verdict::recovered && s.what.has_no_effect && s.how != fault_end::holder_killed) {
            return "has nothing of it that it had no effect";
        }
        const auto& configs = world_.configs(s.host);
        const auto is_demanded = demands_that_it_is_tolerated(s);
        if (r.verdict == core::verdict::not_tolerated && !configs.may_be(s.began, is_demanded)) {
            return "says that it was not tolerated, which its group does not demand";
        }
        if (r.verdict == core::verdict::not_tolerated && !s.red_since) {
            return "says that it was not tolerated, and a probe would have passed all the time";
        }
        const bool was_red = s.red_since && s.ended->steady.earliest - s.red_since->steady.latest > span_slack;
        if (r.verdict == core::verdict::recovered && was_red && configs.must_be(s.began, is_demanded)) {
            return "has nothing of it that no probe passed since " + describe(*s.red_since);
        }
        return {};
    }

    /// It stood on when it was to end, and its group is left alone from then on.
    void judge_stuck(const event& e, const recorded_attempt& r, const known_message& m, const span& s) {
        const auto breaks = [group = s.what.group](const auto& config) {
            const group_in_force* const g = config->find(group);
            return g != nullptr && g->limits.breaks_when_lost && !g->is_shared;
        };
        if (s.ended && s.ended->steady.latest - s.began.steady.earliest < *r.held) {
            object(e, r, m, s, "says that it could not be ended, and it had");
        } else if (!r.opens_breaker && !r.is_breaker_open && world_.configs(s.host).must_be(s.began, breaks)) {
            broken("the record of message " + r.message + " says that what lasted on " + s.what.target +
                       " could not be ended, and opened no breaker",
                   {s.began.seq, e.at.seq});
        } else {
            kept();
        }
    }

    void judge(const event& e, const recorded_attempt& r) {
        if (!r.held || !r.ended_by) {
            return;
        }
        const auto found = spans_.find(r.message);
        const known_message* const m = world_.find_message(r.message);
        if (found == spans_.end() || m == nullptr) {
            unknown();
            return;
        }
        const span& s = found->second;
        if (r.verdict == core::verdict::fault_stuck) {
            judge_stuck(e, r, *m, s);
            return;
        }
        if (s.was_stuck && is_of_the_target(r)) {
            broken("the record of message " + r.message + " has nothing of it that what lasted on " + s.what.target +
                       " could not be ended",
                   {s.began.seq, e.at.seq});
            return;
        }
        if (!s.ended) {
            object(e, r, *m, s, "says that it stands no more");
            return;
        }
        const core::duration shortest = s.ended->steady.earliest - s.began.steady.latest;
        const core::duration longest = s.ended->steady.latest - s.began.steady.earliest;
        if (*r.held < shortest - span_slack || *r.held > longest + span_slack) {
            object(e, r, *m, s, "says that it stood for " + std::to_string(core::to_seconds(*r.held)) + " s");
        } else if (r.ended_by == core::span_end::holder_gone && s.how != fault_end::holder_killed) {
            object(e, r, *m, s, "says that its holder was killed");
        } else if (r.ended_by == core::span_end::time_over && s.how == fault_end::holder_killed &&
                   longest + span_slack < s.what.until - s.began.steady.latest) {
            object(e, r, *m, s, "says that its time was over, and somebody had killed its holder");
        } else if (std::string untrue = judge_tolerance(r, s); !untrue.empty()) {
            object(e, r, *m, s, std::move(untrue));
        } else {
            kept();
        }
    }

    void object(const event& e, const recorded_attempt& r, const known_message& m, const span& s, std::string says) {
        const std::string text = "the record of message " + r.message + " " + says + "; what lasted on " +
                                 s.what.target + " began " + describe(s.began) +
                                 (s.ended ? " and ended " + describe(*s.ended) : " and stands");
        const when now = s.ended.value_or(e.at);
        broken_unless(world_.find_trouble(m.host, m.what.group, s.began, now), text, {s.began.seq, e.at.seq});
    }

    std::map<std::string, std::string> hit_by_;  ///< target: the message because of which it was hit last
    std::map<std::uint64_t, std::string> of_fault_;
    std::map<std::string, span> spans_;  ///< by message
    std::set<group_key> red_;            ///< whose stop condition does not pass
};

}  // namespace

a_promise spans_are_told(const known_world& w, findings& f) {
    return std::make_unique<spans_are_told_promise>("spans_are_told", w, f);
}

}  // namespace mayhem::sim
