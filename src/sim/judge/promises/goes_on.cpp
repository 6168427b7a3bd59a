#include <map>
#include <set>

#include "sim/judge/calm.hpp"
#include "sim/judge/plan_oracle.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"
#include "sim/judge/working_hosts.hpp"

namespace mayhem::sim {

namespace {

class goes_on_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (const auto* m = std::get_if<journalled>(&e.what)) {
            made_[{e.host, m->group}].insert(m->planned_at);
        } else if (const auto* s = std::get_if<recorded_skip>(&e.what)) {
            if (s->reason == core::guard::no_target) {
                made_[{e.host, s->group}].insert(s->planned_at);
            }
        } else {
            working_.learn(e);
        }
    }

    void decide(const event& e) override {
        if (!is_over(e)) {
            return;
        }
        for (const auto& [host, config] : working_.now(world_)) {
            for (const group_in_force& g : config->groups) {
                if (!g.is_shared) {  // otherwise fleet_decides
                    demand(e, host, *config, g.name);
                }
            }
        }
    }

private:
    // Its moments from when it had settled down until there is no time left to be late.
    void demand(const event& e, const std::string& host, const config_in_force& c, const std::string& group) {
        core::planner* const plan = plans_.find(c, group);
        const std::optional<when> calm = world_.calm_since(host);
        if (plan == nullptr || !calm) {
            return;
        }
        // A clock that was set back may show moments of the calm phase that had their message before.
        const core::wall_time from = calm->wall.latest + world_.calm_within();
        const core::wall_time to = e.at.wall.earliest - world_.calm_within();
        const std::optional<core::wall_time> first = plan->next(from);
        if (!first || *first >= to) {
            return;
        }
        const std::set<core::wall_time>& made = made_[{host, group}];
        const auto found = made.lower_bound(from);
        if (found != made.end() && *found < to) {
            kept();
            return;
        }
        const std::string text = "group " + group + " of " + host + " has a moment at " + describe(*first) +
                                 ", in the calm phase that began " + describe(*calm) +
                                 ", and made a message for none there";
        broken_unless(world_.find_trouble(host, group, *calm, e.at), text, {calm->seq, e.at.seq});
    }

    plan_oracle plans_;
    std::map<group_key, std::set<core::wall_time>> made_;
    working_hosts working_;
};

}  // namespace

a_promise goes_on(const known_world& w, findings& f) { return std::make_unique<goes_on_promise>("goes_on", w, f); }

}  // namespace mayhem::sim
