#include "drivers/docker/container_end.hpp"

#include <algorithm>
#include <csignal>

#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

using way = core::end_seen::way;

bool is_one_of(const engine_event& e, std::initializer_list<const char*> actions) {
    return std::ranges::any_of(actions, [&e](const char* a) { return e.action == a; });
}

/// Those since it was started last.
std::vector<engine_event> of_this_life(const std::vector<engine_event>& events) {
    const auto last =
        std::find_if(events.rbegin(), events.rend(), [](const engine_event& e) { return e.action == "start"; });
    return {last.base(), events.end()};
}

/// Whether the engine was asked with it to end the container. Where it does not say with which signal, nobody knows.
bool asks_to_end(const engine_event& e, const container& c) {
    return e.action == "kill" && e.signal != 0 && (e.signal == SIGKILL || e.signal == c.stop_signal);
}

/// Whether its policy would have started it again, had it ended by itself.
bool would_be_started(const container& c) {
    const bool is_failure =
        c.restart_policy == "on-failure" && c.exit_code != 0 && (c.restarts_max == 0 || c.restarts < c.restarts_max);
    return c.restart_policy == "always" || c.restart_policy == "unless-stopped" || is_failure;
}

bool may_be_ours(const container& c, const act_on_container& act) {
    const bool asks_the_engine = act.action == docker_action::restart || act.action == docker_action::kill;
    return asks_the_engine && c.started_at == act.started_at;
}

}  // namespace

core::end_seen end_of_container(const std::optional<container>& c, const act_on_container& act,
                                const std::vector<engine_event>& events) {
    core::end_seen e;
    if (!c) {
        e.how = way::removed;
        e.told_by = "there is no such container any more";
        return e;
    }
    e.may_be_the_act = may_be_ours(*c, act);
    e.is_about_to_start = c->is_restarting;
    if (c->status == "stopping" || c->status == "removing") {
        e.how = c->status == "removing" ? way::removed : way::asked_for;
        e.told_by = "its engine says that it is " + c->status;
        return e;
    }
    if (c->is_running) {
        return e;
    }
    const std::vector<engine_event> life = of_this_life(events);
    const auto has = [&life](auto what) { return std::ranges::any_of(life, what); };
    if (has([&c](const engine_event& v) { return v.action == "stop" || asks_to_end(v, *c); })) {
        e.how = way::asked_for;
        e.told_by = "its engine was asked to stop it";
        return e;
    }
    const bool has_died = has([](const engine_event& v) { return is_one_of(v, {"die", "died"}); });
    const bool is_given_up = has([](const engine_event& v) { return v.action == "cleanup"; }) &&
                             !has([](const engine_event& v) { return v.action == "restart"; });
    if (has_died && is_given_up && c->error.empty() && would_be_started(*c)) {
        e.how = way::asked_for;
        e.told_by = "its engine does not start it again, although its restart policy is \"" + c->restart_policy + '"';
    } else if (has_died) {
        e.how = way::by_itself;
    }
    return e;
}

std::optional<std::string> why_engine_is_busy(const container& c, const std::vector<engine_event>& events,
                                              bool has_heir) {
    if (c.is_restarting) {
        return "its engine is about to start it again";
    }
    if (c.status == "stopping" || c.status == "removing") {
        return "its engine says that it is " + c.status;
    }
    if (c.is_paused) {
        return "somebody else has paused it: resume it";
    }
    if (has_heir) {
        return "Compose has made " + name_of_heir(c) + ", which is about to take its place";
    }
    const std::vector<engine_event> life = of_this_life(events);
    const auto asked = std::ranges::find_if(life, [&c](const engine_event& e) { return asks_to_end(e, c); });
    if (asked != life.end() && c.is_running) {
        return "somebody has asked its engine to end it, with " + system::signal_name(asked->signal) +
               ", and it has not ended yet";
    }
    return std::nullopt;
}

std::string name_of_heir(const container& c) {
    constexpr std::size_t short_id = 12;
    return c.id.substr(0, short_id) + '_' + c.name;
}

}  // namespace mayhem::drivers
