#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "mayhem/core/random.hpp"

namespace mayhem::actions {

/// When each of the packets of a target is to arrive that is delayed: the latency after it came, the jitter more or
/// less. A line, as at a link that is slow: nobody overtakes, within a connection or between two, since out of order is
/// another fault than late, which TCP takes for a loss. So it is first in, first out, without a heap; and who comes and
/// who goes costs the same however long it is.
///
/// With jitter, what comes within twice the jitter has one draw: were each packet's its own, then in a line whoever
/// comes soon after another would wait for the latest draw of all before, and a busy target had the latency and all of
/// the jitter, always. Whoever would overtake goes with whom he would overtake. No wait is outside of latency ± jitter.
/// Pure.
class packet_line {
public:
    using clock = std::chrono::steady_clock;

    /// So many may wait; a queue of the kernel lets no more in (`queue_link`).
    static constexpr std::size_t longest = 8192;

    packet_line(std::chrono::microseconds latency, std::chrono::microseconds jitter, core::random_source random);

    /// False: there is no room for it.
    [[nodiscard]] bool add(std::uint32_t number, clock::time_point now);

    /// When the first of them is to arrive; nothing: nobody waits.
    [[nodiscard]] std::optional<clock::time_point> next_due() const;

    /// Takes out all that are due; the last one of them.
    [[nodiscard]] std::optional<std::uint32_t> take_due(clock::time_point now);

    /// Takes out all.
    [[nodiscard]] std::optional<std::uint32_t> take_all() { return take_due(clock::time_point::max()); }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    struct waiting {
        std::uint32_t number = 0;
        clock::time_point due{};
    };

    const std::chrono::nanoseconds latency_;
    const std::chrono::nanoseconds jitter_;
    core::random_source random_;
    std::chrono::nanoseconds drawn_{};
    std::optional<clock::time_point> drawn_until_{};
    clock::time_point last_due_{};
    std::unique_ptr<std::array<waiting, longest>> ring_ = std::make_unique<std::array<waiting, longest>>();
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

}  // namespace mayhem::actions
