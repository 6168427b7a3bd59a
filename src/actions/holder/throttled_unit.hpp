#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "actions/holder/standing_fault.hpp"
#include "actions/holder/unit_counters.hpp"
#include "drivers/proc/process_table.hpp"

namespace mayhem::actions {

/// A unit has less of the host: numbers that systemd keeps for it, and its control group, are other ones. The kernel
/// does not take that back by itself, so this process does when it ends, and where it was killed, whoever finds the
/// note (`put_back`).
///
/// Not done where somebody has set such a number by command (`has_runtime_setting`): what systemd has written of that
/// would be lost.
class throttled_unit final : public standing_fault {
public:
    explicit throttled_unit(hold_order o) : order_(std::move(o)) {}
    ~throttled_unit() override { undo(); }
    throttled_unit(const throttled_unit&) = delete;
    throttled_unit& operator=(const throttled_unit&) = delete;

    /// What it refuses for a guard was not done, or is put back already.
    [[nodiscard]] std::optional<refusal> begin() override;
    [[nodiscard]] core::seen_effect effect() override;

private:
    void undo() noexcept;
    [[nodiscard]] std::optional<refusal> try_begin();
    [[nodiscard]] std::optional<refusal> find_why_not();
    [[nodiscard]] std::optional<refusal> set_numbers();
    [[nodiscard]] std::optional<refusal> see_effect();

    const hold_order order_;
    const drivers::process_table table_;
    unit_counters before_{};
    bool is_set_ = false;
};

}  // namespace mayhem::actions
