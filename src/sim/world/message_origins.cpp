#include "sim/world/message_origins.hpp"

#include "sim/world/record_rows.hpp"

namespace mayhem::sim {

void message_origins::tell(const core::message& m) {
    if (!told_.insert(m.id).second) {
        return;  // a clock that was set back brings the moment once more, and its message is there
    }
    scene_.log.tell(journalled{.message = m.id.to_string(),
                               .group = m.group,
                               .target = m.target.id,
                               .incarnation = m.target.incarnation,
                               .planned_at = m.planned_at,
                               .expires_at = m.expires_at,
                               .origin = asked_.contains(m.id) ? origin::asked : origin::plan,
                               .action = core::describe(m.act)});
}

void message_origins::end_entry(const core::message& m, bool is_new) {
    entering_.erase(m.id);
    failed_.erase(m.id);
    if (is_new) {
        tell(m);
    }
}

void message_origins::end_opening(const std::string& group) {
    opening_.erase(group);
    if (open_.insert(group).second) {
        scene_.rare.note(rare_state::breaker_opened);
        scene_.log.tell(breaker_is{.group = group, .is_open = true});
    }
}

void message_origins::look_what_is_there(const std::string& path) {
    if (entering_.empty() && opening_.empty()) {
        return;
    }
    const record_rows rows(scene_, path);
    for (const auto& [id, m] : entering_) {
        if (rows.has_message(id.to_string())) {
            scene_.rare.note(failed_.contains(id) ? rare_state::found_after_failure : rare_state::found_after_kill);
            tell(m);
        }
    }
    entering_.clear();
    failed_.clear();
    opening_.clear();
    for (const std::string& group : rows.open_breakers()) {
        end_opening(group);
    }
}

}  // namespace mayhem::sim
