// What a daemon says of its groups when it starts and after a reload: whom they can hit, and when the next moment is.
#include <algorithm>
#include <chrono>

#include <fmt/chrono.h>

#include "daemon/life.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/first_few.hpp"
#include "pipeline/model/list_targets.hpp"

namespace mayhem::app {

namespace {

constexpr std::size_t outlooks_max = 20;

/// For the log, in the host's time.
std::string next_moment(pipeline::group& g, core::wall_time now) {
    const std::optional<core::wall_time> next = g.plan ? g.plan->next(now) : std::nullopt;
    if (!next) {
        return g.plan ? "none that is in sight" : "not planned";
    }
    const auto at =
        std::chrono::system_clock::to_time_t(std::chrono::time_point_cast<std::chrono::system_clock::duration>(*next));
    return fmt::format("{:%a %Y-%m-%d %H:%M:%S}", fmt::localtime(at));
}

}  // namespace

async::awaitable<void> life::tell_outlook(std::shared_ptr<flow> of) {
    const async::frame here;
    std::size_t told = 0;
    std::vector<std::string> idle;  // of those that are not told one by one
    for (pipeline::group& g : of->groups()) {
        const auto known = std::ranges::find_if(
            options_.config.groups, [&g](const group_config& c) { return c.settings.name == g.settings.name; });
        if (known == options_.config.groups.end() || known->kind->is_simulated) {
            continue;
        }
        std::size_t targets = 0;
        std::string trouble = "no target matches";
        try {
            const std::vector<core::target> listed = co_await pipeline::list_targets(g.driver);
            pipeline::note_members(g, g.driver, listed);
            targets = listed.size();
        } catch (const core::targets_unlisted& e) {
            trouble = e.what();
        }
        if (flow_ != of) {
            co_return;  // another config is in force by now
        }
        if (told++ >= outlooks_max) {
            if (targets == 0) {
                idle.push_back(g.settings.name);
            }
        } else if (targets == 0) {
            log_.warning("Group '{}' can hit nobody now: {}", g.settings.name, trouble);
        } else {
            log_.info("Group '{}': {} {}; the next moment is {}", g.settings.name, targets,
                      targets == 1 ? "target" : "targets", next_moment(g, loop_.clock().wall_now()));
        }
    }
    if (!idle.empty()) {
        log_.warning("{} more groups can hit nobody now: {}", idle.size(), core::first_few(idle, outlooks_max));
    }
}

}  // namespace mayhem::app
