#include "drivers/docker/docker_driver.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "actions/action_rights.hpp"
#include "actions/fill.hpp"
#include "drivers/contract/driver_promises.hpp"
#include "drivers/docker/container_end.hpp"
#include "drivers/docker/container_network.hpp"
#include "drivers/docker/container_scope.hpp"
#include "drivers/systemd/systemd_manager.hpp"
#include "drivers/systemd/unit_limits_look.hpp"
#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Text that names the container in which this process runs, if it does: its cgroup, and where the files come from that
/// an engine mounts into each. (A host's table of mounts names all containers.)
std::string read_own_container() {
    std::string text = read_file("/proc/self/cgroup");
    std::ifstream mounts("/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        if (line.find(" /etc/hostname ") != std::string::npos || line.find(" /etc/hosts ") != std::string::npos) {
            text += line;
        }
    }
    return text;
}

/// What became of an act of the engine, which answers whether the container was there for it.
ports::act_result to_result(bool done) {
    return ports::act_result{done ? std::nullopt : std::optional(core::guard::already_restarted)};
}

std::string life_of(const container& c) { return c.id + '@' + c.started_at; }

std::string container_id_of(std::string_view incarnation) {
    return std::string(incarnation.substr(0, incarnation.find('@')));
}

bool is_of_compose(const container& c) { return c.labels.contains("com.docker.compose.project"); }

/// The process, held fast, if it is still there; nothing if not.
struct aim {
    std::optional<system::pidfd> process;
    bool is_in_container = false;
};

aim take_aim(const container& c) {
    aim a;
    try {
        a.process = system::pidfd::open(c.pid);
    } catch (const std::system_error& e) {
        throw core::restart_failed("cannot crash container " + c.name + ": " + e.what() +
                                   "; raise the limits of the service (LimitNOFILE)");
    }
    a.is_in_container = read_file("/proc/" + std::to_string(c.pid) + "/cgroup").find(c.id) != std::string::npos;
    return a;
}

}  // namespace

docker_driver::docker_driver(docker_driver_settings settings, std::string flow_name, async::blocking& pool, teller tell,
                             std::shared_ptr<span_count> m)
    : settings_(std::move(settings)),
      pool_(pool),
      tell_once_(std::move(tell)),
      engine_(settings_.socket, settings_.timeout),
      memory_(m != nullptr ? std::move(m) : std::make_shared<span_count>(std::move(flow_name))),
      own_container_(read_own_container()) {
    if (!system::is_deadly(settings_.signal)) {
        throw std::invalid_argument(
            system::signal_name(settings_.signal) +
            " does not end a process, so nothing would restart: use TERM, KILL, INT or the like");
    }
    if (const std::string why = actions::why_not_done(act(), settings_.terms, true); !why.empty()) {
        tell_once_(why);
    }
}

std::string docker_driver::incarnation_of(const container& c) const {
    std::string life = life_of(c);
    return is_lasting(settings_.action) ? spans_.incarnation_of(life) : life;
}

core::target docker_driver::to_target(const container& c) const {
    return {
        .id = c.name, .incarnation = incarnation_of(c), .name = c.name, .started_at = core::parse_moment(c.started_at)};
}

async::awaitable<std::vector<core::target>> docker_driver::list() { return unlisted_on_trouble(find_targets()); }

async::awaitable<std::vector<core::target>> docker_driver::find_targets() {
    const async::frame here;
    const std::vector<container_summary> running = co_await engine_.list();
    std::vector<std::string> ids;
    for (const container_summary& summary : running) {
        if (settings_.selector.may_match(summary)) {
            ids.push_back(summary.id);
        }
    }
    std::vector<core::target> targets;
    std::map<std::string, core::duration> first_checks;
    std::string left_out;
    const std::vector<std::optional<container>> found = co_await inspect_all(std::move(ids));
    for (const std::optional<container>& c : found) {
        if (!c || !c->is_ready() || !settings_.selector.matches(*c) ||
            own_container_.find(c->id) != std::string::npos) {
            continue;
        }
        if (const auto why = why_left_alone(*c)) {
            left_out = "container " + c->name + " is left alone: " + *why;
            tell_once_(left_out);
            continue;
        }
        targets.push_back(to_target(*c));
        first_checks.emplace(c->name, c->first_checked_after);
        if (targets.size() > settings_.targets_max) {
            throw core::targets_unlisted("more than " + std::to_string(settings_.targets_max) +
                                         " containers match the selector (" + settings_.selector.describe() +
                                         "), which is more than a group may have: narrow it");
        }
    }
    first_checks_ = std::move(first_checks);
    absent_ = co_await count_absent(running);
    if (targets.empty() && !left_out.empty()) {
        throw std::runtime_error("no container that matches may be hit: " + left_out);
    }
    co_return targets;
}

/// Of the containers that are named, and are of the group otherwise, those that do not run.
async::awaitable<std::size_t> docker_driver::count_absent(std::vector<container_summary> running) const {
    const async::frame here;
    std::size_t absent = 0;
    for (const std::string& name : settings_.selector.names.wanted()) {
        if (has_wildcard(name) || std::ranges::count(running, name, &container_summary::name) > 0) {
            continue;
        }
        const std::optional<container> c = co_await engine_.inspect(name);
        absent += c && c->name == name && !c->is_running && settings_.selector.matches(*c) ? 1 : 0;
    }
    co_return absent;
}

std::optional<std::string> docker_driver::why_left_alone(const container& c) const {
    const bool is_asked = settings_.action == docker_action::crash && settings_.signal != SIGKILL;
    return why_unfit(c, settings_.action, settings_.signal, settings_.allow_dead,
                     is_asked ? system::disposition_of(c.pid, settings_.signal) : system::signal_disposition::unknown);
}

std::optional<ports::act_result> docker_driver::refuse(const std::optional<container>& c, const core::target& t) const {
    const auto by = [](core::guard g, std::string why = {}) { return ports::act_result{g, std::move(why)}; };
    if (!c || c->name != t.id || incarnation_of(*c) != t.incarnation) {
        return by(core::guard::already_restarted);
    }
    if (auto why = why_engine_is_busy(*c, {}, false)) {
        return by(core::guard::busy, "container " + c->name + ": " + *why);
    }
    if (!c->is_running) {
        return by(core::guard::already_restarted);
    }
    if (own_container_.find(c->id) != std::string::npos) {
        return by(core::guard::protected_target, "Mayhem itself runs in it");
    }
    if (!settings_.selector.matches(*c)) {
        return by(core::guard::not_opted_in);
    }
    auto why = why_left_alone(*c);
    return why ? std::optional(by(core::guard::not_opted_in, *std::move(why))) : std::nullopt;
}

/// Waits a little for one that we have paused and resumed: containerd's word of the pause may come to dockerd after the
/// resume, and then it says for a moment that the container is paused.
async::awaitable<std::optional<container>> docker_driver::look_at(std::string id) const {
    const async::frame here;
    constexpr int looks_max = 20;
    constexpr std::chrono::milliseconds between{50};
    std::optional<container> c = co_await engine_.inspect(id);
    for (int look = 1; look < looks_max && c && c->is_paused && spans_.has(life_of(*c)); ++look) {
        co_await async::sleep_for(between);
        c = co_await engine_.inspect(id);
    }
    co_return c;
}

/// A container that may be hit now, or why not.
struct docker_driver::aimed {
    std::optional<container> at{};
    ports::act_result refusal{};
};

async::awaitable<docker_driver::aimed> docker_driver::aim_at(core::target t) const {
    const async::frame here;
    const auto busy = [](const container& c, const std::optional<std::string>& why) {
        return aimed{.refusal = {core::guard::busy, "container " + c.name + ": " + why.value_or("")}};
    };
    const std::string id = container_id_of(t.incarnation);
    auto [looked, asked] = co_await async::gather_settled(look_at(id), recent_events(t));
    looked.rethrow_if_failed();
    if (auto refused = refuse(*looked, t)) {
        co_return aimed{.refusal = *std::move(refused)};
    }
    asked.rethrow_if_failed();
    std::optional<container> c = std::move(looked).get();
    if (is_of_compose(*c)) {
        auto [again, heir] = co_await async::gather_settled(look_at(id), engine_.inspect(name_of_heir(*c)));
        again.rethrow_if_failed();
        heir.rethrow_if_failed();
        if (auto refused = refuse(*again, t)) {
            co_return aimed{.refusal = *std::move(refused)};
        }
        c = std::move(again).get();
        if (*heir) {
            co_return busy(*c, why_engine_is_busy(*c, {}, true));
        }
    }
    if (!c->is_ready()) {
        co_return aimed{.refusal = {core::guard::unsteady, "container " + c->name + " does not pass its health check"}};
    }
    if (const auto why = why_engine_is_busy(*c, *asked, false)) {
        co_return busy(*c, why);
    }
    co_return aimed{.at = std::move(c)};
}

async::awaitable<ports::act_result> docker_driver::restart(const core::target& t, const ports::go_ahead& may_act) {
    const async::frame here;
    MAYHEM_ASSERT(lasts() == nullptr, "what lasts is carried out by who ends it");
    try {
        aimed aim = co_await aim_at(t);
        if (!aim.at) {
            co_return std::move(aim.refusal);
        }
        ports::act_result result = co_await act(*aim.at, may_act);
        co_return result;
    } catch (const engine_error& e) {
        throw core::restart_failed(e.what());
    }
}

async::awaitable<ports::held_target> docker_driver::hold(const core::target& t) {
    const async::frame here;
    try {
        aimed aim = co_await aim_at(t);
        ports::held_target held{.refusal = std::move(aim.refusal)};
        if (aim.at && settings_.action == docker_action::pause) {
            held.note = docker_pause::note_of(*aim.at, engine_.socket());
        } else if (aim.at && settings_.action == docker_action::fill) {
            ports::held_target on_disk = co_await hold_disk(*std::move(aim.at));
            held = std::move(on_disk);
        } else if (aim.at && settings_.action == docker_action::throttle) {
            ports::held_target limited = co_await hold_scope(*std::move(aim.at));
            held = std::move(limited);
        } else if (aim.at) {
            ports::held_target in_network = co_await hold_in_network(*std::move(aim.at));
            held = std::move(in_network);
        }
        co_return held;
    } catch (const engine_error& e) {
        throw core::restart_failed(e.what());
    }
}

async::awaitable<ports::held_target> docker_driver::hold_in_network(container c) const {
    const async::frame here;
    const std::vector<container> running = co_await find_running();
    const container_process first = co_await async::run_blocking(pool_, [&c] { return look_at_process(c); });
    co_return hold_network(c, first, neighbours_in_network(c, running), settings_.terms.network.what);
}

async::awaitable<ports::held_target> docker_driver::hold_disk(container c) const {
    const async::frame here;
    const container_process first = co_await async::run_blocking(pool_, [&c] { return look_at_process(c); });
    if (!first.is) {
        co_return ports::held_target{.refusal = not_seen_in(c)};
    }
    co_return ports::held_target{
        .note = actions::fill::note_of(c.id, *first.is, settings_.terms.disk.directory, "container " + c.name)};
}

async::awaitable<ports::held_target> docker_driver::hold_scope(container c) const {
    const async::frame here;
    const container_process first = co_await async::run_blocking(pool_, [&c] { return look_at_process(c); });
    if (!first.is) {
        co_return ports::held_target{.refusal = not_seen_in(c)};
    }
    const std::string scope = scope_of(first.all_groups, c.id);
    if (scope.empty()) {
        co_return ports::held_target{
            .refusal = {core::guard::no_effect_possible,
                        "its engine keeps its control group, and not systemd: give the engine the cgroup driver "
                        "\"systemd\" (native.cgroupdriver=systemd, cgroup_manager)"}};
    }
    try {
        systemd_bus bus(find_bus_address(systemd_manager::system), settings_.timeout);
        ports::held_target held = co_await hold_limits(
            bus, {.unit = scope, .invocation = {}, .first = *first.is, .name = "container " + c.name},
            settings_.terms.limits);
        co_return held;
    } catch (const systemd_bus_error& e) {
        throw core::restart_failed("cannot throttle container " + c.name + ": " + e.what());
    }
}

void docker_driver::note_stood(const core::target& t) { spans_.note(span_count::life_of(t.incarnation)); }

/// An act without an answer, or in which the engine has failed, counts as done, or a second attempt might do it twice,
/// or find the container stopped and leave it so. What it came to, the recovery watch finds out. Throws what is
/// certainly not done.
ports::act_result docker_driver::in_doubt(const engine_error& e) const {
    if (!e.may_have_acted()) {
        throw core::restart_failed(e.what());
    }
    return {std::nullopt,
            "the engine was asked to " + std::string(to_string(settings_.action)) + " it, and then: " + e.what(), true};
}

async::awaitable<ports::act_result> docker_driver::act(const container& c, const ports::go_ahead& may_act) {
    const async::frame here;
    async::throw_if_cancelled();
    if (settings_.action == docker_action::crash) {
        ports::act_result result = co_await crash(c, may_act);
        co_return result;
    }
    if (const auto no = may_act.withdrawn_by()) {
        co_return ports::act_result{no};
    }
    try {
        // Cut in the middle, an engine may have stopped the container and not start it again.
        bool done = false;
        if (settings_.action == docker_action::kill) {
            done = co_await async::shield(engine_.kill(c.id, settings_.signal), settings_.timeout);
        } else {
            done = co_await async::shield(engine_.restart(c.id, settings_.stop_timeout),
                                          settings_.timeout + settings_.stop_timeout);
        }
        co_return to_result(done);
    } catch (const engine_error& e) {
        co_return in_doubt(e);
    }
}

async::awaitable<ports::act_result> docker_driver::crash(const container& c, const ports::go_ahead& may_act) const {
    const async::frame here;
    const aim at = co_await async::run_blocking(pool_, [&c] { return take_aim(c); });
    const std::optional<container> again = co_await engine_.inspect(c.id);
    if (!at.process || !again || !again->is_running || again->started_at != c.started_at || again->pid != c.pid) {
        co_return ports::act_result{core::guard::already_restarted};
    }
    if (!at.is_in_container) {
        throw core::restart_failed("cannot crash container " + c.name + ": process " + std::to_string(c.pid) +
                                   " is not seen to be in it; run Mayhem on the engine's host and in its PID "
                                   "namespace, or use action = \"restart\"");
    }
    async::throw_if_cancelled();
    if (const auto no = may_act.withdrawn_by()) {
        co_return ports::act_result{no};
    }
    try {
        co_return to_result(at.process->send(settings_.signal));
    } catch (const std::system_error& e) {
        throw core::restart_failed("cannot send " + system::signal_name(settings_.signal) + " to container " + c.name +
                                   ": " + e.code().message() +
                                   "; run Mayhem as root or with CAP_KILL, or use action = \"restart\"");
    }
}

async::awaitable<std::optional<core::target>> docker_driver::successor(const core::target& t) {
    return unseen_on_trouble(find_successor(t), "container " + t.name, tell_once_);
}

async::awaitable<std::optional<core::target>> docker_driver::find_successor(const core::target& t) const {
    const async::frame here;
    const std::optional<container> c = co_await engine_.inspect(t.id);
    if (!c || c->name != t.id || !c->is_ready() || incarnation_of(*c) == t.incarnation) {
        co_return std::nullopt;
    }
    co_return to_target(*c);
}

}  // namespace mayhem::drivers
