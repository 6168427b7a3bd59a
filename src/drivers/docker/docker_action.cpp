#include "drivers/docker/docker_action.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::array<std::pair<std::string_view, docker_action>, 4> names{{{"restart", docker_action::restart},
                                                                           {"kill", docker_action::kill},
                                                                           {"crash", docker_action::crash},
                                                                           {"pause", docker_action::pause}}};

/// A program that handles one of these mostly exits with status 0, which "on-failure" does not count as a failure.
bool asks_to_end(int signal) noexcept {
    return signal == SIGTERM || signal == SIGINT || signal == SIGQUIT || signal == SIGHUP;
}

std::optional<std::string> why_left_dead(const container& c, docker_action action, int signal) {
    if (action == docker_action::kill) {
        return "nothing starts a container again that was killed through its engine: use action = \"crash\", or "
               "allow_dead = true if something else sees to it";
    }
    const bool always = c.restart_policy == "always" || c.restart_policy == "unless-stopped";
    if (action != docker_action::crash || always) {
        return std::nullopt;
    }
    if (c.restart_policy != "on-failure") {
        return "its restart policy is \"" + (c.restart_policy.empty() ? "no" : c.restart_policy) +
               "\", so that nothing starts it again: give it --restart=always, or allow_dead = true if something else "
               "sees to it";
    }
    if (asks_to_end(signal)) {
        return "its restart policy is \"on-failure\", and " + system::signal_name(signal) +
               " may end it without a failure: use signal = \"KILL\"";
    }
    if (c.restarts_max > 0 && c.restarts >= c.restarts_max) {
        return "its restart policy \"on-failure\" has used up its " + std::to_string(c.restarts_max) +
               " restarts: raise the number, or restart it once by hand";
    }
    return std::nullopt;
}

}  // namespace

std::optional<docker_action> parse_docker_action(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(names, name, &std::pair<std::string_view, docker_action>::first);
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

std::string_view to_string(docker_action a) noexcept {
    return std::ranges::find(names, a, &std::pair<std::string_view, docker_action>::second)->first;
}

std::optional<std::string> why_unfit(const container& c, docker_action action, int signal, bool allow_dead) {
    if (is_one_off(c)) {
        return "it is a one-off container, whose work would be cut, and done twice: only the service's own are hit";
    }
    if (c.is_removed_at_exit && action != docker_action::pause) {
        return "it was started with --rm and would vanish: start it without";
    }
    return allow_dead ? std::nullopt : why_left_dead(c, action, signal);
}

}  // namespace mayhem::drivers
