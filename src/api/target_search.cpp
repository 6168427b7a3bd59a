#include "api/target_search.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/closest_name.hpp"
#include "mayhem/core/text/first_few.hpp"
#include "pipeline/model/list_targets.hpp"

namespace mayhem::app {

namespace {

constexpr std::size_t named_max = 10;

async::awaitable<void> search_group(pipeline::group& g, ports::driver& by, const std::string& name,
                                    std::chrono::nanoseconds limit, target_search& to) {
    const async::frame here;
    std::vector<core::target> listed;
    try {
        listed = co_await pipeline::list_targets(by, limit);
    } catch (const core::targets_unlisted& e) {
        to.troubles.push_back("group '" + g.settings.name + "': " + e.what());
        co_return;
    }
    pipeline::note_members(g, by, listed);
    for (core::target& t : listed) {
        if (t.id == name || t.name == name) {
            to.found.push_back({&g, std::move(t)});
        } else if (t.id == name + ".service") {
            to.services.push_back({&g, std::move(t)});
        } else {
            to.others.push_back(std::move(t.id));
            to.others.push_back(std::move(t.name));
        }
    }
}

}  // namespace

std::string target_search::complaint(const std::string& name, const std::optional<std::string>& group) const {
    if (!is_group_known) {
        return "there is no group '" + group.value_or("") + "': \"mayhem targets\" lists those there are";
    }
    if (found.size() > 1) {
        std::vector<std::string> meant;
        meant.reserve(found.size());
        for (const match& m : found) {
            meant.push_back(m.target.name + " in group '" + m.group->settings.name + "'");
        }
        return "'" + name + "' means " + std::to_string(found.size()) +
               " targets: " + core::first_few(meant, named_max) +
               "; give the name of one of them, and its group where that is needed (--group)";
    }
    if (!troubles.empty()) {
        return "who '" + name +
               "' is cannot be told, because targets cannot be listed: " + core::first_few(troubles, named_max) +
               (group ? "" : "; name its group (--group) if it is another");
    }
    const std::vector<std::string_view> names(others.begin(), others.end());
    const auto close = core::closest_name(name, names);
    return "no group selects a target '" + name + "' now: " +
           (close ? "did you mean '" + std::string(*close) + "'?" : "\"mayhem targets\" lists those there are");
}

async::awaitable<target_search> search_targets(std::list<pipeline::group>& groups, std::string name,
                                               std::optional<std::string> group, std::chrono::nanoseconds limit,
                                               choose_driver who) {
    const async::frame here;
    target_search search;
    search.is_group_known = !group;
    const async::clock::time_point until = async::this_loop().now() + limit;
    for (pipeline::group& g : groups) {
        if (group && *group != g.settings.name) {
            continue;
        }
        search.is_group_known = true;
        ports::driver* const by = who ? who(g) : &g.driver;
        if (by == nullptr) {
            continue;
        }
        co_await search_group(g, *by, name, std::max(until - async::this_loop().now(), async::clock::duration{0}),
                              search);
    }
    if (search.found.empty()) {
        search.found = std::exchange(search.services, {});
    }
    co_return search;
}

}  // namespace mayhem::app
