#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include "mayhem/async/clock.hpp"
#include "sim/judge/event.hpp"
#include "sim/world/chronicle.hpp"

namespace mayhem::sim {

/// What really happens on one host of a world, as it happens, by the clocks of that host.
class world_log {
public:
    static constexpr std::size_t kept_max = chronicle::kept_max;

    /// Of the only host, with a chronicle of its own. `clock` outlives it.
    world_log(const async::virtual_clock& clock, std::string host);

    /// Of one of several, whose steady clocks all show the same. Both outlive it.
    world_log(chronicle& all, const async::virtual_clock& clock, std::string host);

    void tell(payload what);

    /// A number that no other act, wish or trouble of the world has.
    [[nodiscard]] std::uint64_t next_id() noexcept { return all_.next_id(); }

    // Of the whole world.
    void end() { all_.end(); }
    void write_to(std::ostream& out) noexcept { all_.write_to(out); }
    [[nodiscard]] const findings& found() const noexcept { return all_.found(); }
    [[nodiscard]] const std::deque<event>& last() const noexcept { return all_.last(); }
    [[nodiscard]] std::uint64_t size() const noexcept { return all_.size(); }
    [[nodiscard]] std::uint64_t messages() const noexcept { return all_.messages(); }
    [[nodiscard]] std::uint64_t acts() const noexcept { return all_.acts(); }
    [[nodiscard]] steady_time now() const noexcept;

private:
    const std::unique_ptr<chronicle> own_;
    chronicle& all_;
    const async::virtual_clock& clock_;
    const async::clock::time_point began_;
    const std::string host_;
};

/// Stands as long as this does.
class standing_trouble {
public:
    standing_trouble(world_log& log, trouble_kind kind, std::optional<std::string> group, std::string what);
    ~standing_trouble();
    standing_trouble(const standing_trouble&) = delete;
    standing_trouble& operator=(const standing_trouble&) = delete;

private:
    world_log& log_;
    trouble trouble_;
};

}  // namespace mayhem::sim
