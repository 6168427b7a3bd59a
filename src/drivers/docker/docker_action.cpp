#include "drivers/docker/docker_action.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "drivers/docker/container_owner.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::array<std::pair<std::string_view, docker_action>, 10> names{{{"restart", docker_action::restart},
                                                                            {"kill", docker_action::kill},
                                                                            {"crash", docker_action::crash},
                                                                            {"pause", docker_action::pause},
                                                                            {"cut", docker_action::cut},
                                                                            {"loss", docker_action::loss},
                                                                            {"dns", docker_action::dns},
                                                                            {"delay", docker_action::delay},
                                                                            {"fill", docker_action::fill},
                                                                            {"throttle", docker_action::throttle}}};

/// A program that handles one of these mostly exits with status 0, which "on-failure" does not count as a failure.
bool asks_to_end(int signal) noexcept {
    return signal == SIGTERM || signal == SIGINT || signal == SIGQUIT || signal == SIGHUP;
}

using system::signal_disposition;

/// Why the signal would not end the container's first process; nothing if it may.
std::optional<std::string> why_without_effect(const container& c, int signal, signal_disposition does) {
    if (signal == SIGKILL) {
        return std::nullopt;
    }
    if (does == signal_disposition::ignored) {
        return "its first process ignores " + system::signal_name(signal) + ": use signal = \"KILL\"";
    }
    if (does == signal_disposition::by_default && c.has_own_pids) {
        return "its first process does not handle " + system::signal_name(signal) +
               ", so that the kernel keeps that from it: use signal = \"KILL\", or run it with --init";
    }
    return std::nullopt;
}

std::optional<std::string> why_left_dead(const container& c, docker_action action, int signal,
                                         signal_disposition does) {
    if (action == docker_action::kill) {
        return "nothing starts a container again that was killed through its engine: use action = \"crash\", or "
               "allow_dead = true if something else sees to it";
    }
    if (action != docker_action::crash) {
        return std::nullopt;
    }
    if (auto why = why_without_effect(c, signal, does)) {
        return why;
    }
    if (c.restart_policy == "always" || c.restart_policy == "unless-stopped") {
        return std::nullopt;
    }
    if (c.restart_policy != "on-failure") {
        return "its restart policy is \"" + (c.restart_policy.empty() ? "no" : c.restart_policy) +
               "\", so that nothing starts it again: " + how_to_give_policy(c) +
               ", or allow_dead = true if something else sees to it";
    }
    if (asks_to_end(signal) || does == signal_disposition::handled) {
        return "its restart policy is \"on-failure\", and " + system::signal_name(signal) +
               " may end it without a failure: use signal = \"KILL\", or " + how_to_give_policy(c);
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

std::optional<std::string> why_unfit(const container& c, docker_action action, int signal, bool allow_dead,
                                     system::signal_disposition does) {
    if (is_one_off(c)) {
        return "it is a one-off container, whose work would be cut, and done twice: only the service's own are hit";
    }
    const bool ends_it = !is_lasting(action);
    if (auto why = ends_it && !allow_dead ? why_owned(c) : std::nullopt) {
        return why;
    }
    const bool is_made_anew = owner_of(c) && owner_of(c)->who == container_owner::kind::systemd;
    if (c.is_removed_at_exit && ends_it && (!is_made_anew || action == docker_action::restart)) {
        return "it was started with --rm and would vanish: start it without";
    }
    return allow_dead ? std::nullopt : why_left_dead(c, action, signal, does);
}

}  // namespace mayhem::drivers
