// config_event FILE: a config file of the daemon as the event "config" of docs/simulation.md, one line, as the daemon
// itself reads the file. Its times, number and host are for whoever knows them to put in. Ends with 1 if the file is
// none, or leaves the seed to chance: then nobody knows the plan.

#include <chrono>
#include <iostream>

#include "config/armed_groups.hpp"
#include "config/config_file.hpp"
#include "sim/judge/event_json.hpp"

namespace {

using namespace mayhem;

sim::group_in_force in_force(const pipeline::group_settings& g, bool is_dry) {
    return {.name = g.name,
            .schedule = g.schedule.value_or(core::schedule{}),
            .limits = g.limits,
            .dry_run = is_dry,
            .recovery_timeout = std::chrono::ceil<core::duration>(g.recovery_timeout),
            .recovery_poll = std::chrono::ceil<core::duration>(g.recovery_poll),
            .stable_for = std::chrono::floor<core::duration>(g.stable_for)};
}

sim::config_in_force in_force(const app::config& c) {
    sim::config_in_force event{.seed = *c.seed,
                               .dry_run = app::is_dry_run(c),
                               .halted = c.halted,
                               .shutdown_grace = std::chrono::ceil<core::duration>(c.shutdown_grace)};
    for (const app::group_config& g : c.groups) {
        event.groups.push_back(in_force(g.settings, app::is_dry_run(c, g)));
    }
    return event;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "config_event FILE\n";
        return 64;
    }
    const app::config_result read = app::read_config_file(argv[1]);
    if (!read) {
        for (const settings::error& e : read.error()) {
            std::cerr << settings::to_string(e) << '\n';
        }
        return 1;
    }
    if (!read->seed) {
        std::cerr << argv[1] << ": has no seed, so nobody knows its plan; set one\n";
        return 1;
    }
    std::cout << sim::to_line({.at = {}, .host = {}, .what = in_force(*read)}) << '\n';
    return 0;
}
