#include "api/page/page_routes.hpp"

#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/control_parts.hpp"
#include "api/page/page_files.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::app {

namespace {

using control::error_response;
using control::request;
using control::response;

constexpr std::size_t rows_max = 100;
constexpr std::size_t targets_max = 50;
constexpr std::size_t find_max = 200;
constexpr std::size_t places_for_the_socket = 8;
constexpr std::chrono::days since_default{90};
constexpr std::chrono::days since_max{366};

/// What everybody on the host may take leaves some to those who may use the Unix socket.
std::size_t places_kept_free(const request& r) noexcept { return r.from.is_local_user ? 0 : places_for_the_socket; }

response busy() { return error_response(503, "too many look at the page just now: try again"); }

/// Nothing but what comes from here, and nothing inline.
constexpr const char* content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

constexpr const char* no_features =
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "midi=(), payment=(), usb=()";

response file_response(const page_file& f) {
    response r;
    r.body = std::string(f.text);
    r.content_type = std::string(f.content_type);
    r.headers = {{"Content-Security-Policy", content_policy},
                 {"Referrer-Policy", "no-referrer"},
                 {"Cross-Origin-Opener-Policy", "same-origin"},
                 {"Permissions-Policy", no_features}};
    return r;
}

async::awaitable<response> serve(const page_file* f) {
    const async::frame here;
    co_return file_response(*f);
}

glance_question read_glance(const request& r) {
    glance_question q;
    q.find = r.parameter("find").value_or("");
    if (q.find.size() > find_max) {
        throw std::invalid_argument("find: at most 200 bytes");
    }
    q.rows = read_number(r, "rows", q.rows, rows_max);
    q.targets = read_number(r, "targets", q.targets, targets_max);
    return q;
}

std::string required(const request& r, const char* name) {
    const std::optional<std::string> value = r.parameter(name);
    if (!value || value->empty()) {
        throw std::invalid_argument(std::string(name) + ": is missing");
    }
    return *value;
}

std::chrono::days read_since(const request& r) {
    const auto since = read_duration(r, "since");
    const std::chrono::days days = since ? std::chrono::ceil<std::chrono::days>(*since) : since_default;
    if (days.count() < 1 || days > since_max) {
        throw std::invalid_argument("since: 1d to 366d");
    }
    return days;
}

}  // namespace

page_routes::page_routes(async::loop& l, controlled& daemon, halt_desk& halt, control::event_stream& events)
    : loop_(l), daemon_(daemon), halt_(halt), events_(events) {}

void page_routes::add_to(control::router& r) {
    const auto add = [this, &r](const char* path, const char* summary, handler h) {
        r.add({.method = "GET", .path = path, .summary = summary, .answer = [this, h](request asked) {
                   return (this->*h)(std::move(asked));
               }});
    };
    add("/v1/glance", "What the page shows first", &page_routes::glance);
    add("/v1/outlook", "What is under way, next and last, of every group", &page_routes::outlook);
    add("/v1/group", "One group as the page shows it", &page_routes::group);
    add("/v1/target", "One target as the page shows it", &page_routes::target);
    for (const page_file& f : page_files()) {
        r.add({.method = "GET",
               .path = std::string(f.path),
               .summary = std::string(f.summary),
               .answer = [&f](const request& /*asked*/) { return serve(&f); }});
    }
}

async::semaphore::permit page_routes::take_place(const request& r) {
    return places_.available() > places_kept_free(r) ? places_.try_acquire() : async::semaphore::permit{};
}

page_facts page_routes::facts() {
    const std::shared_ptr<flow> current = daemon_.current_flow();
    const bool is_same = !config_of_.owner_before(current) && !current.owner_before(config_of_);
    if (config_ == nullptr || !is_same) {
        config_ = std::make_shared<const config>(daemon_.current_config());
        config_of_ = current;
    }
    return gather_facts(daemon_, halt_.get(), config_, loop_.clock().wall_now(), events_.last_id());
}

async::awaitable<void> page_routes::add_mark(stores::outside_mark m) {
    const async::frame here;
    const nlohmann::json told{{"at", core::utc_text(m.at)}, {"who", m.who}, {"text", m.text}};
    co_await async::run_blocking(thread_, [folder = daemon_.facts().store.parent_path(), m = std::move(m)] {
        stores::mark_file(folder).add(m);
    });
    events_.publish("marked", core::json_line(told));
}

async::awaitable<std::string> page_routes::draw(picture p) {
    const async::frame here;
    page_facts of = facts();
    std::string drawn = co_await async::run_blocking(
        thread_,
        [this, of = std::move(of), p = std::move(p)](const std::stop_token& stop) { return p(view_, of, stop); });
    co_return drawn;
}

page_routes::glance_key page_routes::key_of(const glance_question& q) {
    return {.of = daemon_.current_flow(),
            .is_halted = halt_.get().is_halted(),
            .phase = daemon_.facts().phase,
            .asked = {q.find, q.rows, q.targets}};
}

page_routes::answer page_routes::shared(shared_look<glance_key, std::string>& looks, glance_key key, picture drawn,
                                        std::size_t kept_free) {
    const async::frame here;
    const std::shared_ptr<const std::string> shown =
        co_await looks.get(std::move(key), [this, drawn = std::move(drawn)] { return draw(drawn); }, kept_free);
    if (shown == nullptr) {
        co_return busy();
    }
    response made;
    made.body = *shown;
    co_return made;
}

page_routes::answer page_routes::glance(request r) {
    const async::frame here;
    glance_question q;
    try {
        q = read_glance(r);
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    const picture drawn = [q](page_view& v, const page_facts& f, const std::stop_token& stop) {
        return v.glance(f, q, stop);
    };
    response made = co_await shared(glances_, key_of(q), drawn, places_kept_free(r));
    co_return made;
}

page_routes::answer page_routes::outlook(request r) {
    const async::frame here;
    const picture drawn = [](page_view& v, const page_facts& f, const std::stop_token& stop) {
        return v.outlook(f, stop);
    };
    response made = co_await shared(outlooks_, key_of({}), drawn, places_kept_free(r));
    co_return made;
}

page_routes::answer page_routes::group(request r) {
    const async::frame here;
    std::string name;
    std::size_t from = 0;
    try {
        name = required(r, "group");
        from = read_number(r, "from", 0, stores::recovery_book::targets_max);
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    const async::semaphore::permit place = take_place(r);
    if (!place) {
        co_return busy();
    }
    response made;
    made.body = co_await draw([name, from](page_view& v, const page_facts& f, const std::stop_token& stop) {
        return v.group(f, name, from, stop).value_or("");
    });
    if (made.body.empty()) {
        co_return error_response(404, "there is no group " + name);
    }
    co_return made;
}

page_routes::answer page_routes::target(request r) {
    const async::frame here;
    std::string group;
    std::string target;
    std::chrono::days since{};
    try {
        group = required(r, "group");
        target = required(r, "target");
        since = read_since(r);
    } catch (const std::invalid_argument& e) {
        co_return error_response(400, e.what());
    }
    const async::semaphore::permit place = take_place(r);
    if (!place) {
        co_return busy();
    }
    response made;
    made.body = co_await draw([group, target, since](page_view& v, const page_facts& f, const std::stop_token& stop) {
        return v.target(f, group, target, since, stop).value_or("");
    });
    if (made.body.empty()) {
        co_return error_response(404, "there is no group " + group + ", and nothing on record of it");
    }
    co_return made;
}

}  // namespace mayhem::app
