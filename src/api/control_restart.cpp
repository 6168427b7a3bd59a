#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/control_parts.hpp"
#include "api/control_routes.hpp"
#include "api/history_json.hpp"
#include "api/request_log.hpp"
#include "api/target_search.hpp"
#include "mayhem/async/deadline.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::app {

namespace {

using control::error_response;
using control::request;
using control::response;
using nlohmann::json;
using pipeline::restart_request;

constexpr std::chrono::seconds search_max{4};
constexpr std::chrono::seconds answer_takes{2};  ///< of the time that the router allows, with some room

struct wish {
    std::string target;
    std::optional<std::string> group;
};

/// From a body such as {"target": "web@1.service", "group": "web"}; throws `std::invalid_argument`.
wish read_wish(const std::string& body) {
    const json given = core::parse_json<json>(body);
    const auto is_text = [&given](const char* key) { return given.contains(key) && given[key].is_string(); };
    if (!given.is_object() || !is_text("target") || given["target"].get<std::string>().empty() ||
        (given.contains("group") && !is_text("group"))) {
        throw std::invalid_argument(R"(the body must be an object such as {"target": "web[812]", "group": "web"})");
    }
    wish w{.target = given["target"], .group = {}};
    if (const std::string group = given.value("group", std::string()); !group.empty()) {
        w.group = group;
    }
    return w;
}

std::string state_of(const restart_request& r) {
    if (!r.trouble.empty()) {
        return "not_journalled";
    }
    if (!r.last) {
        return r.is_journalled ? "waiting" : "journalling";
    }
    switch (r.last->disposition) {
        case core::disposition::nacked: return "retrying";
        case core::disposition::dead_lettered: return "dead_lettered";
        case core::disposition::acked: break;
    }
    return std::string(core::to_string(r.last->verdict));
}

json to_json(const restart_request& r) {
    const core::message& m = r.message;
    json j{{"message", m.id.to_string()},
           {"group", m.group},
           {"target", m.target.id},
           {"name", m.target.name},
           {"incarnation", m.target.incarnation},
           {"action", m.act.name},
           {"parameters", m.act.with},
           {"state", state_of(r)},
           {"is_over", r.is_over()},
           {"refused_by", nullptr},
           {"explanation", r.explanation},
           {"recovery_seconds", nullptr},
           {"span", nullptr},
           {"error", r.trouble}};
    if (r.last) {
        j["attempt"] = r.last->attempt;
        j["span"] = span_json(r.last->span.get());
        j["error"] = r.last->error;
        if (r.last->refused_by) {
            j["refused_by"] = core::to_string(*r.last->refused_by);
        }
        if (r.last->recovery) {
            j["recovery_seconds"] = core::to_seconds(*r.last->recovery);
        }
    }
    return j;
}

/// Waits until `is_so`, for at most `limit`, and no longer than leaves time for the answer.
async::awaitable<void> wait_until(std::shared_ptr<restart_request> r, bool (*is_so)(const restart_request&),
                                  async::clock::duration limit) {
    const async::frame here;
    const async::clock::time_point until =
        async::clock::after(async::this_loop().now(), std::min(limit, async::time_left() - answer_takes));
    while (!is_so(*r)) {
        r->changed.clear();
        const bool has_changed =
            (co_await async::with_timeout(r->changed.wait(), until - async::this_loop().now())).has_value();
        if (!has_changed) {
            co_return;
        }
    }
}

bool is_settled_in_journal(const restart_request& r) { return r.is_journalled || r.is_over(); }

}  // namespace

control_routes::answer control_routes::restart(request r) {
    const async::frame here;
    wish w;
    try {
        w = read_wish(r.body);
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    const std::shared_ptr<flow> current = to_.daemon.current_flow();
    const std::string phase = to_.daemon.facts().phase;
    if (current == nullptr || phase != "running") {
        co_return error_response(503, "the daemon does not take this now: it is " + phase);
    }
    target_search found = co_await search_targets(current->groups(), w.target, w.group, search_max);
    if (!found.is_clear()) {
        const int status = found.found.size() > 1 ? 409 : found.troubles.empty() ? 404 : 503;
        co_return error_response(status, found.complaint(w.target, w.group));
    }
    pipeline::group& g = *found.found.front().group;
    response answered = co_await publish(current, g, std::move(found.found.front().target), g.acts.own().front().what,
                                         "restart", std::move(r.from));
    co_return answered;
}

control_routes::answer control_routes::publish(std::shared_ptr<flow> current, const pipeline::group& g, core::target t,
                                               core::act what, std::string called, control::peer from) {
    const async::frame here;
    const std::string who = co_await name(std::move(from));
    const core::message m = current->make_message(g, std::move(t), std::move(what));
    const std::shared_ptr<restart_request> made = to_.daemon.requests().open(m);
    if (made == nullptr) {
        co_return error_response(503, "64 restarts that were asked for are not over yet: wait for them");
    }
    if (!current->request(std::make_shared<const core::message>(m))) {
        to_.daemon.requests().drop(m.id);
        co_return error_response(503, "the daemon does not take this now: it reloads or ends; try again");
    }
    tell_requested(to_.log, m, called, who);
    co_await wait_until(made, &is_settled_in_journal, async::time_left());
    if (!made->is_journalled) {
        const std::string why = made->trouble.empty() ? "the record takes too long" : made->trouble;
        co_return error_response(
            503, why + "; whether message " + m.id.to_string() + " is on record, \"mayhem history\" tells");
    }
    response answered = ok(to_json(*made));
    answered.status = 202;
    co_return answered;
}

control_routes::answer control_routes::restart_state(request r) {
    const async::frame here;
    std::optional<std::chrono::nanoseconds> wait;
    try {
        wait = read_duration(r, "wait");
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    const std::optional<core::uuid> id = core::uuid::parse(r.parameter("message").value_or(""));
    if (!id) {
        co_return error_response(400, "message: must be the id that POST /v1/restart answered with");
    }
    const std::shared_ptr<restart_request> known = to_.daemon.requests().find(*id);
    if (known == nullptr) {
        co_return error_response(404, "message " + id->to_string() +
                                          " was not asked for in this life of the daemon, or is long over: "
                                          "\"mayhem history\" has it");
    }
    const auto is_over = +[](const restart_request& asked) { return asked.is_over(); };
    co_await wait_until(known, is_over, wait.value_or(std::chrono::nanoseconds{}));
    co_return ok(to_json(*known));
}

}  // namespace mayhem::app
