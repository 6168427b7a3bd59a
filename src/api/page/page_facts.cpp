#include "api/page/page_facts.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mayhem::app {

namespace {

act_now look_at_act(const pipeline::group_acts::entry& e) {
    ports::lasting* const lasting = e.by->lasts();
    return {.what = e.what, .lasts = lasting == nullptr ? std::chrono::nanoseconds{} : lasting->terms().length};
}

group_now look_at(pipeline::group& g, core::wall_time now) {
    std::vector<act_now> acts;
    std::string names;
    for (const pipeline::group_acts::entry& e : g.acts.own()) {
        acts.push_back(look_at_act(e));
        names += (names.empty() ? "" : ", ") + e.what.name;
    }
    std::ranges::transform(g.acts.made(), std::back_inserter(acts), &look_at_act);
    const auto today = std::chrono::floor<std::chrono::days>(now);
    return {.name = g.settings.name,
            .driver = std::string(g.driver.kind()),
            .act = std::move(names),
            .lasts = g.acts.own().size() == 1 ? acts.front().lasts : std::chrono::nanoseconds{},
            .members = g.state.size().at(today, g.settings.members).members,
            .breaker = g.state.breaker(),
            .acts = std::move(acts)};
}

}  // namespace

act_now group_now::of(const core::act& what) const {
    const auto found = std::ranges::find(acts, what, &act_now::what);
    if (found != acts.end()) {
        return *found;
    }
    return what.name.empty() ? act_now{.what = {.name = act, .with = {}}, .lasts = lasts} : act_now{.what = what};
}

page_facts gather_facts(controlled& daemon, const pipeline::halt_switch& halt, std::shared_ptr<const config> c,
                        core::wall_time now, std::uint64_t event_id) {
    page_facts facts{.now = now, .daemon = daemon.facts(), .event_id = event_id};
    for (const pipeline::halt_reason& r : halt.reasons()) {
        facts.halts.push_back(r);
    }
    facts.settings = std::move(c);
    if (const std::shared_ptr<flow> current = daemon.current_flow()) {
        facts.groups.reserve(current->group_count());
        for (pipeline::group& g : current->groups()) {
            facts.groups.push_back(look_at(g, now));
        }
    }
    return facts;
}

}  // namespace mayhem::app
