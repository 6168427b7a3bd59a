#include <algorithm>
#include <map>
#include <set>

#include "sim/judge/plan_oracle.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class follows_plan_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        const auto* const a = std::get_if<asked>(&e.what);
        if (a != nullptr && a->what == wish_kind::restart && a->target) {
            asked_.try_emplace({e.host, *a->target}, e.at);
            actions_[{e.host, *a->target}].insert(a->action.value_or(""));
        }
    }

    void decide(const event& e) override {
        if (const auto* a = std::get_if<act>(&e.what)) {
            decide_group(e, *a);
        } else if (const auto* m = std::get_if<journalled>(&e.what)) {
            switch (m->origin) {
                case origin::plan: decide_moment(e, *m); break;
                case origin::asked: decide_asked(e, *m); break;
                case origin::unplanned: decide_unplanned(e, *m); break;
            }
        }
    }

private:
    void decide_group(const event& e, const act& a) {
        const auto& configs = world_.configs(e.host);
        if (!configs.is_known(e.at)) {
            unknown();
        } else if (!configs.may_be(e.at, [&](const auto& c) { return c->find(a.group) != nullptr; })) {
            broken("act " + std::to_string(a.id) + " on " + who(a.target, a.incarnation) + " began " + describe(e.at) +
                       " in group " + a.group + ", which the config in force does not have",
                   {e.at.seq});
        } else if (const std::string other = what_else_was_to_be_done(a); !other.empty()) {
            broken("act " + std::to_string(a.id) + " on " + who(a.target, a.incarnation) + ", which began " +
                       describe(e.at) + ", is " + *a.action + ", where its message says " + other,
                   {e.at.seq});
        } else {
            kept();
        }
    }

    /// What the message of an act says, if that is something else.
    [[nodiscard]] std::string what_else_was_to_be_done(const act& a) const {
        const known_message* const m = a.message ? world_.find_message(*a.message) : nullptr;
        if (m == nullptr || !m->what.action || !a.action) {
            return {};
        }
        const std::string& said = *m->what.action;
        return said.substr(0, said.find(' ')) == *a.action ? std::string() : said;
    }

    void decide_moment(const event& e, const journalled& m) {
        const auto& configs = world_.configs(e.host);
        if (!configs.is_known(e.at)) {
            unknown();
            return;
        }
        const auto is_planned = [&](const auto& c) {
            core::planner* const plan = plans_.find(*c, m.group);
            return plan != nullptr && plan->next(m.planned_at - core::duration{1}) == m.planned_at;
        };
        const auto is_drawn = [&](const auto& c) {
            const std::optional<std::string> drawn = plans_.act_at(*c, m.group, m.planned_at);
            return is_planned(c) && (!drawn || !m.action || *drawn == *m.action);
        };
        const std::string what = "message " + m.message + " of group " + m.group + ", durable " + describe(e.at);
        const auto [first, is_first] = moments_.try_emplace({{e.host, m.group}, m.planned_at}, e.at.seq);
        if (!configs.may_be(e.at, is_planned)) {
            broken(what + ", is of " + describe(m.planned_at) + ", which is no moment of the plan in force",
                   {e.at.seq});
        } else if (!configs.may_be(e.at, is_drawn)) {
            broken(what + ", says " + *m.action + ", which is not what the plan in force has for " +
                       describe(m.planned_at),
                   {e.at.seq});
        } else if (!is_first && first->second != e.at.seq) {
            broken(what + ", is of " + describe(m.planned_at) + ", which had its message already",
                   {first->second, e.at.seq});
        } else if (is_late(e, m)) {
            broken(what + ", is of " + describe(m.planned_at) +
                       ", and was made later than the tolerance allows: " + describe(e.at.wall),
                   {e.at.seq});
        } else {
            kept();
        }
    }

    // What a trouble has held up since its moment came too late for no fault of the daemon's.
    [[nodiscard]] bool is_late(const event& e, const journalled& m) const {
        const auto shown = world_.wall_times(e.host, e.at, effect_within + journal_within);
        const auto is_late_by = [&](const auto& c) {
            const group_in_force* const g = c->find(m.group);
            const auto tolerance =
                g == nullptr ? core::duration{0} : std::chrono::ceil<core::duration>(g->schedule.tolerance);
            return std::ranges::all_of(
                shown, [&](const auto& wall) { return wall.earliest > m.planned_at + tolerance + journal_within; });
        };
        if (!world_.configs(e.host).must_be(e.at, is_late_by)) {
            return false;
        }
        when moment = e.at;
        moment.steady.earliest -= e.at.wall.latest - m.planned_at;
        moment.steady.latest = moment.steady.earliest;
        return world_.find_trouble(e.host, m.group, moment, e.at) == nullptr;
    }

    void decide_asked(const event& e, const journalled& m) {
        const auto found = asked_.find({e.host, m.target});
        if (found != asked_.end() && is_possibly_before(found->second, e.at)) {
            const std::set<std::string>& actions = actions_.at({e.host, m.target});
            if (m.action && !actions.contains(*m.action) && !actions.contains("")) {
                broken("message " + m.message + " for " + who(m.target, m.incarnation) + ", durable " + describe(e.at) +
                           ", says " + *m.action + ", which nobody had asked for",
                       {e.at.seq});
                return;
            }
            kept();
            return;
        }
        broken("message " + m.message + " for " + who(m.target, m.incarnation) + ", durable " + describe(e.at) +
                   ", says that an operator asked for it, and nobody had",
               {e.at.seq});
    }

    void decide_unplanned(const event& e, const journalled& m) {
        const auto& configs = world_.configs(e.host);
        if (!configs.is_known(e.at)) {
            unknown();
        } else if (configs.must_be(e.at, [&](const auto& c) { return plans_.find(*c, m.group) != nullptr; })) {
            broken("message " + m.message + " of group " + m.group + ", durable " + describe(e.at) +
                       ", is of no moment, and the group has a plan",
                   {e.at.seq});
        } else {
            kept();
        }
    }

    plan_oracle plans_;
    std::map<std::pair<group_key, core::wall_time>, std::uint64_t> moments_;
    std::map<std::pair<std::string, std::string>, when> asked_;  ///< host and target, for the first time
    std::map<std::pair<std::string, std::string>, std::set<std::string>> actions_;  ///< what was asked for them
};

}  // namespace

a_promise follows_plan(const known_world& w, findings& f) {
    return std::make_unique<follows_plan_promise>("follows_plan", w, f);
}

}  // namespace mayhem::sim
