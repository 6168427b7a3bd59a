// How the systemd driver acts: what is asked of systemd, what counts as done, and what is told when it is not.
#include <utility>

#include "actions/fill.hpp"
#include "actions/held_action.hpp"
#include "actions/name_service.hpp"
#include "drivers/proc/process_network.hpp"
#include "drivers/proc/process_table.hpp"
#include "drivers/systemd/polkit_rule.hpp"
#include "drivers/systemd/systemd_driver.hpp"
#include "drivers/systemd/unit_limits_look.hpp"
#include "drivers/systemd/unit_packets.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::drivers {

namespace {

constexpr const char* unit_interface = "org.freedesktop.systemd1.Unit";

ports::act_result busy(std::string why) { return {.refused_by = core::guard::busy, .trouble = std::move(why)}; }

/// Nothing: there is no such process.
std::optional<process_incarnation> find_incarnation(pid_t pid) {
    const process_table table;
    const std::optional<process_info> p = pid > 0 ? table.read(pid) : std::nullopt;
    return p ? std::optional(table.incarnation_of(*p)) : std::nullopt;
}

}  // namespace

async::awaitable<ports::act_result> systemd_driver::restart(const core::target& t, const ports::go_ahead& may_act) {
    const async::frame here;
    try {
        ports::act_result result = co_await act(t, may_act);
        co_return result;
    } catch (const systemd_bus_error& e) {
        if (!e.is_unknown_unit()) {
            throw core::restart_failed(explain(t, e));
        }
    }
    co_return ports::act_result{core::guard::already_restarted};
}

async::awaitable<ports::act_result> systemd_driver::act(const core::target& t, const ports::go_ahead& may_act) {
    const async::frame here;
    systemd_bus bus(address_, settings_.call_limit);
    co_await bus.follow_jobs();
    const std::optional<systemd_unit> u = co_await look(bus, t.id);
    if (!u) {
        co_return ports::act_result{core::guard::already_restarted};
    }
    if (auto refused = refuse(*u, t)) {
        co_return *std::move(refused);
    }
    if (u->has_job) {
        co_return busy("systemd has a job for it that somebody else asked for");
    }
    if (settings_.action != systemd_action::stop && !settings_.allow_dead) {
        if (auto why = ledger_.why_start_limit(*u, async::this_loop().clock().wall_now())) {
            co_return ports::act_result{core::guard::would_stay_dead, *std::move(why)};
        }
    }
    if (const auto no = may_act.withdrawn_by()) {
        co_return ports::act_result{no};
    }
    ledger_.note_act(*u);
    ports::act_result result = co_await carry_out(bus, t);
    co_return result;
}

/// The main process is looked up before it is asked whose life runs, so that it is of the life that was meant, or gone.
async::awaitable<ports::held_target> systemd_driver::hold(const core::target& t) {
    const async::frame here;
    try {
        ports::held_target held = co_await find_held(t);
        co_return held;
    } catch (const systemd_bus_error& e) {
        if (!e.is_unknown_unit()) {
            throw core::restart_failed(explain(t, e));
        }
    }
    co_return ports::held_target{.refusal = {core::guard::already_restarted}};
}

std::optional<std::string> systemd_driver::find_why_no_effect(const systemd_unit& u) const {
    if (!core::parse_network_fault_kind(act())) {
        return std::nullopt;
    }
    return why_no_effect(u, settings_.terms.network, shares_network(u.main_process) == false,
                         actions::who_asks_for_all());
}

async::awaitable<ports::held_target> systemd_driver::find_held(core::target t) {
    const async::frame here;
    systemd_bus bus(address_, settings_.call_limit);
    const std::optional<systemd_unit> before = co_await look(bus, t.id);
    const std::optional<process_incarnation> main = before ? find_incarnation(before->main_process) : std::nullopt;
    const std::optional<systemd_unit> u = co_await look(bus, t.id);
    ports::held_target held;
    if (!u || !main || u->main_process != before->main_process) {
        held.refusal = {core::guard::already_restarted};
    } else if (auto refused = refuse(*u, t)) {
        held.refusal = *std::move(refused);
    } else if (u->has_job) {
        held.refusal = busy("systemd has a job for it that somebody else asked for");
    } else if (auto why = find_why_no_effect(*u)) {
        held.refusal = {core::guard::no_effect_possible, *std::move(why)};
    } else if (settings_.action == systemd_action::throttle) {
        ledger_.note_act(*u);
        held = co_await hold_limits(
            bus, {.unit = u->id, .invocation = u->invocation, .first = *main, .name = "unit " + u->id},
            settings_.terms.limits);
    } else {
        ledger_.note_act(*u);
        held.note = settings_.action == systemd_action::fill
                        ? actions::fill::note_of(u->id, *main, settings_.terms.disk.directory, "unit " + u->id)
                        : actions::held_action::note_of(act(), u->id, *main, u->control_group, "unit " + u->id);
    }
    co_return held;
}

async::awaitable<ports::act_result> systemd_driver::carry_out(systemd_bus& bus, const core::target& t) {
    const async::frame here;
    const bool kills = settings_.action == systemd_action::kill;
    const bool stops = settings_.action == systemd_action::stop;
    bus_message request =
        bus.make_unit_call(t.incarnation, unit_interface, kills ? "Kill" : (stops ? "Stop" : "TryRestart"));
    if (kills) {
        (void)sd_bus_message_append(request.get(), "si", "main", settings_.signal);
    } else {
        (void)sd_bus_message_append(request.get(), "s", "fail");  // never instead of what somebody else wants
    }
    async::throw_if_cancelled();
    ports::act_result done;
    bool is_accepted = false;
    try {
        const bus_message reply = co_await async::shield(bus.call(std::move(request)), settings_.call_limit);
        is_accepted = true;
        if (kills) {
            co_return done;
        }
        const char* job = nullptr;
        if (sd_bus_message_read(reply.get(), "o", &job) < 0) {
            throw systemd_bus_error("", "systemd named no job");
        }
        done.trouble = co_await follow_job(bus, t, job);
    } catch (const systemd_bus_error& e) {
        if (!is_accepted && e.is_in_the_way()) {
            co_return busy(std::string("somebody else has asked systemd for something: ") + e.what());
        }
        if (!is_accepted && !e.is_unanswered()) {
            throw;  // systemd's own answer: it did nothing
        }
        done.trouble =
            "systemd was asked to " + std::string(to_string(settings_.action)) + " it, and then: " + e.what();
        done.is_in_doubt = true;
    } catch (const asio::system_error& e) {
        if (e.code() != asio::error::operation_aborted) {
            throw;
        }  // otherwise nobody waits for the job any more; systemd carries it out
    }
    co_return done;
}

async::awaitable<std::string> systemd_driver::follow_job(systemd_bus& bus, const core::target& t, std::string job) {
    const async::frame here;
    const std::string result = co_await bus.job_result(std::move(job), settings_.job_limit);
    ledger_.note_job(t.id, result);
    const std::optional<systemd_unit> after = co_await look(bus, t.id);
    const std::string advice = ": see systemctl status " + t.id;
    if (result != "done" && result != "canceled") {
        if (after && after->invocation == t.incarnation && after->active_state == "active") {
            throw core::restart_failed("cannot " + std::string(to_string(settings_.action)) + ' ' + t.name +
                                       ": systemd's job ended with \"" + result + '"' + advice);
        }
        co_return "systemd's job ended with \"" + result + '"' + advice;
    }
    if (settings_.action == systemd_action::restart && after && !after->conditions_met) {
        co_return "its conditions are not met any more, so that it was stopped and not started" + advice;
    }
    co_return std::string();
}

std::string systemd_driver::explain(const core::target& t, const systemd_bus_error& e) const {
    std::string text = "cannot " + std::string(to_string(settings_.action)) + ' ' + t.name + ": " + e.what();
    if (e.is_forbidden()) {
        text += "; as root, write this to /etc/polkit-1/rules.d/50-mayhem.rules: " +
                polkit_rule(t.id, settings_.action, find_own_user());
    }
    return text;
}

}  // namespace mayhem::drivers
