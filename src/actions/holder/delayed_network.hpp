#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "actions/holder/owned_rules.hpp"
#include "actions/holder/standing_fault.hpp"
#include "actions/netfilter/packet_delayer.hpp"
#include "actions/netfilter/queue_link.hpp"

namespace mayhem::actions {

/// Packets of a target arrive later: rules that end with this process (`owned_rules`) send them to a queue of this
/// process's own, which lets each pass when it is due. Whoever ends the process, of those that come afterwards none
/// waits; those that wait then, the kernel loses. One that ends in order lets them pass.
class delayed_network final : public standing_fault {
public:
    explicit delayed_network(hold_order o) : order_(std::move(o)) {}

    [[nodiscard]] std::optional<refusal> begin() override;
    [[nodiscard]] core::seen_effect effect() override;
    [[nodiscard]] int descriptor() const noexcept override { return queue_->descriptor(); }
    [[nodiscard]] std::optional<clock::time_point> next_due() const override { return delayer_->next_due(); }
    void work() override { delayer_->work(); }
    void end() override;

private:
    const hold_order order_;
    std::optional<owned_rules> rules_;  ///< ends before the queue does, so that nobody comes to one that is gone
    std::optional<queue_link> queue_;
    std::optional<packet_delayer> delayer_;
    std::uint64_t counted_ = 0;  ///< of those that came to the rules
};

/// "41022 packets delayed", "no packet"; `counted`: as the rules have it, of whom some may have passed by. Pure.
[[nodiscard]] std::string describe_delay(std::uint64_t delayed, std::uint64_t counted);

}  // namespace mayhem::actions
