#include "api/control_routes.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "api/control_parts.hpp"
#include "api/history_json.hpp"
#include "api/profile_route.hpp"
#include "api/read_filter.hpp"
#include "api/report_json.hpp"
#include "api/status_json.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/tasks.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::app {

namespace {

using control::error_response;
using control::request;
using control::response;
using nlohmann::json;

constexpr std::size_t why_max = 1000;
constexpr std::size_t history_default = 50;
constexpr std::chrono::seconds answer_margin{10};
constexpr std::chrono::milliseconds name_max{500};
constexpr std::size_t events_kept_free = control::event_stream::subscribers_max / 2;

response plain(int status, std::string text) {
    response r;
    r.status = status;
    r.content_type = "text/plain; charset=utf-8";
    r.body = std::move(text);
    return r;
}

/// The reason in a body such as {"why": "maintenance"}; throws `std::invalid_argument`.
std::string read_why(const std::string& body) {
    if (body.find_first_not_of(" \t\r\n") == std::string::npos) {
        return {};
    }
    const json given = core::parse_json<json>(body);
    const bool is_object = given.is_object();
    if (!is_object || (given.contains("why") && !given["why"].is_string())) {
        throw std::invalid_argument(R"(the body must be JSON such as {"why": "maintenance"}, or empty)");
    }
    std::string why = given.value("why", std::string());
    if (why.size() > why_max) {
        throw std::invalid_argument("why: at most " + std::to_string(why_max) + " bytes");
    }
    return why;
}

}  // namespace

void control_routes::add_to(control::router& r) {
    router_ = &r;
    page_.add_to(r);
    const auto add = [this, &r](const char* method, const char* path, const char* summary, handler h) {
        r.add({.method = method, .path = path, .summary = summary, .answer = [this, h](request asked) {
                   return (this->*h)(std::move(asked));
               }});
    };
    add("GET", "/v1/status", "The daemon at a glance", &control_routes::status);
    add("GET", "/v1/tasks", "Every live task with its stack", &control_routes::tasks);
    add("GET", "/v1/targets", "What each group selects now", &control_routes::targets);
    add("GET", "/v1/eligible", "Who could be hit now", &control_routes::eligible);
    add("GET", "/v1/plan", "What will happen", &control_routes::plan);
    add("GET", "/v1/session", "What whoever asks may do", &control_routes::session);
    add("GET", "/v1/history", "What was done, attempt by attempt", &control_routes::history);
    add("GET", "/v1/report", "The record, summed up", &control_routes::report);
    add("GET", "/v1/events", "What happens, as it happens", &control_routes::events);
    add("POST", "/v1/halt", "Nothing is restarted any more", &control_routes::halt);
    add("POST", "/v1/resume", "Takes a halt back", &control_routes::resume);
    add("POST", "/v1/restart", "Restarts one target, if the guards allow it", &control_routes::restart);
    add("POST", "/v1/fault", "Does something to one target, if its group and the guards allow it",
        &control_routes::fault);
    add("GET", "/v1/restart", "What became of a restart that was asked for", &control_routes::restart_state);
    add("POST", "/v1/breaker/close", "Closes the breaker of a group", &control_routes::close_breaker);
    add("POST", "/v1/marks", "Something that happened outside", &control_routes::mark);
    add("POST", "/v1/drain", "No new work; finish what runs; end", &control_routes::drain);
    r.add({.method = "POST",
           .path = "/v1/profile",
           .summary = "A CPU profile of the next seconds",
           .answer = [this](request asked) { return take_profile(std::move(asked), to_.pool); },
           .time_max = profile_max + answer_margin});
    add("GET", "/metrics", "The metrics, for Prometheus", &control_routes::metrics);
    add("GET", "/healthz", "Whether the loop turns", &control_routes::healthz);
    add("GET", "/readyz", "Whether the daemon runs", &control_routes::readyz);
}

async::awaitable<std::string> control_routes::name(control::peer p) {
    const async::frame here;
    struct introduction {
        std::string text;
        async::event is_known;
    };
    const auto asked = std::make_shared<introduction>();
    asked->text = control::describe_without_name(p);
    const bool may_be_known =
        p.is_local_user && names_.start([p, asked, describe = to_.describe]() -> hanging_calls::step {
            return [asked, text = describe(p)] {
                asked->text = text;
                asked->is_known.set();
            };
        });
    if (may_be_known) {
        const bool in_time = (co_await async::with_timeout(asked->is_known.wait(), name_max)).has_value();
        (void)in_time;  // the number says enough
    }
    co_return asked->text;
}

control_routes::answer control_routes::look_up(question q) {
    const async::frame here;
    const async::semaphore::permit until_answered = questions_allowed_.try_acquire();
    if (!until_answered) {
        co_return error_response(503, "too many ask for the record or the plan just now: try again");
    }
    response found;
    found.body = co_await async::run_blocking(questions_, std::move(q));
    co_return found;
}

control_routes::answer control_routes::status(request /*r*/) {
    const async::frame here;
    co_return ok(status_json(to_.daemon, to_.halt.get(), to_.loop));
}

control_routes::answer control_routes::tasks(request /*r*/) {
    const async::frame here;
    co_return ok(tasks_json(async::tasks(to_.loop)));
}

control_routes::answer control_routes::history(request r) {
    const async::frame here;
    stores::history_filter filter;
    try {
        filter = read_filter(r, to_.loop.clock().wall_now(), history_default);
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    response found = co_await look_up([filter, path = to_.daemon.facts().store](const std::stop_token& stop) {
        return to_json(read_history(path, filter, stop));
    });
    co_return found;
}

control_routes::answer control_routes::report(request r) {
    const async::frame here;
    stores::history_filter filter;
    try {
        filter = read_filter(r, to_.loop.clock().wall_now(), stores::history_filter::limit_max);
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    filter.with_past = true;
    response found = co_await look_up([filter, path = to_.daemon.facts().store](const std::stop_token& stop) {
        return to_json(summarise(read_history(path, filter, stop)));
    });
    co_return found;
}

control_routes::answer control_routes::halt(request r) {
    const async::frame here;
    std::string why;
    try {
        why = read_why(r.body);
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    halt_command::asker by{.who = control::describe_without_name(r.from),
                           .name = [this, p = r.from] { return name(p); }};
    std::string trouble;
    try {
        co_await to_.halt.halt(std::move(by), std::move(why));
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        co_return error_response(500, "halted, but only until the daemon ends: " + trouble +
                                          "; it goes on record as soon as that is possible");
    }
    co_return ok(halt_json(to_.halt.get()));
}

control_routes::answer control_routes::resume(request r) {
    const async::frame here;
    const std::string who = co_await name(r.from);
    std::string trouble;
    try {
        co_await to_.halt.resume(who);
    } catch (const core::store_late& e) {
        trouble = std::string(e.what()) + ", and if the daemon ends before it does, the next start may not be halted";
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        const char* const state =
            to_.halt.get().is_halted() ? "still halted" : "not halted, but a halt may be on record";
        co_return error_response(500, "could not resume, " + std::string(state) + ": " + trouble + "; try again");
    }
    response made = ok(halt_json(to_.halt.get()));
    made.status = to_.halt.get().is_halted() ? 409 : 200;
    co_return made;
}

control_routes::answer control_routes::drain(request r) {
    const async::frame here;
    const std::string who = co_await name(r.from);
    if (!to_.daemon.drain(who)) {
        co_return error_response(409, "the daemon is not running: it is " + to_.daemon.facts().phase);
    }
    response made = ok(json{{"phase", to_.daemon.facts().phase}});
    made.status = 202;
    co_return made;
}

control_routes::answer control_routes::events(request r) {
    const async::frame here;
    response made;
    made.content_type = "text/event-stream";
    // What everybody on the host may take leaves some to those who may use the Unix socket.
    made.stream = to_.events.subscribe(r.from.is_local_user ? 0 : events_kept_free);
    if (made.stream == nullptr) {
        co_return error_response(503, "too many listen to the events already: 16 at most, 8 of them over TCP");
    }
    (void)made.stream->append(": what happens from now on\n\n");
    co_return made;
}

control_routes::answer control_routes::metrics(request /*r*/) {
    const async::frame here;
    response made = plain(200, to_.metrics());
    made.content_type = "text/plain; version=0.0.4; charset=utf-8";
    co_return made;
}

control_routes::answer control_routes::healthz(request /*r*/) {
    const async::frame here;
    co_return plain(200, "ok\n");
}

control_routes::answer control_routes::readyz(request /*r*/) {
    const async::frame here;
    const daemon_facts facts = to_.daemon.facts();
    const bool is_ready = facts.phase == "running" && facts.waits_for.empty();
    co_return plain(is_ready ? 200 : 503,
                    facts.phase + (facts.waits_for.empty() ? "" : ", waits for " + facts.waits_for) + "\n");
}

}  // namespace mayhem::app
