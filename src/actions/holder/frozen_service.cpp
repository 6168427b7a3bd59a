#include "actions/holder/frozen_service.hpp"

#include <cstddef>
#include <string>

#include "actions/holder/held_processes.hpp"

namespace mayhem::actions {

/// Who was not there yet when it was looked first may be by now: until a look finds nobody new.
std::optional<refusal> frozen_service::begin() {
    for (std::size_t before = 0;;) {
        if (auto refused = frozen_.freeze(find_processes(table_, order_))) {
            return refused;
        }
        if (!is_that_life(table_, order_.first)) {
            return refusal{.why = "pid " + std::to_string(order_.first.pid) + " is another process by now",
                           .by = core::guard::already_restarted};
        }
        if (order_.control_group.empty() || frozen_.processes() == before) {
            return frozen_.tasks() == 0 ? std::optional(refusal{.why = "there is nobody in it who could stand still"})
                                        : std::nullopt;
        }
        before = frozen_.processes();
    }
}

core::seen_effect frozen_service::effect() {
    if (frozen_.tasks() > 0) {
        seen_ = describe(frozen_);
    }
    return {.text = seen_, .is_none = is_in_vain_};
}

std::optional<hold_word> frozen_service::look() {
    frozen_.bury();
    const std::optional<pid_t> told = frozen_.find_told_to_end();
    if (!told) {
        return std::nullopt;
    }
    return hold_word{.is = hold_word::kind::over,
                     .text = "somebody has told pid " + std::to_string(*told) + " to end",
                     .ended_by = core::span_end::stop_requested};
}

}  // namespace mayhem::actions
