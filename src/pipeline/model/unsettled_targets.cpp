#include "pipeline/model/unsettled_targets.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "mayhem/core/text/text_hash.hpp"

namespace mayhem::pipeline {

namespace {

std::uint64_t name_of(std::string_view id, const group& g) noexcept {
    const bool is_of_the_group = g.driver.scope() == ports::target_scope::group;
    return core::text_hash(id, core::text_hash(is_of_the_group ? g.settings.name : g.driver.kind()));
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

unsettled_targets::hold unsettled_targets::add(const core::target& t, const group& g, ports::driver& by,
                                               const core::reach* falling, instant now) {
    entry mine{.name = name_of(t.id, g),
               .fell = {},
               .since = by.lasts() != nullptr ? core::wall_time::min() : now.wall,
               .since_steady = now.steady};
    if (falling != nullptr) {
        for (const core::neighbour& n : falling->falls) {
            mine.fell.push_back(name_of(n.id, g));
        }
    }
    return {all_, all_.insert(all_.end(), std::move(mine))};
}

/// Whichever of the two says that it began later: the clock may have been set between the act and then, or since.
bool unsettled_targets::is_among(const core::target& t, const group& g, instant now) const noexcept {
    const std::uint64_t name = name_of(t.id, g);
    return std::ranges::any_of(all_, [&](const entry& e) {
        const bool is_meant = e.name == name || std::ranges::find(e.fell, name) != e.fell.end();
        const bool began_later =
            !t.started_at || *t.started_at >= e.since || now.wall - *t.started_at <= now.steady - e.since_steady;
        return is_meant && began_later;
    });
}

}  // namespace mayhem::pipeline
