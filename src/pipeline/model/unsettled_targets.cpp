#include "pipeline/model/unsettled_targets.hpp"

#include <algorithm>
#include <utility>

#include "mayhem/core/text/text_hash.hpp"

namespace mayhem::pipeline {

namespace {

std::uint64_t name_of(const core::target& t, const group& g) noexcept {
    const bool is_of_the_group = g.driver.scope() == ports::target_scope::group;
    return core::text_hash(t.id, core::text_hash(is_of_the_group ? g.settings.name : g.driver.kind()));
}

}  // namespace

unsettled_targets::hold::hold(hold&& other) noexcept : all_(std::exchange(other.all_, nullptr)), mine_(other.mine_) {}

unsettled_targets::hold& unsettled_targets::hold::operator=(hold&& other) noexcept {
    std::swap(all_, other.all_);
    std::swap(mine_, other.mine_);
    return *this;
}

unsettled_targets::hold::~hold() {
    if (all_ != nullptr) {
        all_->erase(mine_);
    }
}

unsettled_targets::hold unsettled_targets::add(const core::target& t, const group& g, core::wall_time now) {
    const core::wall_time since = g.driver.lasts() != nullptr ? core::wall_time::min() : now;
    return {all_, all_.insert(all_.end(), {.name = name_of(t, g), .since = since})};
}

bool unsettled_targets::is_among(const core::target& t, const group& g) const noexcept {
    const std::uint64_t name = name_of(t, g);
    return std::ranges::any_of(
        all_, [&](const entry& e) { return e.name == name && (!t.started_at || *t.started_at >= e.since); });
}

}  // namespace mayhem::pipeline
