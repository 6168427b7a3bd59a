#include "actions/fill.hpp"

#include <utility>

namespace mayhem::actions {

ports::undo_note fill::note_of(std::string subject, const drivers::process_incarnation& first, std::string directory,
                               std::string name) {
    return {.action = std::string(action_name),
            .subject = std::move(subject),
            .life = first.to_string(),
            .where = std::move(directory),
            .name = std::move(name)};
}

hold_order fill::order_of(const ports::undo_note& n, const core::span_terms& terms) const {
    hold_order o = order_on(n, terms.length);
    o.control_group.clear();  // it is a directory
    o.disk = terms.disk;
    return o;
}

std::string fill::how_to_see(const ports::undo_note& n) const {
    return "df -h '" + n.where + "'; lsof -nP +L1 '" + n.where + "'";
}

}  // namespace mayhem::actions
