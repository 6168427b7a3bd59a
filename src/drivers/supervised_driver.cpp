#include "drivers/supervised_driver.hpp"

#include <stdexcept>

#include "drivers/process_info.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/printable_text.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::chrono::seconds killed_within{5};

std::string command_line(const std::vector<std::string>& command) {
    std::string text;
    for (const std::string& argument : command) {
        text.append(text.empty() ? "" : " ").append(argument);
    }
    return core::printable_text(text);
}

}  // namespace

supervised_driver::supervised_driver(supervised_driver_settings settings, supervisor& s)
    : settings_(settings),
      supervisor_(s),
      id_(command_line(s.command())),
      name_(core::printable_text(file_name(s.command().front()))) {
    if (!system::is_deadly(settings_.signal)) {
        throw std::invalid_argument(
            system::signal_name(settings_.signal) +
            " does not end a process, so nothing would restart: use TERM, KILL, INT or the like");
    }
}

bool supervised_driver::is_current(const core::target& t) const {
    const supervised_life* life = supervisor_.current();
    return life != nullptr && t.id == id_ && life->incarnation == t.incarnation;
}

core::target supervised_driver::make_target(const supervised_life& life) const {
    return {.id = id_, .incarnation = life.incarnation, .name = name_};
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
    if (settings_.kill_after) {
        try {
            co_await insist(t);
        } catch (const asio::system_error& e) {
            if (e.code() != asio::error::operation_aborted) {
                throw;
            }  // otherwise what was sent is the act
        }
    }
    co_return ports::act_result{};
}

async::awaitable<void> supervised_driver::insist(const core::target& t) {
    const async::frame here;
    const std::uint64_t life = supervisor_.current()->number;
    const auto ended = co_await async::with_timeout(supervisor_.life_ends(life), *settings_.kill_after);
    if (ended || !is_current(t) || !supervisor_.signal(SIGKILL, settings_.scope)) {
        co_return;
    }
    const auto killed = co_await async::with_timeout(supervisor_.life_ends(life), killed_within);
    if (!killed) {
        throw core::restart_failed(t.name +
                                   " survives SIGKILL: it is stuck inside the kernel, mostly on a dead disk or "
                                   "file server; see /proc/PID/stack");
    }
}

async::awaitable<std::optional<core::target>> supervised_driver::successor(const core::target& t) {
    const async::frame here;
    if (is_current(t) || !supervisor_.is_ready()) {
        co_return std::nullopt;
    }
    co_return make_target(*supervisor_.current());
}

}  // namespace mayhem::drivers
