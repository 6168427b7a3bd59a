#include "fleet/connect_pace.hpp"

#include <algorithm>
#include <cstdint>

#include "mayhem/core/rules/backoff.hpp"

namespace mayhem::fleet {

namespace {

using namespace std::chrono_literals;

constexpr core::backoff after_failures{.first = 1s, .max = 30s, .jitter = core::jitter::equal};
constexpr std::chrono::nanoseconds each_host = 20ms;
constexpr std::chrono::nanoseconds spread_max = 30s;

std::chrono::nanoseconds spread_over(std::size_t hosts) noexcept {
    const auto enough = static_cast<std::size_t>(spread_max / each_host);
    return each_host * static_cast<std::int64_t>(std::min(hosts, enough));
}

}  // namespace

connect_pace::connect_pace(std::size_t fleet_hosts, core::random_source random) noexcept
    : fleet_hosts_(fleet_hosts), random_(random) {}

std::chrono::nanoseconds connect_pace::next() noexcept {
    if (failures_ > 0) {
        return after_failures.delay(failures_, random_);
    }
    const auto bound = static_cast<std::uint64_t>(spread_over(fleet_hosts_).count());
    return std::chrono::nanoseconds{static_cast<std::int64_t>(random_.below(bound + 1))};
}

}  // namespace mayhem::fleet
