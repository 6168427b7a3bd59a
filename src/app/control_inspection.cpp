#include <stdexcept>

#include "app/control_parts.hpp"
#include "app/control_routes.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/date_range.hpp"

namespace mayhem::app {

namespace {

using control::error_response;
using control::request;
using control::response;

constexpr std::chrono::seconds inspection_max{8};  // with some room, what `http_server::answer_max` allows
constexpr std::chrono::hours plan_length_max{24 * 366};
constexpr std::size_t plan_limit_max = 10'000;

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
    q.limit = read_number(r, "limit", q.limit, plan_limit_max);
    return q;
}

}  // namespace

control_routes::answer control_routes::eligible(request r) {
    const async::frame here;
    const std::shared_ptr<flow> current = to_.daemon.current_flow();
    if (current == nullptr) {
        co_return error_response(503, "the daemon is still starting: try again");
    }
    const core::guard_facts known{.halted = to_.halt.get().is_halted(), .dry_run = to_.daemon.facts().dry_run};
    const std::vector<group_view> views =
        co_await view_groups(current->groups(), to_.daemon.store(), known, r.parameter("target"), inspection_max);
    response answered;
    answered.body = to_.texts.eligible(views);
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
    response answered = co_await look_up([this, c, q, origin, seed = to_.daemon.facts().seed,
                                          now = to_.loop.clock().wall_now()](const std::stop_token& /*stop*/) {
        return to_.texts.plan(print_plan(c, seed, origin, q, now));
    });
    co_return answered;
}

}  // namespace mayhem::app
