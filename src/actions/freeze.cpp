#include "actions/freeze.hpp"

#include "drivers/proc/process_incarnation.hpp"
#include "drivers/proc/process_table.hpp"

namespace mayhem::actions {

hold_order freeze::order_of(const ports::undo_note& n, const core::span_terms& terms) const {
    return order_on(n, terms.length);
}

std::optional<pid_t> freeze::find_keeper(const ports::undo_note& n) const {
    const auto first = drivers::process_incarnation::parse(n.life);
    if (!first) {
        return std::nullopt;
    }
    const drivers::process_table table;
    const std::optional<drivers::process_info> p = table.read(first->pid);
    return p && p->is_running() && table.incarnation_of(*p) == *first ? std::optional(p->tracer) : std::nullopt;
}

std::string freeze::how_to_see(const ports::undo_note& n) const {
    const std::string pid = n.life.substr(0, n.life.find(':'));
    return "grep -E '^(State|TracerPid)' /proc/" + pid + "/status";
}

}  // namespace mayhem::actions
