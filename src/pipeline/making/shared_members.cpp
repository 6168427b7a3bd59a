#include "pipeline/making/shared_members.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/making/victim_choice.hpp"
#include "pipeline/model/list_targets.hpp"
#include "pipeline/model/who_stands.hpp"

namespace mayhem::pipeline {

async::awaitable<std::optional<ports::own_members>> shared_members::look() {
    const async::frame here;
    const group_state::all_acted_on acted_on = group_.state.acted_on();
    ports::own_members own{.under_way = group_.state.under_way()};
    std::vector<core::target> seen;
    std::string trouble;
    try {
        seen = co_await list_targets(by_);
    } catch (const core::targets_unlisted& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        to_.observer.warn("group '" + group_.settings.name + "': cannot list its targets: " + trouble +
                          "; none of this host stands at this moment");
        co_return std::nullopt;
    }
    note_members(group_, by_, seen);
    own.members = members_of(group_).members;
    std::vector<ports::last_restart> restarted;
    if (group_.settings.limits.min_rest > core::duration{}) {
        restarted = co_await list_restarted();
    }
    for (const core::uuid& message : group_.state.under_way()) {  // those that have begun since
        if (std::ranges::find(own.under_way, message) == own.under_way.end()) {
            own.under_way.push_back(message);
        }
    }
    std::erase_if(seen, std::not_fn(who_stands{.g = group_, .acted_on = acted_on, .acted = to_.acted}));
    own.standing = seen.size();
    standing_.clear();
    for (const core::target& t : seen) {
        standing_.insert(t.id);
    }
    own.members = std::max(own.members, own.standing);
    eligible_ = eligible_of(group_, seen, restarted, async::this_loop().turn_wall_time());
    own.eligible = eligible_;
    co_return own;
}

async::awaitable<std::vector<ports::last_restart>> shared_members::list_restarted() {
    const async::frame here;
    const core::wall_time since = async::this_loop().turn_wall_time() - group_.settings.limits.min_rest;
    try {
        co_return co_await to_.limits.restarted_since(group_.settings.name, since);
    } catch (const core::store_failed&) {
        co_return std::vector<ports::last_restart>();  // the guard asks again
    }
}

async::awaitable<std::vector<std::vector<std::string>>> shared_members::falls_with(std::vector<core::target> targets) {
    const async::frame here;
    std::vector<std::vector<std::string>> falls(targets.size());
    ports::neighbourhood* const around = by_.neighbours();
    if (around == nullptr || targets.empty()) {
        co_return falls;
    }
    const std::vector<core::reach> reaches = co_await around->reach_of(targets);
    for (std::size_t i = 0; i < targets.size(); ++i) {
        for (const core::neighbour& n : reaches[i].falls) {
            if (n.id != targets[i].id && standing_.contains(n.id)) {
                falls[i].push_back(n.id);
            }
        }
    }
    co_return falls;
}

std::optional<core::target> shared_members::find(std::string_view id, std::string_view incarnation) const {
    const auto found = std::ranges::find_if(
        eligible_, [&](const core::target& t) { return t.id == id && t.incarnation == incarnation; });
    return found == eligible_.end() ? std::nullopt : std::optional(*found);
}

}  // namespace mayhem::pipeline
