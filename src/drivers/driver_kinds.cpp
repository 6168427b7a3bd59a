#include "drivers/driver_kinds.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "actions/fill.hpp"
#include "actions/freeze.hpp"
#include "actions/network_action.hpp"
#include "actions/throttle.hpp"
#include "drivers/command/command_kind.hpp"
#include "drivers/docker/docker_kind.hpp"
#include "drivers/process/process_kind.hpp"
#include "drivers/simulated/simulated_kind.hpp"
#include "drivers/systemd/systemd_kind.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::array<const driver_kind*, 5> kinds{&process_kind, &systemd_kind, &docker_kind, &command_kind,
                                                  &simulated_kind};

}  // namespace

std::span<const driver_kind* const> driver_kinds() noexcept { return kinds; }

const driver_kind* find_driver_kind(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(kinds, name, &driver_kind::name);
    return found == kinds.end() ? nullptr : *found;
}

std::vector<std::string_view> driver_names() {
    std::vector<std::string_view> names;
    std::ranges::transform(kinds, std::back_inserter(names), &driver_kind::name);
    return names;
}

std::vector<std::unique_ptr<ports::action>> make_actions(const actions::holder_source& holders) {
    std::vector<std::unique_ptr<ports::action>> all;
    all.push_back(std::make_unique<actions::freeze>(holders));
    all.push_back(std::make_unique<actions::fill>(holders));
    all.push_back(std::make_unique<actions::throttle>(holders));
    std::ranges::move(actions::make_network_actions(holders), std::back_inserter(all));
    for (const driver_kind* const kind : kinds) {
        if (kind->make_action != nullptr) {
            all.push_back(kind->make_action());
        }
    }
    return all;
}

}  // namespace mayhem::drivers
