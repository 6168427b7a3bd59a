#include "pipeline/model/halt_switch.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::pipeline {

bool halt_switch::halt(halt_reason r) {
    const auto open = std::ranges::find(reasons_, r.door, &halt_reason::door);
    if (open == reasons_.end()) {
        reasons_.push_back(std::move(r));
        return true;
    }
    if (!open->why.empty() || r.why.empty()) {
        return false;
    }
    open->why = std::move(r.why);
    return true;
}

bool halt_switch::resume(halt_door d) {
    return std::erase_if(reasons_, [d](const halt_reason& r) { return r.door == d; }) > 0;
}

void halt_switch::rename(halt_door d, std::string who) {
    const auto open = std::ranges::find(reasons_, d, &halt_reason::door);
    if (open != reasons_.end()) {
        open->who = std::move(who);
    }
}

const halt_reason* halt_switch::find(halt_door d) const noexcept {
    const auto open = std::ranges::find(reasons_, d, &halt_reason::door);
    return open == reasons_.end() ? nullptr : &*open;
}

std::string_view to_string(halt_door d) noexcept {
    switch (d) {
        case halt_door::command: return "command";
        case halt_door::file: return "file";
        case halt_door::config: break;
    }
    return "config";
}

}  // namespace mayhem::pipeline
