#include "pipeline/model/group_state.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mayhem::pipeline {

group_state::act::act(group_state& state, const core::message& m) : state_(&state), message_(&m) {
    state_->acting_.push_back(message_);
}

group_state::act::act(act&& other) noexcept : state_(std::exchange(other.state_, nullptr)), message_(other.message_) {}

group_state::act& group_state::act::operator=(act&& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(message_, other.message_);
    return *this;
}

group_state::act::~act() {
    if (state_ != nullptr) {
        state_->acting_.erase(std::ranges::find(state_->acting_, message_));
    }
}

void group_state::restore(const ports::group_memory& memory) {
    draw_ = core::victim_draw(memory.round, memory.turns);
    members_ = memory.members;
    watch_ = core::breaker_watch(memory.failures_in_a_row);
    breaker_ = memory.breaker;
    is_breaker_recorded_ = memory.breaker.has_value();
}

std::size_t group_state::note_members(std::size_t seen) noexcept {
    members_ = std::max(members_, seen);
    return members_;
}

std::vector<core::target> group_state::acted_on() const {
    std::vector<core::target> targets;
    std::ranges::transform(acting_, std::back_inserter(targets), [](const core::message* m) { return m->target; });
    return targets;
}

bool group_state::is_acted_on(const core::target& t) const noexcept {
    return std::ranges::any_of(acting_, [&t](const core::message* m) {
        return m->target.id == t.id && m->target.incarnation == t.incarnation;
    });
}

bool group_state::judge(core::outcome& o, const core::target& t, const core::guard_limits& limits) {
    const std::optional<std::string> reason = watch_.judge(o.verdict, t.name, limits);
    if (!reason || breaker_) {
        return false;
    }
    o.opens_breaker = *reason;
    breaker_ = core::breaker{.opened_at = o.ended_at, .reason = *reason};
    is_breaker_recorded_ = false;
    return true;
}

bool group_state::note_breaker(const std::optional<core::breaker>& on_record) {
    if (on_record) {
        breaker_ = on_record;
        is_breaker_recorded_ = true;
        return false;
    }
    if (!breaker_ || !is_breaker_recorded_) {
        return false;
    }
    breaker_.reset();
    watch_.reset();
    return true;
}

}  // namespace mayhem::pipeline
