#pragma once

#include "actions/holder/frozen_tasks.hpp"
#include "actions/holder/standing_fault.hpp"
#include "drivers/proc/process_table.hpp"

namespace mayhem::actions {

/// All tasks of a process, or of all that are in a control group, stand still (`frozen_tasks`), until somebody tells
/// one of them to end.
class frozen_service final : public standing_fault {
public:
    explicit frozen_service(hold_order o) : order_(std::move(o)) {}

    [[nodiscard]] std::optional<refusal> begin() override;
    [[nodiscard]] std::string effect() override { return describe(frozen_); }
    [[nodiscard]] std::optional<hold_word> look() override;

private:
    const hold_order order_;
    const drivers::process_table table_;
    frozen_tasks frozen_;
};

}  // namespace mayhem::actions
