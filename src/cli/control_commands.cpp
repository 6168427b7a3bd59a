#include "cli/control_commands.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "cli/config_source.hpp"
#include "cli/control_client.hpp"
#include "cli/control_text.hpp"
#include "cli/fleet_commands.hpp"
#include "cli/fleet_events.hpp"
#include "cli/fleet_place.hpp"
#include "cli/fleet_record.hpp"
#include "cli/halt_offline.hpp"
#include "cli/open_text.hpp"
#include "cli/profile_command.hpp"
#include "cli/standard_output.hpp"
#include "cli/status_command.hpp"
#include "cli/status_text.hpp"
#include "cli/terminal.hpp"
#include "config/config_file.hpp"
#include "config/control_path.hpp"
#include "control/listening_socket.hpp"
#include "daemon/exit_status.hpp"
#include "fleet/link_settings.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;

constexpr long ok_max = 299;
constexpr long conflict = 409;

/// Prints the answer; 0, or 1 when the daemon said no.
int show(const control_client::reply& r, bool as_json, std::string (*to_text)(const json&)) {
    if (r.status > ok_max && r.status != conflict) {
        return say_no(r);
    }
    if (as_json) {
        print_json(r.body);
    } else {
        print(to_text(core::parse_json<json>(r.body)));
    }
    (void)show_printed();
    return static_cast<int>(r.status > ok_max ? app::exit_status::findings : app::exit_status::success);
}

std::string fitting_targets(const json& j) { return targets_text(j, output_terminal().columns); }

std::string phase_text(const json& j) {
    return j.contains("error") ? j.at("error").get<std::string>() + "\n"
                               : "The daemon is " + j.at("phase").get<std::string>() + ".\n";
}

std::string mark_text(const json& j) {
    return j.contains("error") ? j.at("error").get<std::string>() + "\n"
                               : "Marked at " + j.at("at").get<std::string>() + "\n";
}

/// Prints the events of a stream as they come, however it is cut into pieces.
class event_printer {
public:
    explicit event_printer(bool as_json) : as_json_(as_json) {}

    bool operator()(std::string_view piece) {
        rest_ += piece;
        for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
            take(rest_.substr(0, end));
            rest_.erase(0, end + 1);
        }
        return show_printed();
    }

private:
    void take(const std::string& line) {
        if (line.starts_with("event: ")) {
            name_ = line.substr(7);
        } else if (line.starts_with("data: ")) {
            json j = core::parse_json<json>(line.substr(6));
            if (!j.is_object()) {
                return;
            }
            if (as_json_) {
                j["event"] = name_;
                print_json(core::json_line(j) + "\n");
            } else {
                print(event_text(name_, j));
            }
        }
    }

    bool as_json_;
    std::string rest_;
    std::string name_;
};

int show_events(const control_client& client, bool as_json) {
    event_printer printer(as_json);
    const control_client::reply r = client.stream("/v1/events", std::ref(printer));
    return r.status > ok_max ? show(r, as_json, &phase_text) : 0;
}

async::awaitable<fleet_answer> show_fleet(fleet_talk& talk, std::size_t hosts_max) {
    const async::frame here;
    co_await check_readable(talk);
    co_return co_await show_fleet_status(talk, hosts_max);
}

std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

int show_page(const control_client& client, bool as_json) {
    const control_client::reply r = client.get("/v1/session");
    if (r.status > ok_max) {
        return say_no(r);
    }
    const json j = core::parse_json<json>(r.body);
    const bool has_address = j.is_object() && j.contains("listen") && j["listen"].is_string();
    const std::string tcp = has_address ? j["listen"].get<std::string>() : std::string();
    const page_viewer here{.user = environment("USER"), .ssh_connection = environment("SSH_CONNECTION")};
    if (as_json) {
        print_json(core::json_text(json{{"address", tcp.empty() ? json() : json("http://" + tcp + "/")},
                                        {"socket", client.socket().string()}}));
    } else {
        print(open_text(tcp, client.socket(), here));
    }
    return 0;
}

int ask(const std::string& name, const control_options& o, const control_client& client) {
    if (name == "status") {
        return o.watch ? watch_status(o, client) : show_status(o, client);
    }
    if (name == "tasks") {
        return show(client.get("/v1/tasks"), o.json, &tasks_text);
    }
    if (name == "targets") {
        return show(client.get("/v1/targets"), o.json, &fitting_targets);
    }
    if (name == "events") {
        return show_events(client, o.json);
    }
    if (name == "open") {
        return show_page(client, o.json);
    }
    if (name == "mark") {
        return show(client.post("/v1/marks", core::json_line(json{{"text", o.text}})), o.json, &mark_text);
    }
    if (name == "restart") {
        return ask_for_restart(o, client);
    }
    if (name == "fault") {
        return ask_for_fault(o, client);
    }
    if (name == "profile") {
        return profile(o, client);
    }
    if (name == "drain") {
        return show(client.post("/v1/drain", ""), o.json, &phase_text);
    }
    const std::string body = core::json_line(json{{"why", o.why}});
    return show(name == "halt" ? client.post("/v1/halt", body) : client.post("/v1/resume", ""), o.json, &halt_text);
}

/// What does not ask a daemon, but the fleet's database.
int ask_fleet(const std::string& name, const control_options& o) {
    try {
        fleet_place place = o.fleet;
        place.config = o.config;
        const fleet::link_settings database = fleet_reader_of(place, fleet_config_of(fleet_file_of(place)));
        if (name == "events") {
            return show_fleet_events(database, o.fleet.host, o.json);
        }
        const fleet_answer answer = talk_to_fleet(
            database, [hosts_max = hosts_shown(o.all)](fleet_talk& talk) { return show_fleet(talk, hosts_max); },
            fleet_purpose::reads);
        o.json ? print_json(core::json_text(answer.json)) : print(answer.text);
        return answer.status;
    } catch (const fleet_trouble& e) {
        return print_trouble(e);
    }
}

/// Where the daemon is looked for, and what is known of its config. The service's file is read only where nobody
/// answers at the usual places, because whoever is in a hurry to halt must not wait for the names of users in it.
std::optional<app::config> find_way(const control_options& o, std::optional<std::filesystem::path>& socket) {
    if (o.config) {
        std::optional<app::config> named = load_config(o.config);
        socket = named ? app::find_control_path(o.socket ? o.socket : named->control.socket) : std::nullopt;
        return named;
    }
    socket = app::find_control_path(o.socket);
    if (!o.socket && !(socket && control::try_connect(*socket) == 0)) {
        const app::config_result of_service = app::read_config_file(service_config);
        if (of_service) {
            socket = of_service->control.socket ? app::find_control_path(of_service->control.socket) : socket;
            return *of_service;
        }
    }
    return load_config(std::nullopt);
}

}  // namespace

int say_no(const control_client::reply& r) {
    const json j = core::parse_json<json>(r.body);
    print_error("mayhem: " + (j.is_object() ? j.value("error", r.body) : r.body));
    return static_cast<int>(app::exit_status::findings);
}

std::optional<int> run_control_command(const std::string& name, const control_options& o) {
    const bool is_halt = name == "halt" || name == "resume";
    constexpr std::array others{"status", "tasks",   "targets", "events", "open",
                                "mark",   "restart", "fault",   "drain",  "profile"};
    if (!is_halt && std::ranges::find(others, name) == others.end()) {
        return std::nullopt;
    }
    if (o.fleet.is_asked) {
        return ask_fleet(name, o);
    }
    if (name == "resume" && !o.group.empty()) {
        return close_breaker(o, o.group);
    }
    std::optional<std::filesystem::path> path;
    const std::optional<app::config> config = find_way(o, path);
    if (!config) {
        return static_cast<int>(app::exit_status::config);
    }
    try {
        if (!path) {
            throw no_daemon("no control socket is known; name it with --socket");
        }
        return ask(name, o, control_client(*path));
    } catch (const no_daemon& e) {
        // Whoever is turned away must not think that it halted, because it did in a database of its own.
        const bool is_turned_away = dynamic_cast<const not_allowed*>(&e) != nullptr && !o.store;
        if (is_halt && !is_turned_away) {
            return halt_offline(name == "halt", o, *config, e.what());
        }
        print_error(std::string("mayhem: ") + e.what());
        return static_cast<int>(app::exit_status::unavailable);
    }
}

}  // namespace mayhem::cli
