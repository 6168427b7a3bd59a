#include "api/page/page_facts.hpp"

#include <utility>

namespace mayhem::app {

namespace {

group_now look_at(pipeline::group& g, core::wall_time now) {
    ports::lasting* const lasting = g.driver.lasts();
    const auto today = std::chrono::floor<std::chrono::days>(now);
    return {.name = g.settings.name,
            .driver = std::string(g.driver.kind()),
            .act = std::string(g.driver.act()),
            .lasts = lasting == nullptr ? std::chrono::nanoseconds{} : lasting->terms().length,
            .members = g.state.size().at(today, g.settings.members).members,
            .breaker = g.state.breaker()};
}

}  // namespace

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
