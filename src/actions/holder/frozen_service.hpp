#pragma once

#include <optional>
#include <string>
#include <utility>

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
    [[nodiscard]] core::seen_effect effect() override;
    [[nodiscard]] std::optional<hold_word> look() override;

    /// Looks once more whether they stand still.
    void end() override { is_in_vain_ = frozen_.tasks() > 0 && frozen_.count_still() == 0; }

private:
    const hold_order order_;
    const drivers::process_table table_;
    frozen_tasks frozen_;
    std::string seen_;  ///< while any of them lived
    bool is_in_vain_ = false;
};

}  // namespace mayhem::actions
