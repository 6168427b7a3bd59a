#include "drivers/simulated/simulated_kind.hpp"

#include <array>

#include "drivers/simulated/simulated_driver.hpp"

namespace mayhem::drivers {

namespace {

constexpr auto own_keys = std::to_array<settings::key>({
    {"hosts", "0"},
    {"failure_probability", "0.25"},
});

std::any read(settings::section& section) {
    simulated_driver_settings herd;
    section.read("hosts", herd.hosts, {0, simulated_driver::hosts_max});
    section.read("failure_probability", herd.failure_probability, {0, 1});
    return herd;
}

std::unique_ptr<driver_factory> open(const driver_surroundings& s) {
    return make_plain_factory<simulated_driver_settings>(
        [random = s.random, flow_name = s.flow_name, life = s.life](simulated_driver_settings of,
                                                                    const std::string& group, once_teller::teller) {
            of.life = life;
            return std::make_unique<simulated_driver>(of, random.stream("driver " + group).stream(flow_name));
        });
}

/// An endless herd has no members to count.
void adapt(const std::any& settings, core::guard_limits& limits) {
    if (std::any_cast<const simulated_driver_settings&>(settings).hosts == 0) {
        limits.min_healthy = 0;
    }
}

}  // namespace

const driver_kind simulated_kind{
    .name = "simulated", .keys = own_keys, .read = &read, .open = &open, .is_simulated = true, .adapt = &adapt};

}  // namespace mayhem::drivers
