#include "drivers/supervised/supervisor.hpp"

#include <stdexcept>
#include <system_error>
#include <utility>

#include "drivers/supervised/guardian.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/first_few.hpp"
#include "system/process_exit.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

supervisor::supervisor(supervisor_settings settings, const process_table& table,
                       std::function<void(const supervisor_event&)> on_event)
    : settings_(std::move(settings)), table_(table), on_event_(std::move(on_event)) {
    if (settings_.command.empty() || settings_.command.front().empty()) {
        throw std::invalid_argument("there is no command to supervise: give a program and its arguments");
    }
}

async::awaitable<void> supervisor::run() {
    const async::frame here;
    const async::settled<void> end = co_await async::settle(keep_alive());
    co_await async::begin_cleanup();
    current_.reset();
    if (child_) {
        co_await child_->end(settings_.end_grace, table_);
        tell_left();
        child_.reset();
    }
    end.rethrow_if_failed();
}

async::awaitable<void> supervisor::keep_alive() {
    const async::frame here;
    while (true) {
        const std::chrono::nanoseconds delay = co_await live_once();
        co_await async::sleep_for(delay);
    }
}

async::awaitable<std::chrono::nanoseconds> supervisor::live_once() {
    const async::frame here;
    try {
        co_await start();
    } catch (const spawn_failed& e) {
        child_.reset();
        if (lives_ == 0) {
            throw;
        }
        co_return settle(supervisor_event::kind::start_failed, e.what());
    }
    const system::exit_status status = co_await child_->wait();
    const std::chrono::nanoseconds delay = settle(supervisor_event::kind::ended, status.describe());
    co_await child_->end_rest();
    tell_left();
    child_.reset();
    co_return delay;
}

async::awaitable<void> supervisor::start() {
    const async::frame here;
    on_purpose_ = false;
    child_ = std::make_unique<child_process>(settings_.command);
    co_await child_->started();
    const std::optional<process_info> process = table_.read(child_->pid());
    if (!process) {
        throw spawn_failed("cannot find the command that was just started in /proc", ESRCH);
    }
    ++lives_;
    current_ = supervised_life{.number = lives_,
                               .pid = child_->pid(),
                               .incarnation = table_.incarnation_of(*process).to_string(),
                               .started_at = async::this_loop().now()};
    supervisor_event event;
    event.what = supervisor_event::kind::started;
    event.life = *current_;
    on_event_(event);
}

std::chrono::nanoseconds supervisor::settle(supervisor_event::kind what, std::string how) {
    const async::clock::time_point now = async::this_loop().now();
    const supervised_life life = current_.value_or(supervised_life{});
    const bool is_start = what == supervisor_event::kind::start_failed;
    const life_ended ended{.at = now,
                           .lasted = is_start ? std::chrono::nanoseconds{0} : now - life.started_at,
                           .was_ready = !is_start && is_ready(),
                           .on_purpose = on_purpose_};
    current_.reset();
    restart_decision decision = decide_restart(settings_.policy, std::move(state_), ended);
    state_ = std::move(decision.next);

    supervisor_event event{.what = what,
                           .life = life,
                           .how = std::move(how),
                           .on_purpose = ended.on_purpose,
                           .lasted = ended.lasted,
                           .restart_in = decision.delay};
    on_event_(event);
    if (decision.crash_loop_began) {
        event.what = supervisor_event::kind::crash_loop;
        on_event_(event);
    }
    return decision.delay;
}

void supervisor::tell_left() {
    std::vector<std::string> names;
    for (const pid_t pid : child_->left()) {
        const std::optional<process_info> process = table_.read(pid);
        if (process && process->is_running()) {
            names.push_back(process->name + " (pid " + std::to_string(pid) +
                            (process->user ? ", user " + std::to_string(*process->user) : "") + ')');
        }
    }
    if (child_->is_unguarded()) {
        names.emplace_back("whoever had left its process group when its guardian was killed");
    }
    if (!names.empty()) {
        supervisor_event event;
        event.what = supervisor_event::kind::left_behind;
        event.how = core::first_few(names, guardian_left_max);
        on_event_(event);
    }
}

bool supervisor::is_ready() const {
    return current_ && async::this_loop().now() - current_->started_at >= settings_.ready_after;
}

bool supervisor::signal(int number, scope whom) {
    if (!current_ || !child_) {
        return false;
    }
    try {
        if (whom == scope::main_process && !child_->signal(number)) {
            return false;
        }
    } catch (const std::system_error& e) {
        throw core::restart_failed("cannot send " + system::signal_name(number) + " to " + settings_.command.front() +
                                   ": " + e.code().message() + "; run Mayhem as its user or with CAP_KILL");
    }
    if (whom == scope::whole_group) {
        child_->signal_group(number);
    }
    on_purpose_ = true;
    return true;
}

async::awaitable<void> supervisor::life_ends(std::uint64_t number) {
    const async::frame here;
    if (current_ && current_->number == number && child_) {
        co_await system::process_exit(child_->handle());
    }
}

}  // namespace mayhem::drivers
