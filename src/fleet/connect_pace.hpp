#pragma once

#include <chrono>
#include <cstddef>

#include "mayhem/core/random.hpp"

namespace mayhem::fleet {

/// How long to wait before connecting, so that a fleet whose database was away comes back: a thousand daemons that
/// connect at once keep each other out for minutes. Before the first try, and when a connection that had held is lost:
/// uniform in [0, min(hosts * 20 ms, 30 s)]. After a failure: 1 s, doubling to 30 s, of which half is left to chance. A
/// connection that was lost within `held_min` counts as a failure.
class connect_pace {
public:
    static constexpr std::chrono::seconds held_min{10};

    connect_pace(std::size_t fleet_hosts, core::random_source random) noexcept;

    /// To be waited before the next try.
    [[nodiscard]] std::chrono::nanoseconds next() noexcept;

    void failed() noexcept { ++failures_; }
    void lost(std::chrono::nanoseconds held_for) noexcept { failures_ = held_for < held_min ? failures_ + 1 : 0; }

private:
    std::size_t fleet_hosts_;
    core::random_source random_;
    int failures_ = 0;
};

}  // namespace mayhem::fleet
