// Whose a container is just now: who is at it before an act, whose doing it is that it does not stand after one, and,
// for a person who asks, why it is no target.
#include <algorithm>
#include <utility>

#include "drivers/contract/driver_promises.hpp"
#include "drivers/docker/container_end.hpp"
#include "drivers/docker/docker_driver.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::drivers {

namespace {

/// Who was asked to end so long ago and still lives has made up his mind.
constexpr std::chrono::minutes asked_for_at_most{10};

std::string started_at_of(const core::target& t) {
    const std::string life = t.incarnation.substr(t.incarnation.find('@') + 1);
    return life.substr(0, life.find('#'));
}

}  // namespace

async::awaitable<core::end_seen> docker_driver::how_it_ended(const core::target& t) {
    return unseen_on_trouble(find_end(t), "container " + t.name, tell_once_);
}

async::awaitable<core::end_seen> docker_driver::find_end(core::target t) const {
    const async::frame here;
    const act_on_container act{.action = settings_.action, .started_at = started_at_of(t)};
    std::optional<container> c = co_await engine_.inspect(t.id);
    if (c && c->name != t.id) {
        c.reset();
    }
    std::vector<engine_event> events;
    if (c && !c->is_running) {
        const core::wall_time since = core::parse_moment(c->started_at).value_or(core::wall_time{});
        events = co_await engine_.events(c->id, since);
    }
    co_return end_of_container(c, act, events);
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

}  // namespace mayhem::drivers
