#include "assembly/driver_factories.hpp"

#include <algorithm>
#include <string_view>

#include "drivers/driver_kinds.hpp"
#include "mayhem/async/assertion.hpp"

namespace mayhem::app {

driver_factories::driver_factories(const drivers::driver_surroundings& s) {
    for (const drivers::driver_kind* const kind : drivers::driver_kinds()) {
        open_.push_back({kind, kind->open(s)});
    }
}

std::unique_ptr<ports::driver> driver_factories::make(const group_config& g, ports::observer& o) {
    const auto found = std::ranges::find(open_, g.kind, &open_kind::kind);
    MAYHEM_ASSERT(found != open_.end(), "a group's kind is one of the list");
    return found->factory->make(g.driver, g.settings.name, [&o](std::string_view text) { o.warn(text); });
}

void driver_factories::start(async::task_group& tasks) {
    for (const open_kind& o : open_) {
        tasks.spawn("driver_kind", o.factory->run());
    }
}

}  // namespace mayhem::app
