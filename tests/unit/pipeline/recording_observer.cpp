#include "unit/pipeline/recording_observer.hpp"

#include <algorithm>
#include <iterator>

namespace mayhem::test {

std::string_view to_string(ports::step_kind k) noexcept {
    switch (k) {
        using enum ports::step_kind;
        case published: return "published";
        case pulled: return "pulled";
        case extended: return "extended";
        case saved: return "saved";
        case restarted: return "restarted";
        case restart_failed: return "restart_failed";
        case failed: return "failed";
        case recovered: return "recovered";
        case not_recovered: return "not_recovered";
        case refused: return "refused";
        case lease_lost: return "lease_lost";
        case acked: return "acked";
        case nacked: return "nacked";
        case dead_lettered: return "dead_lettered";
    }
    return "unknown";
}

void recording_observer::observe(const ports::step& s) noexcept {
    steps_.push_back({s.kind, s.message.target.name, s.message.id, s.attempt, s.length, s.refused_by,
                      std::string(s.detail), clock_.now() - began_});
}

std::size_t recording_observer::count(ports::step_kind k) const {
    return static_cast<std::size_t>(std::ranges::count(steps_, k, &seen_step::kind));
}

std::vector<seen_step> recording_observer::of(ports::step_kind k) const {
    std::vector<seen_step> found;
    std::ranges::copy_if(steps_, std::back_inserter(found), [k](const seen_step& s) { return s.kind == k; });
    return found;
}

std::string recording_observer::story() const {
    std::string told;
    for (const seen_step& s : steps_) {
        if (s.kind != ports::step_kind::extended) {
            told += told.empty() ? "" : " ";
            told += to_string(s.kind);
        }
    }
    return told;
}

}  // namespace mayhem::test
