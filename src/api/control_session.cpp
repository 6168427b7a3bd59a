#include <list>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/control_parts.hpp"
#include "api/control_routes.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::app {

namespace {

using control::error_response;
using control::request;
using control::response;
using nlohmann::json;

constexpr std::size_t mark_max = 200;

/// The group in a body such as {"group": "web"}; throws `std::invalid_argument`.
std::string read_group(const std::string& body) {
    const json given = core::parse_json<json>(body);
    const bool has_group = given.is_object() && given.contains("group") && given["group"].is_string();
    if (!has_group) {
        throw std::invalid_argument(R"(the body must be JSON such as {"group": "web"})");
    }
    return given["group"].get<std::string>();
}

/// What a body such as {"text": "deployed 1.4.2"} tells; throws `std::invalid_argument`.
stores::outside_mark read_mark(const std::string& body, core::wall_time now) {
    const json given = core::parse_json<json>(body);
    const bool has_text = given.is_object() && given.contains("text") && given["text"].is_string();
    stores::outside_mark m{.at = now, .who = {}, .text = has_text ? given["text"].get<std::string>() : std::string()};
    if (m.text.empty() || m.text.size() > mark_max) {
        throw std::invalid_argument(
            R"(the body must be JSON such as {"text": "deployed 1.4.2"}, with at most 200 bytes of text)");
    }
    if (given.contains("at")) {
        const bool is_text = given["at"].is_string();
        const auto at = is_text ? core::parse_moment(given["at"].get<std::string>()) : std::nullopt;
        if (!at) {
            throw std::invalid_argument("at: must be a moment such as 2026-11-23T22:13:37Z");
        }
        m.at = *at;
    }
    return m;
}

}  // namespace

control_routes::answer control_routes::session(request r) {
    const async::frame here;
    const bool may_act = router_->may_act(r);
    const bool is_user = r.from.is_local_user;
    const std::string who = co_await name(r.from);
    co_return ok(json{{"may_act", may_act},
                      {"by", is_user   ? "user"
                             : may_act ? "token"
                                       : "none"},
                      {"token_helps", !is_user && !may_act && router_->takes_token()},
                      {"who", who},
                      {"listen", tcp_address_.empty() ? json() : json(tcp_address_)}});
}

control_routes::answer control_routes::close_breaker(request r) {
    const async::frame here;
    std::string group;
    try {
        group = read_group(r.body);
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    bool is_closed = false;
    std::string trouble;
    try {
        is_closed = co_await to_.daemon.limits().close_breaker(group);
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        co_return error_response(500, "could not close the breaker of " + group + ": " + trouble);
    }
    if (!is_closed) {
        co_return error_response(409, "the breaker of " + group + " is not open");
    }
    if (const std::shared_ptr<flow> current = to_.daemon.current_flow()) {
        for (pipeline::group& g : current->groups()) {
            if (g.settings.name == group) {
                (void)g.state.note_breaker(std::nullopt);
            }
        }
    }
    const std::string who = co_await name(r.from);
    to_.log.info("The breaker of {} is closed by {}", group, who);
    co_return ok(json{{"group", group}, {"breaker", nullptr}});
}

control_routes::answer control_routes::mark(request r) {
    const async::frame here;
    stores::outside_mark m;
    try {
        m = read_mark(r.body, to_.loop.clock().wall_now());
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    m.who = co_await name(r.from);
    json kept{{"at", core::utc_text(m.at)}, {"who", m.who}, {"text", m.text}};
    std::string trouble;
    try {
        co_await page_.add_mark(std::move(m));
    } catch (const std::system_error& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        co_return error_response(500, trouble);
    }
    co_return ok(kept);
}

}  // namespace mayhem::app
