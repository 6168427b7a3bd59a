#include "integration/containers/container_engine.hpp"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include <unistd.h>

#include "http/send.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/sleep.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {

using namespace std::chrono_literals;

namespace {

std::string from_bed(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr) {
        throw std::runtime_error(std::string(name) +
                                 " is not set: run these tests through tests/support/container_bed.sh");
    }
    return value;
}

http::response exchange(http::request r) {
    async::real_clock clock;
    async::loop loop(clock);
    return run_task(loop, http::send(std::move(r)));
}

async::awaitable<void> wait_for_engine(std::string socket) {
    const async::frame here;
    std::string trouble;
    for (int i = 0; i < 3000; ++i) {
        try {
            const http::response r = co_await http::send({.url = "http://engine/_ping", .unix_socket = socket});
            if (r.is_success()) {
                co_return;
            }
        } catch (const http::request_failed& e) {
            trouble = e.what();
        }
        co_await async::sleep_for(30ms);
    }
    throw std::runtime_error("the engine does not answer: " + trouble);
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

container_engine::container_engine() : socket_(from_bed("MAYHEM_TEST_ENGINE_SOCKET")) {
    async::real_clock clock;
    async::loop loop(clock);
    run_task(loop, wait_for_engine(socket_));
    const http::response image =
        exchange({.url = "http://engine/images/mayhem-test:1/json", .unix_socket = socket_, .timeout = 60s});
    if (image.is_success()) {
        return;
    }
    const std::string made = ask("POST", "/images/create?fromSrc=-&repo=mayhem-test&tag=1",
                                 read_file(from_bed("MAYHEM_TEST_ROOTFS")), "application/x-tar");
    const std::size_t id = made.find("sha256:");
    ask("POST", "/images/" + made.substr(id, made.find('"', id) - id) + "/tag?repo=mayhem-test&tag=1");
}

bool container_engine::is_podman() const { return from_bed("MAYHEM_TEST_ENGINE") == "podman"; }

std::string container_engine::ask(const std::string& method, const std::string& path, const std::string& body,
                                  const std::string& type) const {
    http::response r = exchange({.method = method,
                                 .url = "http://engine" + path,
                                 .unix_socket = socket_,
                                 .headers = {"Content-Type: " + type},
                                 .body = body,
                                 .timeout = 60s});
    if (!r.is_success() && r.status != 304) {
        throw std::runtime_error(method + ' ' + path + ": " + std::to_string(r.status) + ' ' + r.body);
    }
    return std::move(r.body);
}

void container_engine::create(const std::string& name, const std::string& script, const nlohmann::json& extra) const {
    nlohmann::json what{{"Image", "mayhem-test:1"},
                        {"Cmd", {"/bin/sh", "-c", script}},
                        {"HostConfig", {{"NetworkMode", "none"}, {"CgroupParent", from_bed("MAYHEM_TEST_CGROUP")}}}};
    what.merge_patch(extra);
    ask("POST", "/containers/create?name=" + name, what.dump());
    post("/containers/" + name + "/start");
}

void container_engine::post(const std::string& path) const { ask("POST", path); }

void container_engine::check_health(const std::string& name) const {
    if (is_podman()) {
        (void)exchange({.url = "http://engine/v4.0.0/libpod/containers/" + name + "/healthcheck",
                        .unix_socket = socket_,
                        .timeout = 60s});  // not running yet is no error here
    }
}

container container_engine::inspect(const std::string& name) const {
    return parse_container(ask("GET", "/containers/" + name + "/json"));
}

void container_engine::remove(const std::string& name) const {
    constexpr int tries_max = 150;  // an engine says no while it starts the container again
    for (int tries = 1;; ++tries) {
        const http::response r = exchange({.method = "DELETE",
                                           .url = "http://engine/containers/" + name + "?force=true&v=true",
                                           .unix_socket = socket_,
                                           .timeout = 60s});
        if (r.is_success() || r.status == 404) {
            return;
        }
        if (tries == tries_max) {
            throw std::runtime_error("cannot remove " + name + ": " + r.body);
        }
        std::this_thread::sleep_for(200ms);
    }
}

std::string unique_container_name() {
    static std::atomic<int> count = 0;
    return "mayhem-test-" + std::to_string(::getpid()) + '-' + std::to_string(++count);
}

nlohmann::json opted_in(const std::string& restart_policy) {
    return {{"Labels", {{"mayhem.enabled", "true"}}},
            {"StopSignal", "SIGKILL"},
            {"HostConfig", {{"RestartPolicy", {{"Name", restart_policy}}}}}};
}

test_container::test_container(const nlohmann::json& extra, const std::string& script) {
    engine_.create(name_, script, extra);
}

test_container::~test_container() {
    try {
        engine_.remove(name_);
    } catch (const std::exception& e) {
        ADD_FAILURE() << e.what();
    }
}

}  // namespace mayhem::drivers
