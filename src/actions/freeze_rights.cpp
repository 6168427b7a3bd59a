#include "actions/freeze_rights.hpp"

#include <fstream>

#include <linux/capability.h>

#include "actions/own_capability.hpp"

namespace mayhem::actions {

namespace {

std::optional<int> read_scope(const std::filesystem::path& file) {
    int scope = 0;
    return std::ifstream(file) >> scope ? std::optional(scope) : std::nullopt;
}

constexpr int nobody = 3;

}  // namespace

std::string why_not_freeze(bool has_capability, std::optional<int> scope) {
    if (scope == nobody) {
        return "nothing can be frozen on this host: kernel.yama.ptrace_scope is 3, which lets nobody trace a process "
               "until the next boot";
    }
    if (has_capability) {
        return {};
    }
    const std::string whom = scope.value_or(0) == 0
                                 ? "only processes of its own user can be frozen"
                                 : "nothing can be frozen, with kernel.yama.ptrace_scope = " + std::to_string(*scope);
    return "Mayhem has no CAP_SYS_PTRACE, so that " + whom + ": run it as root, " + served_instead +
           ", or give its own that capability (AmbientCapabilities=, and SystemCallFilter=ptrace)";
}

std::string why_not_freeze_own(bool has_capability, std::optional<int> scope) {
    constexpr int only_kin = 1;  // or whom it has named, as a command of Mayhem's does
    if (has_capability || scope.value_or(0) <= only_kin || scope == nobody) {
        return scope == nobody ? why_not_freeze(has_capability, scope) : std::string();
    }
    return "nothing can be frozen: kernel.yama.ptrace_scope is " + std::to_string(*scope) +
           ", which lets only root hold another process still: run it as root, or allow it until the next boot, "
           "sysctl kernel.yama.ptrace_scope=1";
}

std::string why_not_freeze_own(const std::filesystem::path& proc_root) {
    return why_not_freeze_own(actions::has_capability(CAP_SYS_PTRACE, proc_root),
                              read_scope(proc_root / "sys/kernel/yama/ptrace_scope"));
}

std::string why_not_freeze(const std::filesystem::path& proc_root) {
    return why_not_freeze(actions::has_capability(CAP_SYS_PTRACE, proc_root),
                          read_scope(proc_root / "sys/kernel/yama/ptrace_scope"));
}

}  // namespace mayhem::actions
