// An act that an operator asks for by name: one of the group's own, or one that its config allows.
#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "api/control_parts.hpp"
#include "api/control_routes.hpp"
#include "api/target_search.hpp"
#include "config/config_acts.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::app {

namespace {

using control::error_response;
using control::request;
using control::response;
using nlohmann::json;

constexpr std::chrono::seconds fault_search_max{4};

struct fault_wish {
    std::string target;
    std::optional<std::string> group;
    core::act what;
};

/// From a body such as {"target": "web@1.service", "action": "freeze"}; throws `std::invalid_argument`.
fault_wish read_fault_wish(const std::string& body) {
    const json given = core::parse_json<json>(body);
    const auto is_text = [&given](const char* key) { return given.contains(key) && given[key].is_string(); };
    const auto may_be_text = [&](const char* key) { return !given.contains(key) || is_text(key); };
    if (!given.is_object() || !is_text("target") || !is_text("action") || !may_be_text("group") ||
        !may_be_text("parameters") || given["target"].get<std::string>().empty() ||
        given["action"].get<std::string>().empty()) {
        throw std::invalid_argument(
            R"(the body must be an object such as {"target": "web@1.service", "action": "freeze", "parameters": "for = \"30s\""})");
    }
    fault_wish w{.target = given["target"], .group = {}, .what = {.name = given["action"], .with = {}}};
    w.what.with = read_parameters(given.value("parameters", std::string()));
    if (const std::string group = given.value("group", std::string()); !group.empty()) {
        w.group = group;
    }
    return w;
}

/// What of it the group allows: an action that `by_hand` names with any parameters; one of its own as the config has
/// it. Nothing: not this.
std::optional<core::act> allowed(const pipeline::group& g, const core::act& wanted) {
    const auto own = g.acts.own();
    const auto same = std::ranges::find(own, wanted, &pipeline::group_acts::entry::what);
    if (same != own.end()) {
        return wanted;
    }
    const std::vector<std::string>& by_hand = g.acts.by_hand();
    const auto named =
        std::ranges::find_if(own, [&](const pipeline::group_acts::entry& e) { return e.what.name == wanted.name; });
    if (wanted.with.empty() && named != own.end()) {
        return named->what;
    }
    return std::ranges::find(by_hand, wanted.name) != by_hand.end() ? std::optional(wanted) : std::nullopt;
}

std::string why_not_allowed(const std::list<pipeline::group>& groups, const fault_wish& w) {
    const bool is_own = std::ranges::any_of(groups, [&w](const pipeline::group& g) {
        return std::ranges::any_of(g.acts.own(), [&w](const auto& e) { return e.what.name == w.what.name; });
    });
    return std::string("no group") + (w.group ? " '" + *w.group + "' that there is" : "") + " allows " +
           core::describe(w.what) + " by hand: by_hand = [\"" + w.what.name + "\"] in its section does, and a reload" +
           (is_own ? "; without parameters it is done as the config has it" : "");
}

}  // namespace

control_routes::answer control_routes::fault(request r) {
    const async::frame here;
    fault_wish w;
    try {
        w = read_fault_wish(r.body);
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    const std::shared_ptr<flow> current = to_.daemon.current_flow();
    const std::string phase = to_.daemon.facts().phase;
    if (current == nullptr || phase != "running") {
        co_return error_response(503, "the daemon does not take this now: it is " + phase);
    }
    std::string trouble;
    bool is_allowed = false;
    const auto who = [&](const pipeline::group& g) -> ports::driver* {
        const std::optional<core::act> what = allowed(g, w.what);
        is_allowed = is_allowed || what;
        try {
            return what ? &g.acts.get(*what) : nullptr;
        } catch (const std::exception& e) {
            trouble = e.what();
        }
        return nullptr;
    };
    target_search found = co_await search_targets(current->groups(), w.target, w.group, fault_search_max, who);
    if (found.is_group_known && !is_allowed) {
        co_return error_response(403, why_not_allowed(current->groups(), w));
    }
    if (found.found.empty() && !trouble.empty()) {
        co_return error_response(400, trouble);
    }
    if (!found.is_clear()) {
        const int status = found.found.size() > 1 ? 409 : found.troubles.empty() ? 404 : 503;
        co_return error_response(status, found.complaint(w.target, w.group));
    }
    pipeline::group& g = *found.found.front().group;
    core::act what = *allowed(g, w.what);
    std::string called = core::describe(what);
    response answered = co_await publish(current, g, std::move(found.found.front().target), std::move(what),
                                         std::move(called), std::move(r.from));
    co_return answered;
}

}  // namespace mayhem::app
