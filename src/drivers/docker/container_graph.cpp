#include "drivers/docker/container_graph.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace mayhem::drivers {

namespace {

std::string_view label(const container& c, const char* name) {
    const auto found = c.labels.find(name);
    return found == c.labels.end() ? std::string_view() : std::string_view(found->second);
}

/// A part of `text` up to `separator`, which is cut off.
std::string_view take_part(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return part;
}

/// "db:service_healthy:true,cache:service_started:false", as Compose writes it: whether `service` is there with true.
bool is_restarted_with(std::string_view depends_on, std::string_view service) {
    while (!depends_on.empty()) {
        std::string_view one = take_part(depends_on, ',');
        const bool is_it = take_part(one, ':') == service;
        (void)take_part(one, ':');  // the condition
        if (is_it && one == "true") {
            return true;
        }
    }
    return false;
}

/// How `c` depends on `on`, for a person; nothing: it does not.
std::optional<std::string> bond(const container& c, const container& on) {
    for (const container::shared& s : c.shares) {
        if (s.with == on.id || s.with == on.name) {
            return "lives in the " + s.what + " namespace of " + on.name;
        }
    }
    const std::string_view project = label(c, "com.docker.compose.project");
    const std::string_view service = label(on, "com.docker.compose.service");
    const bool is_same_project = !project.empty() && project == label(on, "com.docker.compose.project");
    if (is_same_project && is_restarted_with(label(c, "com.docker.compose.depends_on"), service)) {
        return "depends_on " + std::string(service) + " with restart: true";
    }
    return std::nullopt;
}

}  // namespace

core::reach reach_of_container(const std::string& id, const std::vector<container>& running,
                               const std::function<bool(const container&)>& is_meant,
                               const std::function<bool(const container&)>& is_own) {
    core::reach r;
    std::set<std::string> seen{id};
    std::vector<const container*> next;
    const auto victim = std::ranges::find(running, id, &container::id);
    if (victim != running.end()) {
        next.push_back(&*victim);
    }
    while (!next.empty()) {
        const container& at = *next.back();
        next.pop_back();
        for (const container& c : running) {
            std::optional<std::string> because = seen.contains(c.id) ? std::nullopt : bond(c, at);
            if (!because) {
                continue;
            }
            seen.insert(c.id);
            next.push_back(&c);
            r.falls.push_back({.id = c.name,
                               .incarnation = c.id + '@' + c.started_at,
                               .because = *std::move(because),
                               .protected_as = is_own(c) ? "Mayhem itself runs in it" : "",
                               .is_meant = is_meant(c)});
        }
        if (r.falls.size() > core::reach_max) {
            r.unknown = "it reaches more than " + std::to_string(core::reach_max) + " containers";
            return r;
        }
    }
    return r;
}

}  // namespace mayhem::drivers
