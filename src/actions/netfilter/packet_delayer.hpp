#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "actions/netfilter/packet_gate.hpp"
#include "actions/netfilter/packet_line.hpp"

namespace mayhem::actions {

/// Lets the packets at a gate pass when they are due (`packet_line`), never before. One thread.
class packet_delayer {
public:
    using clock = packet_line::clock;

    /// How many packets one call of `work` receives before it lets some pass, so that a flood does not hold up those
    /// that are due.
    static constexpr std::size_t received_at_once = 1024;

    /// Asked after packets were received, since one may come while its receiver does not run.
    using teller_of_time = std::function<clock::time_point()>;

    /// `gate` outlives it.
    packet_delayer(packet_gate& gate, packet_line line, teller_of_time now)
        : gate_(gate), line_(std::move(line)), now_(std::move(now)) {}

    /// Receives what has come, and lets pass what is due. Throws what the gate throws.
    void work();

    /// Lets pass whoever waits and whoever has come meanwhile, who counts as not delayed: at most as many as there is
    /// room for.
    void let_go();

    /// When `work` is to be called at the latest, whether or not somebody comes.
    [[nodiscard]] std::optional<clock::time_point> next_due() const { return line_.next_due(); }

    /// How many were made to wait.
    [[nodiscard]] std::uint64_t delayed() const noexcept { return delayed_; }

private:
    void pass_up_to(std::optional<std::uint32_t> last);

    packet_gate& gate_;
    packet_line line_;
    const teller_of_time now_;
    std::uint64_t delayed_ = 0;
};

}  // namespace mayhem::actions
