#include "assembly/driver_factories.hpp"

#include <algorithm>
#include <string_view>

#include "drivers/driver_kinds.hpp"
#include "mayhem/async/assertion.hpp"
#include "probes/make_probe.hpp"

namespace mayhem::app {

driver_factories::driver_factories(const drivers::driver_surroundings& s) : threads_(s.pool) {
    for (const drivers::driver_kind* const kind : drivers::driver_kinds()) {
        open_.push_back({kind, kind->open(s)});
    }
}

std::unique_ptr<ports::driver> driver_factories::make(const group_config& g, ports::observer& o) {
    const auto found = std::ranges::find(open_, g.kind, &open_kind::kind);
    MAYHEM_ASSERT(found != open_.end(), "a group's kind is one of the list");
    return found->factory->make(g.driver, g.settings.name, [&o](std::string_view text) { o.warn(text); });
}

std::unique_ptr<ports::probe> driver_factories::make_probe(const group_config& g) {
    return probes::make_probe(g.probes, threads_);
}

std::unique_ptr<ports::probe> driver_factories::make_stop_if(const group_config& g) {
    return probes::make_probe(g.stop_if, threads_);
}

}  // namespace mayhem::app
