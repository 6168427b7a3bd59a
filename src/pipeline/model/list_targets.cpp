#include "pipeline/model/list_targets.hpp"

#include <optional>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::pipeline {

namespace {

async::awaitable<std::vector<core::target>> list_in_time(async::awaitable<std::vector<core::target>> listing,
                                                         std::chrono::nanoseconds limit) {
    const async::frame here;
    std::optional<std::vector<core::target>> listed = co_await async::with_timeout(std::move(listing), limit);
    if (!listed) {
        throw core::targets_unlisted(limit.count() > 0 ? "no answer within " + core::format_duration(limit)
                                                       : "no time was left to ask");
    }
    co_return *std::move(listed);
}

/// By the calendar of UTC.
std::chrono::sys_days today() noexcept {
    return std::chrono::floor<std::chrono::days>(async::this_loop().turn_wall_time());
}

}  // namespace

async::awaitable<std::vector<core::target>> list_targets(ports::driver& d, std::chrono::nanoseconds limit) {
    async::awaitable<std::vector<core::target>> listing = d.list();
    if (listing.await_ready()) {
        return listing;  // there already: no frame and no timer for what takes no time
    }
    return list_in_time(std::move(listing), limit);
}

void note_members(group& g, const ports::driver& by, std::span<const core::target> listed) {
    g.state.size().note(today(), listed.size() + by.absent());
}

core::group_size::count members_of(group& g) { return g.state.size().at(today(), g.settings.members); }

std::optional<core::size_on_day> unrecorded_members(group& g) { return g.state.size().unrecorded(today()); }

}  // namespace mayhem::pipeline
