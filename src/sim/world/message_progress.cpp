#include "sim/world/message_progress.hpp"

#include <algorithm>

namespace mayhem::sim {

void message_progress::reach(const core::message& m, stage s) {
    one& known = messages_[m.id];
    if (known.target.empty()) {
        known = {.group = m.group, .target = m.target.id, .incarnation = m.target.incarnation, .at = s};
    }
    known.at = s;
}

void message_progress::end(const core::message& m) { messages_.erase(m.id); }

void message_progress::reach(const std::string& target, const std::string& incarnation, stage s) {
    for (auto& [id, m] : messages_) {
        if (m.target == target && m.incarnation == incarnation && m.at >= stage::received) {
            m.at = s;
        }
    }
}

std::optional<std::string> message_progress::whose(const std::string& group, const std::string& target,
                                                   const std::string& incarnation) const {
    std::optional<std::string> found;
    for (const auto& [id, m] : messages_) {
        if (m.at >= stage::received && m.at <= stage::claimed && m.group == group && m.target == target &&
            m.incarnation == incarnation) {
            if (found) {
                return std::nullopt;
            }
            found = id.to_string();
        }
    }
    return found;
}

bool message_progress::is_claimed(const core::message& m) const noexcept {
    const auto known = messages_.find(m.id);
    return known != messages_.end() && known->second.at >= stage::claimed;
}

bool message_progress::is_any_before_its_act() const noexcept {
    return std::ranges::any_of(messages_, [](const auto& m) { return m.second.at == stage::claimed; });
}

bool message_progress::has_group(const std::string& group) const noexcept {
    return std::ranges::any_of(messages_, [&group](const auto& m) { return m.second.group == group; });
}

void message_progress::note_kill(sometimes& rare) const {
    for (const auto& [id, m] : messages_) {
        switch (m.at) {
            case stage::entering: rare.note(rare_state::killed_before_journal); break;
            case stage::journalled: break;  // it waits for room in the queue, which hardly ever happens
            case stage::waiting: rare.note(rare_state::killed_before_receive); break;
            case stage::received: break;
            case stage::claimed: rare.note(rare_state::killed_before_act); break;
            case stage::acting:
            case stage::acted: rare.note(rare_state::killed_before_record); break;
            case stage::recorded: rare.note(rare_state::killed_before_ack); break;
        }
    }
}

}  // namespace mayhem::sim
