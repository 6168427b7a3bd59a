#include "cli/daemon_link.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>

#include <nlohmann/json.hpp>
#include <pwd.h>
#include <sys/stat.h>

#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::cli {

namespace {

using nlohmann::json;
using std::chrono::steady_clock;

constexpr std::chrono::seconds reload_patience{15};
constexpr std::chrono::minutes reload_max{10};
constexpr std::chrono::milliseconds look_every{100};
constexpr std::chrono::seconds find_max{3};

json status_of(const control_client& client, std::chrono::seconds limit = control_client::request_max) {
    const control_client::reply r = client.get("/v1/status", limit);
    json j = core::parse_json<json>(r.body);
    if (r.status != 200 || !j.is_object()) {
        throw std::runtime_error("what answers on " + client.socket().string() +
                                 " is no mayhem: name the daemon's socket with --socket");
    }
    return j;
}

std::string user_of(pid_t pid) {
    struct stat status{};
    if (::stat(("/proc/" + std::to_string(pid)).c_str(), &status) != 0 || status.st_uid == 0) {
        return {};
    }
    const passwd* const entry = ::getpwuid(status.st_uid);
    return entry == nullptr ? std::to_string(status.st_uid) : entry->pw_name;
}

bool is_mayhem(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
    std::string name;
    return pid > 1 && std::getline(file, name) && name == "mayhem";
}

bool has_armed(const json& status, const std::string& group) {
    for (const json& g : status.value("groups", json::array())) {
        if (g.value("group", "") == group && !g.value("dry_run", true)) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::optional<running_daemon> find_daemon(const std::filesystem::path& socket) {
    try {
        running_daemon d{.client = control_client(socket), .config = {}, .store = {}, .user = {}};
        const json status = status_of(d.client, find_max);
        d.pid = status.value("pid", 0);
        d.config = status.value("config", "");
        d.store = status.value("store", "");
        d.user = user_of(d.pid);
        return d;
    } catch (const not_allowed&) {
        throw;
    } catch (const no_daemon&) {
        return std::nullopt;
    }
}

bool has_config(const running_daemon& d, const std::filesystem::path& file) {
    std::error_code unknown;
    return !d.config.empty() && std::filesystem::equivalent(d.config, file, unknown);
}

void ask_to_reload(const running_daemon& d) {
    if (!is_mayhem(d.pid) || ::kill(d.pid, SIGHUP) != 0) {
        throw std::runtime_error("the daemon (pid " + std::to_string(d.pid) +
                                 ") cannot be told to reload: systemctl reload mayhem");
    }
}

std::string reload_and_await(const running_daemon& d, const std::string& group, void (*say)(const std::string&)) {
    ask_to_reload(d);
    const steady_clock::time_point began = steady_clock::now();
    std::string told;
    for (;;) {
        const json status = status_of(d.client);
        if (status.value("phase", "") == "running" && has_armed(status, group)) {
            return {};
        }
        const bool is_at_it = status.value("phase", "") == "reloading";
        const std::string waits_for = is_at_it ? status.value("waits_for", "") : "";
        const auto waited = steady_clock::now() - began;
        if (waited > reload_max || (waited > reload_patience && !is_at_it)) {
            return "the daemon has not taken the group over: \"journalctl -u mayhem\" says why";
        }
        if (!waits_for.empty() && waits_for != told && waited > std::chrono::seconds{1}) {
            say("The reload waits for " + waits_for + "\n");
            told = waits_for;
        }
        std::this_thread::sleep_for(look_every);
    }
}

}  // namespace mayhem::cli
