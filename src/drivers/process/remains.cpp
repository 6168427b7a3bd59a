#include "drivers/process/remains.hpp"

#include <chrono>

#include "system/pidfd.hpp"

namespace mayhem::drivers {

remains find_remains(const process_table& table, const process_incarnation& victim, int signal,
                     const std::filesystem::path& proc_root) {
    remains left{.pid = victim.pid};
    const std::optional<system::pidfd> held = system::pidfd::open(victim.pid);
    std::optional<process_info> found = held ? table.read(victim.pid) : std::nullopt;
    if (!found || table.incarnation_of(*found) != victim || held->ends_within(std::chrono::milliseconds{0})) {
        return left;
    }
    left.does = system::disposition_of(victim.pid, signal, proc_root);
    left.process = *std::move(found);
    return left;
}

std::string describe_standing(const remains& r, int signal) {
    const process_info& p = r.process.value();
    const std::string who = "pid " + std::to_string(r.pid);
    if (p.is_exiting) {
        return who + " is still ending: give it a longer recovery_timeout";
    }
    if (p.tracer != 0) {
        return who + " is held by pid " + std::to_string(p.tracer) + ", which traces it";
    }
    if (p.state == 'T') {
        return who + " is stopped, and takes no signal but SIGKILL until somebody continues it";
    }
    if (p.state == 'D') {
        return who + " is stuck inside the kernel, mostly on a dead disk or file server; see /proc/" +
               std::to_string(r.pid) + "/stack";
    }
    return system::describe_standing(r.pid, signal, r.does);
}

}  // namespace mayhem::drivers
