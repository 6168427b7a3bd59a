#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mayhem/core/random.hpp"
#include "mayhem/ports/driver.hpp"

namespace mayhem::drivers {

struct simulated_driver_settings {
    /// A herd of this size with names that stay (at most 10,000); or 0: an endless supply, as in the talk, where each
    /// `list` shows one host that was just drawn.
    std::size_t hosts = 0;

    /// The probability that a restart fails.
    double failure_probability = 0.25;

    /// Which life of the daemon this is. Simulated hosts die with the daemon that imagines them, so a message from a
    /// former life must find another incarnation: give each life a number of its own.
    std::uint64_t life = 0;
};

/// The talk's cattle: `cattle-` and four characters of [a-z0-9], at example.net. A restart takes uniform [0,1) s and
/// then fails now and then with "Could not restart HOSTNAME" (F17). Successors are there at once.
///
/// Target: `id` is the host name, `name` the instance name, the incarnation "LIFE:COUNT". Time is the loop's clock,
/// chance is `rng`: the same seed gives the same herd and the same failures. Remembers the hosts that were restarted;
/// there are 36^4 names, so at most 1.7 million of them.
class simulated_driver final : public ports::driver {
public:
    static constexpr std::size_t hosts_max = 10'000;

    /// Throws `std::invalid_argument` for settings outside their range.
    simulated_driver(simulated_driver_settings settings, core::random_source rng);

    [[nodiscard]] std::string_view kind() const noexcept override { return "simulated"; }
    [[nodiscard]] ports::target_scope scope() const noexcept override { return ports::target_scope::group; }
    async::awaitable<std::vector<core::target>> list() override;
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override;
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override;

private:
    [[nodiscard]] std::string draw_name();
    [[nodiscard]] std::string incarnation(const std::string& hostname) const;
    [[nodiscard]] core::target make_target(const std::string& name) const;
    [[nodiscard]] bool is_current(const core::target& t) const { return incarnation(t.id) == t.incarnation; }

    const simulated_driver_settings settings_;
    core::random_source rng_;
    std::vector<std::string> herd_;
    std::unordered_map<std::string, std::uint64_t> restarts_;  ///< by host name; absent: none yet
    std::unordered_map<std::string, core::wall_time> begun_;   ///< of a herd: when the present life began
};

}  // namespace mayhem::drivers
