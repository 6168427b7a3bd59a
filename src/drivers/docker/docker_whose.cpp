// Whose a container is just now: who is at it before an act, what has become of it and whose doing that is when it does
// not stand after one, and, for a person who asks, why it is no target.
#include <algorithm>
#include <iterator>
#include <utility>

#include "drivers/contract/driver_promises.hpp"
#include "drivers/docker/container_end.hpp"
#include "drivers/docker/docker_driver.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "mayhem/core/text/first_few.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "system/signal_disposition.hpp"

namespace mayhem::drivers {

namespace {

/// Who was asked to end so long ago and still lives has made up his mind.
constexpr std::chrono::minutes asked_for_at_most{10};

/// Of a container that is not ready.
std::string describe(const container& c) {
    if (c.is_paused) {
        return "it is paused";
    }
    if (c.is_restarting) {
        return "the engine is starting it again";
    }
    return c.is_running ? "it runs, and its health check is " + c.health.value_or("unknown") : "it does not run";
}

std::string started_at_of(const core::target& t) {
    const std::string life = t.incarnation.substr(t.incarnation.find('@') + 1);
    return life.substr(0, life.find('#'));
}

}  // namespace

async::awaitable<ports::departure> docker_driver::departure_of(core::target t) {
    std::string name = "container " + t.name;
    return unseen_on_trouble(find_departure(std::move(t)), settings_.timeout, "the engine", std::move(name),
                             tell_once_);
}

async::awaitable<ports::departure> docker_driver::find_departure(core::target t) const {
    const async::frame here;
    std::optional<container> c = co_await engine_.inspect(t.id);
    if (c && c->name != t.id) {
        c.reset();
    }
    std::vector<engine_event> events;
    if (c && !c->is_running) {
        const core::wall_time since = core::parse_moment(c->started_at).value_or(core::wall_time{});
        events = co_await engine_.events(c->id, since);
    }
    ports::departure d = describe_departure(c, t);
    d.end = end_of_container(c, {.action = settings_.action, .started_at = started_at_of(t)}, events);
    co_return d;
}

ports::departure docker_driver::describe_departure(const std::optional<container>& c, const core::target& t) const {
    ports::departure d;
    d.is = core::passing::ended;
    if (!c) {
        d.seen = "there is no such container any more";
    } else if (!c->is_running || incarnation_of(*c) != t.incarnation) {
        d.seen = describe(*c) + ": see the engine's logs of " + t.id;
    } else {
        d.is = core::passing::stands;
        d.seen =
            settings_.action == docker_action::restart
                ? "it still runs as it did before"
                : system::describe_standing(c->pid, settings_.signal, system::disposition_of(c->pid, settings_.signal));
    }
    return d;
}

/// What has happened to that life in the last while.
async::awaitable<std::vector<engine_event>> docker_driver::recent_events(const core::target& t) const {
    const core::wall_time now = async::this_loop().clock().wall_now();
    const core::wall_time since =
        std::max(core::parse_moment(started_at_of(t)).value_or(core::wall_time{}), now - asked_for_at_most);
    return engine_.events(t.incarnation.substr(0, t.incarnation.find('@')), since);
}

std::string docker_driver::why_no_target(const container& c) const {
    if (own_container_.find(c.id) != std::string::npos) {
        return "Mayhem itself runs in it";
    }
    if (!settings_.selector.matches(c)) {
        return "the group's selector (" + settings_.selector.describe() + ") does not mean it";
    }
    if (auto why = why_left_alone(c)) {
        return *std::move(why);
    }
    if (auto why = why_engine_is_busy(c, {}, false)) {
        return *std::move(why);
    }
    if (!c.is_running) {
        return "it does not run";
    }
    return c.is_ready() ? "it is a target" : "it does not pass its health check (" + c.health.value_or("none") + ')';
}

async::awaitable<std::vector<std::string>> docker_driver::explain(std::string name) {
    const async::frame here;
    std::vector<std::string> told;
    if (name.empty() || name.find('/') != std::string::npos) {
        co_return told;
    }
    const std::optional<container> c = co_await engine_.inspect(name);
    if (c) {
        told.push_back("container " + c->name + ": " + why_no_target(*c));
    }
    co_return told;
}

async::awaitable<std::vector<std::string>> docker_driver::near_misses() {
    const async::frame here;
    constexpr std::size_t named_max = 5;
    const std::vector<container_summary> running = co_await engine_.list();
    std::vector<std::string> ids;
    std::ranges::transform(running, std::back_inserter(ids), &container_summary::id);
    std::vector<container> all;
    std::vector<std::string> lack_the_label;
    docker_selector otherwise = settings_.selector;
    otherwise.demands_opt_in = false;
    const std::vector<std::optional<container>> found = co_await inspect_all(std::move(ids));
    for (const std::optional<container>& c : found) {
        if (c) {
            all.push_back(*c);
        }
        if (c && otherwise.matches(*c) && !settings_.selector.matches(*c)) {
            lack_the_label.push_back(c->name);
        }
    }
    std::string text =
        "of " + std::to_string(all.size()) + " containers that run, so many meet each condition by itself: ";
    for (const std::string& count : settings_.selector.count_matches(all)) {
        text.append(text.ends_with(": ") ? "" : "; ").append(count);
    }
    if (!lack_the_label.empty()) {
        text += "; " + core::first_few(lack_the_label, named_max) + " would match, but for the label " +
                std::string(opt_in_label) + ": run with it, or say opt_in = false";
    }
    co_return std::vector<std::string>{text};
}

std::optional<explainer::known_wait> docker_driver::wait_for(const core::target& t) const {
    const auto found = first_checks_.find(t.id);
    if (is_lasting(settings_.action) || engine_.is_podman() || found == first_checks_.end()) {
        return std::nullopt;  // Podman looks at the start as well
    }
    return known_wait{.at_least = found->second,
                      .because = "a health check that is asked for the first time " +
                                 core::format_duration(found->second) + " after the start"};
}

}  // namespace mayhem::drivers
