#include "drivers/supervised/supervised_driver.hpp"

#include <stdexcept>
#include <utility>

#include "actions/freeze.hpp"
#include "drivers/proc/process_incarnation.hpp"
#include "drivers/proc/process_table.hpp"
#include "drivers/process/insist.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/text/command_id.hpp"
#include "mayhem/core/text/printable_text.hpp"
#include "system/signal_disposition.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

std::string command_line(const std::vector<std::string>& command) {
    std::string text;
    for (const std::string& argument : command) {
        text.append(text.empty() ? "" : " ").append(argument);
    }
    return core::printable_text(text);
}

}  // namespace

supervised_driver::supervised_driver(supervised_driver_settings settings, supervisor& s,
                                     std::shared_ptr<span_count> spans)
    : settings_(std::move(settings)),
      supervisor_(s),
      spans_(spans != nullptr ? std::move(spans) : std::make_shared<span_count>("exec")),
      id_(core::command_id(command_line(s.command()))),
      name_(core::printable_text(file_name(s.command().front()))) {
    if (!system::is_deadly(settings_.signal)) {
        throw std::invalid_argument(
            system::signal_name(settings_.signal) +
            " does not end a process, so nothing would restart: use TERM, KILL, INT or the like");
    }
}

bool supervised_driver::is_current(const core::target& t) const {
    const supervised_life* life = supervisor_.current();
    return life != nullptr && t.id == id_ && incarnation_of(*life) == t.incarnation;
}

std::string supervised_driver::incarnation_of(const supervised_life& life) const {
    return settings_.freezes ? spans_->incarnation_of(life.incarnation) : life.incarnation;
}

/// It is that very life, and whoever held it still has not let go yet.
bool supervised_driver::is_still_frozen(const core::target& t) const {
    const supervised_life* life = supervisor_.current();
    if (life == nullptr || span_count::life_of(t.incarnation) != life->incarnation) {
        return false;
    }
    const std::optional<process_info> process = process_table().read(life->pid);
    return process && process->tracer != 0;
}

core::target supervised_driver::make_target(const supervised_life& life) const {
    return {.id = id_, .incarnation = incarnation_of(life), .name = name_};
}

async::awaitable<ports::held_target> supervised_driver::hold(const core::target& t) {
    const async::frame here;
    ports::held_target held;
    if (!is_current(t)) {
        held.refusal.refused_by = core::guard::already_restarted;
    } else {
        const process_incarnation life = drivers::incarnation_of(t);
        held.note = actions::freeze::note_of(actions::freeze::action_name, std::to_string(life.pid), life, {},
                                             "process " + name_);
    }
    co_return held;
}

async::awaitable<std::vector<core::target>> supervised_driver::list() {
    const async::frame here;
    std::vector<core::target> targets;
    if (supervisor_.is_ready()) {
        targets.push_back(make_target(*supervisor_.current()));
    }
    co_return targets;
}

async::awaitable<ports::act_result> supervised_driver::restart(const core::target& t, const ports::go_ahead& may_act) {
    const async::frame here;
    if (const auto no = may_act.withdrawn_by()) {
        co_return ports::act_result{no};
    }
    if (!is_current(t) || !supervisor_.signal(settings_.signal, settings_.scope)) {
        co_return ports::act_result{core::guard::already_restarted};
    }
    ports::act_result done;
    if (settings_.kill_after) {
        const std::uint64_t life = supervisor_.current()->number;
        told_to_end process{
            .signal = settings_.signal,
            .ends = [this, life] { return supervisor_.life_ends(life); },
            .kill = [this, &t] { return is_current(t) && supervisor_.signal(SIGKILL, settings_.scope); }};
        done.trouble = co_await insist(std::move(process), *settings_.kill_after, may_act);
    }
    co_return done;
}

async::awaitable<std::optional<core::target>> supervised_driver::successor(const core::target& t) {
    const async::frame here;
    if (is_current(t) || !supervisor_.is_ready() || is_still_frozen(t)) {
        co_return std::nullopt;
    }
    co_return make_target(*supervisor_.current());
}

async::awaitable<ports::departure> supervised_driver::departure_of(core::target t) {
    const async::frame here;
    ports::departure d;
    if (is_still_frozen(t)) {
        d.is = core::passing::stands;
        d.seen = "pid " + std::to_string(supervisor_.current()->pid) + " still stands still, or somebody traces it";
    } else if (is_current(t)) {
        const pid_t pid = supervisor_.current()->pid;
        d.is = core::passing::stands;
        d.seen = system::describe_standing(pid, settings_.signal, system::disposition_of(pid, settings_.signal));
    } else {
        d.is = core::passing::ended;
        d.seen = supervisor_.current() != nullptr ? "it was started again, and is not ready yet"
                                                  : "it has ended, and could not be started again so far";
    }
    co_return d;
}

}  // namespace mayhem::drivers
