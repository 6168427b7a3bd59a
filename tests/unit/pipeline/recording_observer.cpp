#include "unit/pipeline/recording_observer.hpp"

#include <algorithm>
#include <iterator>

namespace mayhem::test {

void recording_observer::observe(const ports::step& s) noexcept {
    steps_.push_back({s.kind, s.message.target.name, s.message.id, s.attempt, s.length, s.refused_by,
                      std::string(s.detail), clock_.now() - began_,
                      s.slower == nullptr ? std::nullopt : std::optional(*s.slower)});
    if (next_ != nullptr) {
        next_->observe(s);
    }
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
            told += ports::to_string(s.kind);
        }
    }
    return told;
}

}  // namespace mayhem::test
