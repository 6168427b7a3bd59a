#include "drivers/process/process_driver.hpp"

#include <algorithm>
#include <ranges>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "actions/action_rights.hpp"
#include "actions/fill.hpp"
#include "actions/held_action.hpp"
#include "actions/holder/holder_name.hpp"
#include "drivers/contract/driver_promises.hpp"
#include "drivers/process/insist.hpp"
#include "drivers/systemd/systemd_manager.hpp"
#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/command_id.hpp"
#include "system/process_exit.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

bool send_signal(const system::pidfd& process, int signal, const core::target& t) {
    try {
        return process.send(signal);
    } catch (const std::system_error& e) {
        throw core::restart_failed("cannot send " + system::signal_name(signal) + " to " + t.name + ": " +
                                   e.code().message() + "; run Mayhem as that process's user or with CAP_KILL");
    }
}

std::uint64_t now_ticks(const process_table& table, const core::target& t) {
    try {
        return table.now_ticks();
    } catch (const std::exception& e) {
        throw core::restart_failed("cannot look at " + t.name + ": " + e.what());
    }
}

}  // namespace

process_driver::process_driver(process_driver_settings settings, async::blocking& pool, once_teller::teller tell,
                               std::string flow_name, std::shared_ptr<process_memory> m)
    : settings_(std::move(settings)),
      pool_(pool),
      given_{.names_program = settings_.selector.names_program(),
             .allow_terminal = settings_.allow_terminal,
             .lasts = is_lasting(settings_.action)},
      table_(settings_.proc_root),
      bus_address_(settings_.bus_address.empty() ? find_bus_address(systemd_manager::system) : settings_.bus_address),
      memory_(m != nullptr ? std::move(m) : std::make_shared<process_memory>(std::move(flow_name))),
      tell_once_(std::move(tell)) {
    if (!system::is_deadly(settings_.signal)) {
        throw std::invalid_argument(
            system::signal_name(settings_.signal) +
            " does not end a process, so nothing would restart: use TERM, KILL, INT or the like");
    }
    if (table_.self() != ::getpid()) {
        throw std::runtime_error(
            settings_.proc_root.string() +
            " shows the processes of another PID namespace, whose numbers mean other processes here: "
            "mount a proc file system of Mayhem's own namespace there");
    }
    if (const std::string why = actions::why_not_done(to_string(settings_.action), settings_.terms); !why.empty()) {
        tell_once_(why);
    }
}

std::string process_driver::incarnation_text(const process_info& process) const {
    std::string life = table_.incarnation_of(process).to_string();
    return is_lasting(settings_.action) ? spans_.incarnation_of(life) : life;
}

core::target process_driver::to_target(const process_info& process) const {
    return {.id = settings_.show_arguments ? process.command_line : core::command_id(process.command_line),
            .incarnation = incarnation_text(process),
            .name = process.name + '[' + std::to_string(process.pid) + ']'};
}

core::wall_time process_driver::start_of(const process_info& process, std::uint64_t now_ticks) const {
    const auto ticks_per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    const std::uint64_t age = now_ticks > process.start_ticks ? now_ticks - process.start_ticks : 0;
    return async::this_loop().clock().wall_now() - std::chrono::milliseconds{age * 1000 / ticks_per_second};
}

own_place process_driver::look_around() const {
    std::optional<process_info> self = table_.read(::getpid());
    if (!self) {
        throw std::runtime_error("cannot read Mayhem's own process in " + settings_.proc_root.string());
    }
    return {.self = *std::move(self), .ancestors = table_.ancestors(::getpid())};
}

process_driver::selection process_driver::select(std::uint64_t earliest_start) const {
    std::vector<process_info> found = table_.scan([&](const process_info& process) {
        return process.start_ticks >= earliest_start && settings_.selector.may_match(process);
    });
    const own_place own = look_around();
    std::set<std::string> left_out;
    std::erase_if(found, [&](const process_info& process) {
        if (!settings_.selector.matches(process)) {
            return true;
        }
        const std::optional<sparing> spared = why_spared(process, own, given_);
        if (spared && spared->is_news && !is_held_by_mayhem(process)) {
            left_out.insert("process " + process.name + " is left alone: " + spared->why);
        }
        return spared.has_value();
    });
    return {.eligible = std::move(found), .left_out = {left_out.begin(), left_out.end()}};
}

/// So that nobody is told of a tracer that is Mayhem's own.
bool process_driver::is_held_by_mayhem(const process_info& process) const {
    const std::optional<process_info> tracer =
        process.tracer != 0 ? table_.read(process.tracer) : std::optional<process_info>();
    return tracer && tracer->name == actions::holder_name;
}

process_driver::aim process_driver::take_aim(const process_incarnation& wanted) const {
    aim result;
    result.process = system::pidfd::open(wanted.pid);
    const std::optional<process_info> found = table_.read(wanted.pid);
    if (!result.process || !found || !found->is_running() || table_.incarnation_of(*found) != wanted) {
        result.refusal = {core::guard::already_restarted};
    } else if (auto spared = why_spared(*found, look_around(), given_)) {
        result.refusal = {spared->by, std::move(spared->why)};
    } else if (!settings_.selector.matches(*found)) {
        result.refusal = {core::guard::not_opted_in};
    } else {
        result.seen = *found;
        if (!settings_.allow_dead) {
            result.origin = origin_of(*found);
        }
        if (core::parse_network_fault_kind(act())) {
            result.packets = find_packet_scope(table_, *found, settings_.terms.network, settings_.proc_root);
        }
    }
    return result;
}

async::awaitable<std::vector<core::target>> process_driver::list() { return unlisted_on_trouble(find_targets()); }

async::awaitable<std::vector<core::target>> process_driver::find_targets() {
    const async::frame here;
    selection found = co_await async::run_blocking(pool_, [this] { return select_with_origins(); });
    co_await ask_systemd(found.origins);
    leave_out_what_stays_dead(found);
    const std::vector<process_info>& eligible = found.eligible;
    kin_.note_list(eligible);
    for (const std::string& text : found.left_out) {
        tell_once_(text);
    }
    if (eligible.empty() && !found.left_out.empty()) {
        throw std::runtime_error("no process that matches may be hit: " + found.left_out.front());
    }
    if (eligible.size() > settings_.targets_max) {
        throw core::targets_unlisted(std::to_string(eligible.size()) + " processes match the selector (" +
                                     settings_.selector.describe() + "), more than the " +
                                     std::to_string(settings_.targets_max) + " that a group may have: narrow it");
    }
    tell_breadth(eligible);
    const std::uint64_t ticks = table_.now_ticks();
    std::vector<core::target> targets;
    targets.reserve(eligible.size());
    std::ranges::transform(eligible, std::back_inserter(targets), [&](const auto& p) {
        core::target t = to_target(p);
        t.started_at = start_of(p, ticks);
        return t;
    });
    co_return targets;
}

async::awaitable<process_driver::aim> process_driver::take_aim_at(const core::target& t,
                                                                  const process_incarnation& wanted) const {
    const async::frame here;
    std::string trouble;
    try {
        aim at = co_await async::run_blocking(pool_, [this, &wanted] { return take_aim(wanted); });
        co_return at;
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    async::throw_if_cancelled();
    throw core::restart_failed("cannot look at " + t.name + ": " + trouble);
}

async::awaitable<ports::held_target> process_driver::hold(const core::target& t) {
    const async::frame here;
    const process_incarnation victim = incarnation_of(t);
    aim at = co_await take_aim_at(t, victim);
    async::throw_if_cancelled();
    ports::held_target held{.refusal = std::move(at.refusal)};
    if (!held.refusal.refused_by && incarnation_text(at.seen) != t.incarnation) {
        held.refusal.refused_by = core::guard::already_restarted;
    }
    if (!held.refusal.refused_by && at.packets.refused_by) {
        held.refusal = {.refused_by = at.packets.refused_by, .trouble = at.packets.why_not};
    }
    if (!held.refusal.refused_by) {
        ledger_.note_act(victim, now_ticks(table_, t));
        kin_.note_act(victim, at.seen);
        held.note = settings_.action == process_action::fill
                        ? actions::fill::note_of(std::to_string(victim.pid), victim, settings_.terms.disk.directory,
                                                 "process " + t.name)
                        : actions::held_action::note_of(act(), std::to_string(victim.pid), victim,
                                                        at.packets.control_group, "process " + t.name);
    }
    co_return held;
}

async::awaitable<ports::act_result> process_driver::restart(const core::target& t, const ports::go_ahead& may_act) {
    const async::frame here;
    MAYHEM_ASSERT(lasts() == nullptr, "what lasts is carried out by who ends it");
    const process_incarnation victim = incarnation_of(t);
    aim at = co_await take_aim_at(t, victim);
    async::throw_if_cancelled();
    if (at.refusal.refused_by) {
        co_return at.refusal;
    }
    co_await ask_systemd(at.origin);
    std::string owner;
    if (!at.origin.empty()) {
        upholder found = judge_origin(at.origin.front());
        if (found.is == upholder::answer::leaves_it) {
            co_return ports::act_result{core::guard::would_stay_dead, std::move(found.why)};
        }
        owner = describe(found);
    }
    const std::uint64_t ticks = now_ticks(table_, t);  // whoever started while systemd was asked is no successor
    if (const auto no = may_act.withdrawn_by()) {
        co_return ports::act_result{no};
    }
    if (!send_signal(*at.process, settings_.signal, t)) {
        co_return ports::act_result{core::guard::already_restarted};
    }
    ledger_.note_act(victim, ticks);
    kin_.note_act(victim, at.seen);
    victims_.note_act(victim, async::this_loop().turn_time(), std::move(owner));
    ports::act_result done;
    if (settings_.kill_after) {
        told_to_end process{.signal = settings_.signal,
                            .ends = [&at] { return system::process_exit(*at.process); },
                            .kill = [&at, &t] { return send_signal(*at.process, SIGKILL, t); }};
        done.trouble = co_await insist(std::move(process), *settings_.kill_after, may_act);
    }
    co_return done;
}

}  // namespace mayhem::drivers
