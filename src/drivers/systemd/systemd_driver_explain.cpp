// How the systemd driver says why a unit is no target: for a person who asks, never on the way to an act.
#include <string>

#include "drivers/systemd/systemd_driver.hpp"
#include "drivers/systemd/unit_search.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::drivers {

std::string systemd_driver::why_no_target(const systemd_unit& u) const {
    if (const auto why = why_not_running(u)) {
        return *why;
    }
    if (u.active_state != "active") {
        return "it is " + u.active_state;
    }
    const auto refused = refuse(u, to_target(u));
    if (!refused) {
        return "it is a target, by that name";
    }
    return refused->trouble.empty() ? "the group's units do not mean it, or exclude it" : refused->trouble;
}

async::awaitable<std::vector<std::string>> systemd_driver::explain(std::string name) {
    const async::frame here;
    std::vector<std::string> told;
    if (name.find('/') != std::string::npos) {
        co_return told;
    }
    const std::string unit = unit_name_of(name);
    if (!is_unit_name(unit)) {
        co_return told;
    }
    systemd_bus bus(address_, settings_.call_limit);
    const std::optional<systemd_unit> u = co_await look(bus, unit);
    if (u && u->load_state != "not-found") {
        const std::string alias = u->id == unit ? "" : ", which " + unit + " is another name of";
        told.push_back("unit " + u->id + alias + ": " + why_no_target(*u));
    }
    co_return told;
}

std::optional<explainer::known_wait> systemd_driver::wait_for(const core::target& t) const {
    const auto found = delays_.find(t.id);
    if (settings_.action != systemd_action::kill || found == delays_.end()) {
        return std::nullopt;  // what systemd is asked to start it starts at once
    }
    return known_wait{.at_least = found->second, .because = "RestartSec=" + core::format_duration(found->second)};
}

}  // namespace mayhem::drivers
