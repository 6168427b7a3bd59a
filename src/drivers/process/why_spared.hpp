#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "drivers/proc/process_info.hpp"
#include "mayhem/core/rules/outcome.hpp"

namespace mayhem::drivers {

/// Where the daemon itself stands among the processes.
struct own_place {
    process_info self;
    std::vector<pid_t> ancestors;
};

/// What the group says about whom it means.
struct leave {
    bool names_program = false;  ///< by name or executable
    bool allow_terminal = false;
    bool lasts = false;  ///< what is done to them
};

/// Why a process that a selector matches is left alone all the same.
struct sparing {
    core::guard by{};
    std::string why;

    /// What the operator may want to hear: the group could be written so that it is hit, or is not meant.
    bool is_news = false;
};

/// Nothing if the process may be hit. A pure decision, taken for a list and once more right before the act.
///
/// Spared are, in this order: what is protected (`why_protected`), Mayhem's own programs (`why_own_program`), what
/// belongs to another PID namespace than the daemon, as the processes of containers do, what runs containers
/// (`why_engine_program`) where the act lasts, and what has a controlling terminal, where somebody works, unless
/// `allow_terminal`; and what somebody is at just now, with a debugger or by having stopped it. A process that does not
/// show in which namespace it is, though the daemon does, is spared as well.
std::optional<sparing> why_spared(const process_info& process, const own_place& own, leave given);

}  // namespace mayhem::drivers
