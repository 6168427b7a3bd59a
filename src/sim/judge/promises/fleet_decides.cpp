#include <set>

#include "sim/judge/calm.hpp"
#include "sim/judge/plan_oracle.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"
#include "sim/judge/working_hosts.hpp"

namespace mayhem::sim {

namespace {

class fleet_decides_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override { working_.learn(e); }

    void decide(const event& e) override {
        if (!is_over(e)) {
            return;
        }
        std::set<std::string> done;
        for (const auto& [host, config] : working_.now(world_)) {
            for (const group_in_force& g : config->groups) {
                if (g.is_shared && done.insert(g.name).second) {
                    demand(e, host, *config, g.name);
                }
            }
        }
    }

private:
    void demand(const event& e, const std::string& host, const config_in_force& c, const std::string& group) {
        core::planner* const plan = plans_.find(c, group);
        const std::optional<when> calm = world_.calm_since(host);
        if (plan == nullptr || !calm) {
            return;
        }
        // By the database's clock, which tells of the phases.
        const core::duration lasted = e.at.steady.earliest - calm->steady.latest;
        const core::wall_time from = e.at.wall.earliest - lasted + world_.calm_within();
        const core::wall_time to = e.at.wall.earliest - world_.calm_within();
        const std::optional<core::wall_time> first = plan->next(from);
        if (!first || *first >= to) {
            return;
        }
        if (world_.fleet().has_decided(group, *first)) {
            kept();
            return;
        }
        const std::string text = "group " + group + " of the fleet has a moment at " + describe(*first) +
                                 ", in the calm phase that began " + describe(*calm) +
                                 ", and nobody decided it, nor a later one";
        broken_unless(world_.find_trouble(host, group, *calm, e.at), text, {calm->seq, e.at.seq});
    }

    plan_oracle plans_;
    working_hosts working_;
};

}  // namespace

a_promise fleet_decides(const known_world& w, findings& f) {
    return std::make_unique<fleet_decides_promise>("fleet_decides", w, f);
}

}  // namespace mayhem::sim
