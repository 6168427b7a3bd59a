#pragma once

#include <string>
#include <string_view>

#include "drivers/systemd/systemd_unit.hpp"
#include "mayhem/core/rules/end_seen.hpp"

namespace mayhem::drivers {

/// The act after which a unit does not stand.
struct act_on_unit {
    systemd_action action = systemd_action::restart;
    std::string invocation;  ///< that was acted on
    std::string
        job_result{};  ///< how systemd's job for it ended, "done", "canceled"; empty: not known, or it made none
    std::string sub_state_seen{};  ///< when systemd still knew of it: "auto-restart"; empty: nobody has looked
};

/// How a unit ended that does not stand, as its properties tell (systemd 252, src/core/service.c): who leaves by itself
/// has ended before its unit leaves "active"; who is stopped ends after that. A unit that waits for its automatic
/// restart keeps the result of its failure when it is stopped, and is "inactive" all the same, not "failed". A unit
/// that nothing refers to is unloaded as soon as it is inactive, and forgotten with all that; one that has failed is
/// not. Pure.
///
/// `job_type` is of the job that waits or runs for it, "stop", "start", "restart"; empty: there is none, or nobody
/// knows. Which unit that it needs has failed, is not told here.
[[nodiscard]] core::end_seen end_of_unit(const systemd_unit& u, const act_on_unit& act, std::string_view job_type);

}  // namespace mayhem::drivers
