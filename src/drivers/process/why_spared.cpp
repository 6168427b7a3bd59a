#include "drivers/process/why_spared.hpp"

#include <utility>

#include "drivers/contract/container_engine.hpp"
#include "drivers/process/own_programs.hpp"
#include "drivers/process/protected_processes.hpp"

namespace mayhem::drivers {

namespace {

std::string why_elsewhere(const process_info& process) {
    if (!process.pid_namespaces) {
        return "the kernel does not say to which PID namespace it belongs";
    }
    return "it belongs to another PID namespace, that of a container: use driver = \"docker\", or run Mayhem inside";
}

}  // namespace

std::optional<sparing> why_spared(const process_info& process, const own_place& own, leave given) {
    if (const auto why = why_protected(process, own.self.pid, own.ancestors, given.names_program)) {
        return sparing{.by = core::guard::protected_target, .why = std::string(*why)};
    }
    if (const auto why = why_own_program(process, own.self)) {
        return sparing{.by = core::guard::protected_target, .why = std::string(*why)};
    }
    if (process.pid_namespaces != own.self.pid_namespaces) {
        return sparing{.by = core::guard::protected_target, .why = why_elsewhere(process), .is_news = true};
    }
    if (auto why = given.lasts ? why_engine_program(process.name, file_name(process.executable)) : std::nullopt) {
        return sparing{.by = core::guard::protected_target, .why = *std::move(why), .is_news = given.names_program};
    }
    if (process.has_terminal && !given.allow_terminal) {
        return sparing{.by = core::guard::not_opted_in,
                       .why =
                           "it has a controlling terminal, where somebody may be at work: start it without one, or "
                           "set allow_terminal = true",
                       .is_news = true};
    }
    if (process.tracer != 0) {
        return sparing{.by = core::guard::busy, .why = "somebody traces it, as a debugger does", .is_news = true};
    }
    if (process.state == 'T' || process.state == 't') {
        return sparing{.by = core::guard::busy, .why = "somebody has stopped it, and may continue it", .is_news = true};
    }
    return std::nullopt;
}

}  // namespace mayhem::drivers
