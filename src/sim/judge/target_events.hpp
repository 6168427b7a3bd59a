#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mayhem::sim {

enum class target_state {
    starting,  ///< lives, and is not healthy yet
    healthy,   ///< a driver that looks well sees it up, and the group's probe would pass
    sick,      ///< lives, and is not healthy any more
    dying,     ///< was told to end, still lives
    down,      ///< this incarnation will never live again
};

/// "target": an incarnation of a target is in this state from now on. At the beginning once for each that there is,
/// then at each change, whoever is the cause. Names of targets are unique in the world, and incarnations among all
/// lives of one name; several incarnations of one name may live at once (workers of one command line).
struct target_is {
    std::string target{};
    std::string incarnation{};
    target_state state = target_state::healthy;
    std::vector<std::string>
        groups;                 ///< that select it, of the config in force; after a reload that changes them: again
    bool is_protected = false;  ///< whatever the config says
};

/// "taken": somebody has stopped the target on purpose and keeps it down, from now on; or he does not any more. Only
/// while it is down.
struct taken_by_somebody {
    std::string target{};
    bool is_taken = true;  ///< false: he has let go of it
};

/// "listed": a driver answered the daemon who there is in the group, with what was true at this moment. The answer may
/// arrive later.
struct listed {
    std::string group{};
    bool is_true = true;                   ///< false: it told something else than the truth, or an older one
    std::optional<std::string> message{};  ///< for whose guards it was asked; nothing: for a choice, or nobody knows
};

}  // namespace mayhem::sim
