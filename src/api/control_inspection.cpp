#include <algorithm>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/control_parts.hpp"
#include "api/control_routes.hpp"
#include "api/guard_json.hpp"
#include "api/plan_json.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/plan/date_range.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "pipeline/model/list_targets.hpp"

namespace mayhem::app {

namespace {

using control::error_response;
using control::request;
using control::response;
using nlohmann::json;

/// Of all groups together; with some room, what `http_server::answer_max` allows.
constexpr std::chrono::seconds inspection_max{8};
constexpr std::chrono::hours plan_length_max{24 * 366};
constexpr std::size_t plan_limit_max = 10'000;
constexpr std::size_t places_for_local_users = 4;

plan_question read_question(const request& r) {
    plan_question q;
    q.length = read_duration(r, "for").value_or(q.length);
    if (q.length > plan_length_max) {
        throw std::invalid_argument("for: at most 366d");
    }
    if (const auto from = r.parameter("from")) {
        const auto date = core::parse_date(*from);
        if (!date) {
            throw std::invalid_argument("from: " + date.error());
        }
        q.from = *date;
    }
    q.group = r.parameter("group");
    q.with_windows = r.parameter("windows").has_value();
    q.limit = read_number(r, "limit", q.limit, plan_limit_max);
    return q;
}

response too_many() { return error_response(503, "too many look at the targets just now: try again"); }

/// What everybody on the host may take leaves some to those who may use the Unix socket.
std::size_t places_kept_free(const request& r) noexcept { return r.from.is_local_user ? 0 : places_for_local_users; }

std::uint64_t acts_of(const telemetry::metrics& m) noexcept {
    return m.restarted + m.recovered + m.not_recovered + m.unstable + m.not_tolerated + m.aborted + m.no_effect +
           m.fault_stuck + m.taken_over + m.not_ended;
}

async::awaitable<std::string> targets_json(std::shared_ptr<flow> current) {
    const async::frame here;
    json groups = json::array();
    const std::chrono::nanoseconds share =
        std::chrono::nanoseconds(inspection_max) / std::max<std::size_t>(current->groups().size(), 1);
    for (pipeline::group& g : current->groups()) {
        json one{{"group", g.settings.name}, {"driver", g.driver.kind()}, {"targets", json::array()}};
        try {
            const std::vector<core::target> found = co_await pipeline::list_targets(g.driver, share);
            pipeline::note_members(g, g.driver, found);
            for (const core::target& t : found) {
                one["targets"].push_back({{"id", t.id}, {"name", t.name}, {"incarnation", t.incarnation}});
            }
        } catch (const core::targets_unlisted& e) {
            one["error"] = e.what();
        }
        groups.push_back(std::move(one));
    }
    co_return core::json_text(json{{"groups", std::move(groups)}});
}

}  // namespace

control_routes::answer control_routes::targets(request r) {
    const async::frame here;
    const std::shared_ptr<flow> current = to_.daemon.current_flow();
    if (current == nullptr) {
        co_return error_response(503, "the daemon is still starting: try again");
    }
    const auto look = [current] { return targets_json(current); };
    const look_key key{.of = current, .acts = acts_of(to_.daemon.counts())};
    const std::shared_ptr<const std::string> listed = co_await target_looks_.get(key, look, places_kept_free(r));
    if (listed == nullptr) {
        co_return too_many();
    }
    response answered;
    answered.body = *listed;
    co_return answered;
}

control_routes::answer control_routes::eligible(request r) {
    const async::frame here;
    const std::shared_ptr<flow> current = to_.daemon.current_flow();
    if (current == nullptr) {
        co_return error_response(503, "the daemon is still starting: try again");
    }
    const bool dry_run = to_.daemon.current_config().handling.dry_run;
    const auto look = [this, current, dry_run] {
        const pipeline::guard_look as_a_message(to_.halt.get(), to_.daemon.acted(), to_.daemon.limits(), dry_run);
        return view_groups(current->groups(), as_a_message, std::nullopt, inspection_max);
    };
    const look_key key{.of = current,
                       .acts = acts_of(to_.daemon.counts()),
                       .is_halted = to_.halt.get().is_halted(),
                       .dry_run = dry_run};
    const std::shared_ptr<const std::vector<group_view>> views =
        co_await guard_looks_.get(key, look, places_kept_free(r));
    if (views == nullptr) {
        co_return too_many();
    }
    response answered;
    const std::optional<std::string> only = r.parameter("target");
    const std::vector<group_view> meant = only ? only_target(*views, *only) : *views;
    answered.body = only && r.parameter("guards") ? why_json(meant) : eligible_json(meant);
    co_return answered;
}

control_routes::answer control_routes::plan(request r) {
    const async::frame here;
    plan_question q;
    try {
        q = read_question(r);
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    const config& c = to_.daemon.current_config();
    const seed_origin origin = c.seed ? seed_origin::config : seed_origin::record;
    response answered =
        co_await look_up([c, q, origin, seed = to_.daemon.facts().seed, now = to_.loop.clock().wall_now()](
                             const std::stop_token& /*stop*/) { return to_json(print_plan(c, seed, origin, q, now)); });
    co_return answered;
}

}  // namespace mayhem::app
