#pragma once

#include <optional>
#include <utility>

#include "actions/holder/owned_rules.hpp"
#include "actions/holder/standing_fault.hpp"

namespace mayhem::actions {

/// Packets of a target do not arrive, by rules that end with this process (`owned_rules`).
class filtered_network final : public standing_fault {
public:
    explicit filtered_network(hold_order o) : order_(std::move(o)) {}

    [[nodiscard]] std::optional<refusal> begin() override;
    [[nodiscard]] core::seen_effect effect() override;

private:
    const hold_order order_;
    std::optional<owned_rules> rules_;
};

}  // namespace mayhem::actions
