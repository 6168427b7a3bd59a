#include "actions/holder/holder_rights.hpp"

#include <algorithm>
#include <array>
#include <csignal>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mayhem::actions {

void ignore_signals() noexcept {
    struct sigaction action{};
    action.sa_handler = SIG_IGN;
    for (int signal = 1; signal < NSIG; ++signal) {
        if (signal != SIGCHLD) {
            (void)::sigaction(signal, &action, nullptr);  // KILL and STOP cannot be ignored
        }
    }
}

std::optional<unsigned> capability_of(std::string_view action) noexcept {
    if (action == "freeze") {
        return CAP_SYS_PTRACE;
    }
    if (action == "throttle") {
        return std::nullopt;
    }
    return action == "fill" ? CAP_DAC_OVERRIDE : CAP_NET_ADMIN;
}

void keep_only(std::span<const unsigned> capabilities) noexcept {
    (void)::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    for (unsigned each = 0; each < 64; ++each) {
        if (std::ranges::find(capabilities, each) == capabilities.end()) {
            (void)::prctl(PR_CAPBSET_DROP, each, 0, 0, 0);
        }
    }
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    std::array<__user_cap_data_struct, 2> sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0) {
        return;
    }
    unsigned kept = 0;
    for (const unsigned each : capabilities) {
        kept |= sets[0].permitted & 1U << each;
    }
    sets = {};
    sets[0].permitted = kept;
    sets[0].effective = kept;
    (void)::syscall(SYS_capset, &header, sets.data());
}

}  // namespace mayhem::actions
