#include "drivers/docker/docker_engine.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "http/send.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::size_t answer_bytes_max = 64UL * 1024 * 1024;  // 10,000 containers with long labels
constexpr int not_found = 404;

bool is_success(int status) noexcept { return (status >= 200 && status < 300) || status == 304; }

/// Since 1970, to the microsecond: "1796016562.000123".
std::string seconds_text(core::wall_time at) {
    constexpr std::int64_t micros = 1'000'000;
    const std::int64_t all =
        std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count(), 0);
    const std::string part = std::to_string(all % micros);
    return std::to_string(all / micros) + '.' + std::string(6 - part.size(), '0') + part;
}

bool is_refusal(int status) noexcept { return status >= 400 && status < 500; }

}  // namespace

docker_engine::docker_engine(std::string socket, std::chrono::nanoseconds timeout)
    : socket_(std::move(socket)), timeout_(timeout) {}

async::awaitable<docker_engine::answer> docker_engine::ask(std::string method, std::string path,
                                                           std::chrono::nanoseconds timeout) const {
    const async::frame here;
    try {
        http::response r = co_await http::send({.method = std::move(method),
                                                .url = "http://engine" + path,
                                                .unix_socket = socket_,
                                                .timeout = timeout,
                                                .response_bytes_max = answer_bytes_max});
        if (const std::string_view server = r.header("Server"); !server.empty()) {
            is_of_podman_ = server.starts_with("Libpod");
        }
        co_return answer{r.status, std::move(r.body)};
    } catch (const http::request_failed& e) {
        throw engine_error(e.what(), e.never_arrived() ? engine_error::effect::none : engine_error::effect::unknown);
    }
}

async::awaitable<std::vector<container_summary>> docker_engine::list() const {
    const async::frame here;
    const answer a = co_await ask("GET", "/containers/json", timeout_);
    if (!is_success(a.status)) {
        throw engine_error("cannot list the containers: " + socket_ + " answers with status " +
                           std::to_string(a.status) + ": " + parse_engine_message(a.body));
    }
    try {
        co_return parse_container_list(a.body);
    } catch (const std::runtime_error& e) {
        throw engine_error("cannot list the containers of " + socket_ + ": " + e.what());
    }
}

async::awaitable<std::optional<container>> docker_engine::inspect(std::string id) const {
    const async::frame here;
    const answer a = co_await ask("GET", "/containers/" + http::encode(id) + "/json", timeout_);
    if (a.status == not_found) {
        co_return std::nullopt;
    }
    if (!is_success(a.status)) {
        throw engine_error("cannot inspect container " + id + ": " + socket_ + " answers with status " +
                           std::to_string(a.status) + ": " + parse_engine_message(a.body));
    }
    try {
        co_return parse_container(a.body);
    } catch (const std::runtime_error& e) {
        throw engine_error("cannot inspect container " + id + " of " + socket_ + ": " + e.what());
    }
}

async::awaitable<std::vector<engine_event>> docker_engine::events(std::string id, core::wall_time since) const {
    const async::frame here;
    // Both would go on telling for ever. Docker ends at a time that has come, at which Podman tells nothing at all.
    if (!is_of_podman_) {
        (void)co_await ask("GET", "/_ping", timeout_);
    }
    const std::string end = is_of_podman_.value_or(false)
                                ? "&stream=false"
                                : "&until=" + seconds_text(async::this_loop().clock().wall_now());
    const std::string filter = http::encode(R"({"container":[")" + id + "\"]}");
    const answer a = co_await ask("GET", "/events?since=" + seconds_text(since) + end + "&filters=" + filter, timeout_);
    if (!is_success(a.status)) {
        co_return std::vector<engine_event>{};  // one that keeps none, such as Podman with events_logger = "none"
    }
    try {
        co_return parse_events(a.body);
    } catch (const std::runtime_error& e) {
        throw engine_error("cannot ask what happened to container " + id + " of " + socket_ + ": " + e.what());
    }
}

async::awaitable<bool> docker_engine::act(std::string verb, std::string id, std::string query,
                                          std::chrono::nanoseconds timeout) const {
    const async::frame here;
    const answer a = co_await ask("POST", "/containers/" + http::encode(id) + '/' + verb + query, timeout);
    if (a.status == not_found) {
        co_return false;
    }
    if (!is_success(a.status)) {
        throw engine_error("cannot " + verb + " container " + id + ": " + socket_ + " answers with status " +
                               std::to_string(a.status) + ": " + parse_engine_message(a.body),
                           is_refusal(a.status) ? engine_error::effect::none : engine_error::effect::failed);
    }
    co_return true;
}

async::awaitable<bool> docker_engine::restart(std::string id, std::chrono::seconds stop_timeout) const {
    return act("restart", std::move(id), "?t=" + std::to_string(stop_timeout.count()), timeout_ + stop_timeout);
}

async::awaitable<bool> docker_engine::kill(std::string id, int signal) const {
    return act("kill", std::move(id), "?signal=" + std::to_string(signal), timeout_);
}

async::awaitable<bool> docker_engine::pause(std::string id) const { return act("pause", std::move(id), "", timeout_); }

async::awaitable<bool> docker_engine::unpause(std::string id) const {
    return act("unpause", std::move(id), "", timeout_);
}

}  // namespace mayhem::drivers
