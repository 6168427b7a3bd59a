#include "pipeline/model/group_state.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mayhem::pipeline {

namespace {

bool is(const core::target& acted_on, const core::reach* falling, const core::target& t) noexcept {
    return (acted_on.id == t.id && core::is_same_life(acted_on.incarnation, t.incarnation)) ||
           (falling != nullptr && std::ranges::any_of(falling->falls, [&t](const core::neighbour& n) {
                return n.id == t.id && core::is_same_life(n.incarnation, t.incarnation);
            }));
}

}  // namespace

group_state::act::act(group_state& state, const core::message& m, std::shared_ptr<const core::reach> reach)
    : state_(&state), message_(&m) {
    state_->acting_.push_back({message_, std::move(reach)});
}

group_state::act::act(act&& other) noexcept : state_(std::exchange(other.state_, nullptr)), message_(other.message_) {}

group_state::act& group_state::act::operator=(act&& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(message_, other.message_);
    return *this;
}

group_state::act::~act() {
    if (state_ != nullptr) {
        state_->acting_.erase(std::ranges::find(state_->acting_, message_, &one_act::message));
    }
}

void group_state::restore(const ports::group_memory& memory) {
    draw_ = core::victim_draw(memory.round, memory.turns);
    size_.restore(memory.sizes);
    watch_ = core::breaker_watch(memory.failures_in_a_row);
    breaker_ = memory.breaker;
    is_breaker_recorded_ = memory.breaker.has_value();
}

bool group_state::is_acted_on(const core::target& t) const noexcept {
    return std::ranges::any_of(acting_, [&t](const one_act& u) { return is(u.message->target, u.reach.get(), t); });
}

bool group_state::all_acted_on::contains(const core::target& t) const noexcept {
    return std::ranges::any_of(acts_, [&t](const one& o) { return is(o.target, o.reach.get(), t); });
}

group_state::all_acted_on group_state::acted_on() const {
    all_acted_on all;
    std::ranges::transform(acting_, std::back_inserter(all.acts_), [](const one_act& u) {
        return all_acted_on::one{.target = u.message->target, .reach = u.reach};
    });
    return all;
}

std::vector<core::uuid> group_state::under_way() const {
    std::vector<core::uuid> messages;
    std::ranges::transform(acting_, std::back_inserter(messages), [](const one_act& u) { return u.message->id; });
    return messages;
}

bool group_state::judge(core::outcome& o, const core::target& t, const core::guard_limits& limits) {
    const std::optional<std::string> reason = watch_.judge(o.verdict, t.name, limits, o.slower());
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
