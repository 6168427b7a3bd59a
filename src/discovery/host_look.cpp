#include "discovery/host_look.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include <unistd.h>

#include "config/config_schedule.hpp"
#include "discovery/found_workers.hpp"
#include "discovery/listening_sockets.hpp"
#include "discovery/probe_choice.hpp"
#include "drivers/docker/container_graph.hpp"
#include "drivers/docker/docker_action.hpp"
#include "drivers/docker/docker_engine.hpp"
#include "drivers/proc/process_table.hpp"
#include "drivers/process/process_ancestry.hpp"
#include "drivers/process/why_spared.hpp"
#include "drivers/systemd/systemd_manager.hpp"
#include "drivers/systemd/systemd_properties.hpp"
#include "drivers/systemd/unit_look.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_range.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/task_handle.hpp"
#include "probes/http_probe.hpp"

namespace mayhem::app {

namespace {

constexpr std::chrono::seconds look_limit{10};
constexpr std::chrono::seconds url_limit{2};
constexpr std::size_t urls_at_once = 16;
constexpr std::size_t containers_at_once = 16;
constexpr const char* dockers_socket = "/var/run/docker.sock";
constexpr const char* mayhems_unit = "mayhem.service";

using listeners = std::map<std::string, std::vector<listener>>;

std::vector<std::string> timers_of(const drivers::systemd_unit& u) {
    std::vector<std::string> timers;
    std::ranges::copy_if(u.triggered_by, std::back_inserter(timers),
                         [](const std::string& by) { return by.ends_with(".timer"); });
    return timers;
}

/// As the driver decides for a unit that is named.
std::string why_not(const drivers::systemd_unit& u) {
    if (const auto why = drivers::why_unit_protected(u.names, mayhems_unit, false)) {
        return "it is protected: " + std::string(*why);
    }
    if (u.is_oneshot) {
        return "it is Type=oneshot, which does its work once";
    }
    if (u.sub_state == "exited") {
        return "it is active (exited): nothing of it runs";
    }
    return drivers::why_not_back(u, drivers::systemd_action::restart, 0).value_or("");
}

service_facts to_facts(const drivers::systemd_unit& u, const drivers::unit_graph& graph, const listeners& who) {
    service_facts s{.unit = u.id, .why_not = why_not(u), .restart = u.restart, .file = u.fragment_path};
    s.by = timers_of(u);
    s.reach = graph.reach_of(u.id, mayhems_unit, [](const std::string&) { return false; });
    if (const auto found = who.find(u.id); found != who.end()) {
        s.listens = found->second;
    }
    return s;
}

/// Docker's socket starts it for whoever asks: one that does not run is not to be.
bool sleeps(const drivers::systemd_unit& u) {
    return u.id == "docker.service" && u.load_state == "loaded" && u.active_state != "active";
}

async::awaitable<void> look_at_services(const listeners& who, bool& does_docker_sleep, host_facts& to) {
    const async::frame here;
    drivers::systemd_bus bus(drivers::find_bus_address(drivers::systemd_manager::system), look_limit);
    const drivers::bus_message reply = co_await bus.call(bus.make_manager_call("ListUnits"));
    std::vector<std::string> names;
    for (const drivers::listed_service& s : drivers::read_services(reply.get())) {
        names.push_back(s.id);
    }
    std::vector<std::string> running;
    const std::vector<std::optional<drivers::systemd_unit>> units = co_await drivers::look_at_units(bus, names);
    for (const std::optional<drivers::systemd_unit>& u : units) {
        if (u && u->active_state == "active") {
            running.push_back(u->id);
        }
    }
    const drivers::unit_graph graph = co_await drivers::look_around_units(bus, std::move(running));
    for (const std::optional<drivers::systemd_unit>& u : units) {
        if (u && u->load_state == "loaded" && (u->active_state == "active" || !timers_of(*u).empty())) {
            to.services.push_back(to_facts(*u, graph, who));
        }
        does_docker_sleep = does_docker_sleep || (u && sleeps(*u));
        if (u && u->id == mayhems_unit && u->load_state == "loaded") {
            to.user = u->user == "root" || u->user == "0" ? "" : u->user;
        }
    }
}

std::string label_of(const drivers::container& c, const std::string& name) {
    const auto found = c.labels.find(name);
    return found == c.labels.end() ? "" : found->second;
}

async::awaitable<void> look_at_containers(std::string socket, host_facts& to) {
    const async::frame here;
    const drivers::docker_engine engine(socket, look_limit);
    const std::vector<drivers::container_summary> listed = co_await engine.list();
    std::vector<async::awaitable<std::optional<drivers::container>>> looks;
    looks.reserve(listed.size());
    for (const drivers::container_summary& each : listed) {
        looks.push_back(engine.inspect(each.id));
    }
    auto found = co_await async::gather_settled(std::move(looks), containers_at_once);
    std::vector<drivers::container> running;
    for (auto& each : found) {
        if (std::optional<drivers::container> c = std::move(each).get()) {
            running.push_back(std::move(*c));
        }
    }
    const auto nobody = [](const drivers::container&) { return false; };
    for (const drivers::container& c : running) {
        to.containers.push_back(
            {.name = c.name,
             .why_not = !c.is_ready()
                            ? "it does not run, or is not healthy, just now"
                            : drivers::why_unfit(c, drivers::docker_action::restart, SIGKILL, false).value_or(""),
             .policy = c.restart_policy,
             .has_check = c.health.has_value(),
             .project = label_of(c, "com.docker.compose.project"),
             .service = label_of(c, "com.docker.compose.service"),
             .reach = drivers::reach_of_container(c.id, running, nobody, nobody)});
    }
}

async::awaitable<bool> answers(std::string url) {
    const async::frame here;
    probes::http_probe probe({.url = std::move(url)}, url_limit);
    const ports::probe_result result = co_await probe.ask({});
    co_return result.passes;
}

async::awaitable<void> find_url(listener& of) {
    const async::frame here;
    for (const std::string& url : urls_to_try(of)) {
        const bool is_there = co_await answers(url);
        if (is_there) {
            of.url = url;
            co_return;
        }
    }
}

async::awaitable<void> find_urls(host_facts& of) {
    const async::frame here;
    std::vector<async::awaitable<void>> looks;
    for (service_facts& s : of.services) {
        if (!s.why_not.empty()) {
            continue;
        }
        for (listener& l : s.listens) {
            looks.push_back(find_url(l));
        }
    }
    (void)co_await async::gather_settled(std::move(looks), urls_at_once);  // one without an answer has no URL
}

/// Runs one look; what goes wrong in it becomes a sentence.
void run(async::awaitable<void> look, const std::string& what, host_facts& to) {
    async::real_clock clock;
    async::loop loop(clock);
    try {
        async::run(loop, "look", std::move(look));
    } catch (const std::exception& e) {
        to.unlooked.push_back(what + ": " + e.what());
    }
}

/// Of all that may be hit. Blocks.
std::vector<worker_facts> look_at_processes() {
    const drivers::process_table table;
    const pid_t self = table.self();
    const drivers::own_place own{.self = table.read(self).value_or(drivers::process_info{}),
                                 .ancestors = table.ancestors(self)};
    drivers::process_ancestry ancestry(table, "/proc", SIGTERM);
    std::vector<drivers::process_origin> origins;
    for (const drivers::process_info& p : table.scan([](const auto& each) { return !each.is_kernel_thread; })) {
        if (!drivers::why_spared(p, own, {})) {
            origins.push_back(ancestry.origin_of(p));
        }
    }
    return find_workers(origins);
}

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "this host";
}

}  // namespace

host_facts look_at_host(const std::string& engine) {
    host_facts host;
    host.host = host_name();
    host.zone = system_zone().name();
    host.engine = engine;
    if (::geteuid() != 0) {
        host.unlooked.emplace_back("who listens, of other users' processes: only root sees that");
    }
    const listeners who = find_listeners("/proc");
    bool does_docker_sleep = false;
    run(look_at_services(who, does_docker_sleep, host), "services of systemd", host);
    std::error_code unknown;
    const bool is_asleep = does_docker_sleep && engine == dockers_socket;
    if (!is_asleep && std::filesystem::is_socket(engine, unknown)) {
        run(look_at_containers(engine, host), "containers", host);
    }
    run(find_urls(host), "URLs", host);
    try {
        host.workers = look_at_processes();
    } catch (const std::exception& e) {
        host.unlooked.push_back(std::string("processes: ") + e.what());
    }
    return host;
}

}  // namespace mayhem::app
