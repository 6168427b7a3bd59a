#include "drivers/docker/docker_container.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/lower.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "mayhem/core/text/printable_text.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

using nlohmann::json;
using pointer = json::json_pointer;

constexpr std::size_t message_bytes_max = 300;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error("the answer is not that of a container engine: " + what +
                             "; is the socket that of Docker or Podman?");
}

const json& find(const json& in, const char* path) {
    static const json nothing;
    const pointer p(path);
    return in.contains(p) ? in.at(p) : nothing;
}

/// The value at `path`; `otherwise` where there is none, or null. Another type is an error.
template <typename T>
T read(const json& in, const char* path, T otherwise) {
    const json& value = find(in, path);
    if (value.is_null()) {
        return otherwise;
    }
    try {
        return value.get<T>();
    } catch (const json::exception&) {
        fail(std::string(path) + " has another type than expected");
    }
}

std::string read_text(const json& in, const char* path) { return read<std::string>(in, path, {}); }

std::string without_slash(std::string name) { return name.starts_with('/') ? name.substr(1) : name; }

json parse(std::string_view text, json::value_t wanted) {
    json parsed = core::parse_json<json>(text);
    if (parsed.is_discarded() || parsed.type() != wanted) {
        fail(parsed.is_discarded() ? "no JSON" : "unexpected JSON");
    }
    return parsed;
}

std::optional<std::string> read_health(const json& in) {
    std::string status = read_text(in, "/State/Health/Status");
    return status.empty() || status == "none" ? std::nullopt : std::optional(std::move(status));
}

core::duration read_first_check(const json& in) {
    if (!read_health(in)) {
        return {};
    }
    const auto length = [&in](const char* path, std::chrono::seconds by_default) {
        const std::chrono::nanoseconds given{read<std::int64_t>(in, path, 0)};
        return std::chrono::duration_cast<core::duration>(given.count() > 0 ? given : by_default);
    };
    const core::duration interval = length("/Config/Healthcheck/Interval", std::chrono::seconds{30});
    const bool has_start_period = read<std::int64_t>(in, "/Config/Healthcheck/StartPeriod", 0) > 0;
    return has_start_period ? std::min(interval, length("/Config/Healthcheck/StartInterval", std::chrono::seconds{5}))
                            : interval;
}

/// "container:NAME", where another container's namespace is used.
std::vector<container::shared> read_shares(const json& in) {
    constexpr std::string_view prefix = "container:";
    constexpr std::array<std::pair<const char*, const char*>, 3> modes{
        {{"/HostConfig/NetworkMode", "network"}, {"/HostConfig/IpcMode", "IPC"}, {"/HostConfig/PidMode", "PID"}}};
    std::vector<container::shared> shares;
    for (const auto& [path, what] : modes) {
        if (const std::string mode = read_text(in, path); mode.starts_with(prefix)) {
            container::shared s{.what = what, .with = without_slash(mode.substr(prefix.size()))};
            shares.push_back(std::move(s));
        }
    }
    return shares;
}

/// Docker writes "SIGTERM", or nothing; Podman 4 writes 15.
int read_stop_signal(const json& in) {
    const json& value = find(in, "/Config/StopSignal");
    const std::string text = value.is_number_integer() ? std::to_string(value.get<std::int64_t>())
                             : value.is_string()       ? value.get<std::string>()
                                                       : std::string();
    return system::parse_signal(text).value_or(SIGTERM);
}

bool has_own_pids(std::string_view mode) { return mode.empty() || mode == "private"; }

}  // namespace

std::vector<container_summary> parse_container_list(std::string_view text) {
    const json list = parse(text, json::value_t::array);
    std::vector<container_summary> containers;
    containers.reserve(list.size());
    for (const json& entry : list) {
        container_summary c{.id = read_text(entry, "/Id"),
                            .name = without_slash(read_text(entry, "/Names/0")),
                            .labels = read<std::map<std::string, std::string>>(entry, "/Labels", {})};
        if (c.id.empty()) {
            fail("a container without an Id");
        }
        containers.push_back(std::move(c));
    }
    return containers;
}

container parse_container(std::string_view text) {
    const json in = parse(text, json::value_t::object);
    container c{.id = read_text(in, "/Id"),
                .name = without_slash(read_text(in, "/Name")),
                .image = read_text(in, "/Config/Image"),
                .labels = read<std::map<std::string, std::string>>(in, "/Config/Labels", {}),
                .shares = read_shares(in),
                .status = read_text(in, "/State/Status"),
                .is_running = read(in, "/State/Running", false),
                .is_paused = read(in, "/State/Paused", false),
                .is_restarting = read(in, "/State/Restarting", false),
                .pid = read<pid_t>(in, "/State/Pid", 0),
                .started_at = read_text(in, "/State/StartedAt"),
                .exit_code = read(in, "/State/ExitCode", 0),
                .error = core::printable_text(read_text(in, "/State/Error")),
                .stop_signal = read_stop_signal(in),
                .has_own_pids = has_own_pids(read_text(in, "/HostConfig/PidMode")),
                .health = read_health(in),
                .first_checked_after = read_first_check(in),
                .is_removed_at_exit = read(in, "/HostConfig/AutoRemove", false),
                .restart_policy = read_text(in, "/HostConfig/RestartPolicy/Name"),
                .restarts_max = read(in, "/HostConfig/RestartPolicy/MaximumRetryCount", 0),
                .restarts = read(in, "/RestartCount", 0)};
    if (c.id.empty() || c.name.empty() || c.started_at.empty()) {
        fail("a container without Id, Name or StartedAt");
    }
    return c;
}

bool is_one_off(const container& c) {
    const auto label = [&c](const char* name) {
        const auto found = c.labels.find(name);
        return found == c.labels.end() ? std::string() : found->second;
    };
    constexpr std::string_view yes = "true";
    const std::string project = label("io.podman.compose.project");
    const std::string service = label("com.docker.compose.service");
    const auto is_temporary = [&](char separator) {
        const std::string start = project + separator + service + separator + "tmp";
        return c.name.starts_with(start) && c.name.size() > start.size() &&
               c.name.find_first_not_of("0123456789", start.size()) == std::string::npos;
    };
    return std::ranges::equal(label("com.docker.compose.oneoff"), yes, {}, &core::lower) ||
           (!project.empty() && !service.empty() && (is_temporary('_') || is_temporary('-')));
}

std::string parse_engine_message(std::string_view body) {
    const json parsed = core::parse_json<json>(body);
    std::string message(body);
    if (parsed.is_object() && parsed.contains("message") && parsed["message"].is_string()) {
        message = parsed["message"].get<std::string>();
    }
    return core::printable_text(std::string_view(message).substr(0, message_bytes_max));
}

}  // namespace mayhem::drivers
