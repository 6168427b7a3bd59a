#include "actions/holder/filtered_network.hpp"

#include <string>

namespace mayhem::actions {

std::optional<refusal> filtered_network::begin() {
    rules_.emplace(order_);
    return rules_->make();
}

core::seen_effect filtered_network::effect() {
    const nft_link::counts seen = rules_->count();
    if (seen.packets == 0) {
        return {.text = "no packet", .is_none = true};
    }
    return {.text = std::to_string(seen.packets) + (seen.packets == 1 ? " packet, " : " packets, ") +
                    std::to_string(seen.bytes) + " bytes"};
}

}  // namespace mayhem::actions
