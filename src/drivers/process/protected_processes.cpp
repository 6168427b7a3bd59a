#include "drivers/process/protected_processes.hpp"

#include <algorithm>
#include <array>

#include "drivers/contract/way_back_in.hpp"
#include "drivers/process/guardian_name.hpp"

namespace mayhem::drivers {

namespace {

struct protected_program {
    std::string_view name;
    bool is_prefix;
    std::string_view why;
};

constexpr auto protected_programs = std::to_array<protected_program>({
    {"dbus-daemon", false, "D-Bus"},
    {"dbus-broker", true, "D-Bus"},
    {"systemd", false, "systemd"},
    {"systemd-", true, "systemd"},
    {"(sd-", true, "systemd"},
    {guardian_name, false, "a guardian of Mayhem's own"},
});

std::optional<std::string_view> why_program_protected(std::string_view program, bool is_named) {
    const auto* found = std::ranges::find_if(protected_programs, [program](const protected_program& p) {
        return p.is_prefix ? program.starts_with(p.name) : program == p.name;
    });
    if (found != protected_programs.end()) {
        return found->why;
    }
    const way_back_in* const way = find_program_on_way_back(program);
    return way == nullptr || (is_named && way->yields_to_name) ? std::nullopt : std::optional(way->why);
}

}  // namespace

std::optional<std::string_view> why_protected(const process_info& process, pid_t self,
                                              const std::vector<pid_t>& ancestors, bool is_named) {
    if (process.pid == 1) {
        return "PID 1";
    }
    if (process.is_kernel_thread) {
        return "a kernel thread";
    }
    if (process.pid == self) {
        return "the daemon itself";
    }
    if (std::ranges::find(ancestors, process.pid) != ancestors.end()) {
        return "an ancestor of the daemon";
    }
    if (const auto why = why_program_protected(process.name, is_named)) {
        return why;
    }
    return why_program_protected(file_name(process.executable), is_named);
}

}  // namespace mayhem::drivers
