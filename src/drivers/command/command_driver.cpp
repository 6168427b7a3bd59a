#include "drivers/command/command_driver.hpp"

#include <algorithm>
#include <stdexcept>
#include <system_error>

#include "drivers/command/command_text.hpp"
#include "drivers/contract/driver_promises.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/printable_text.hpp"
#include "system/run_command.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::size_t output_bytes_max = 4UL * 1024 * 1024;  // 10,000 targets of some hundred bytes

/// For errors: the command as it was given, not as a shell would take it.
std::string to_text(const std::vector<std::string>& arguments) {
    std::string text;
    for (const std::string& argument : arguments) {
        text.append(text.empty() ? "" : " ").append(argument);
    }
    return core::printable_text(text);
}

std::string name_of(std::string_view purpose, const std::vector<std::string>& arguments) {
    return "the command " + std::string(purpose) + " (" + to_text(arguments) + ") ";
}

}  // namespace

command_driver::command_driver(command_driver_settings settings, teller tell)
    : settings_(std::move(settings)), tell_once_(std::move(tell)) {
    if (settings_.list.empty() || settings_.restart.empty()) {
        throw std::invalid_argument("a command driver needs the commands list and restart");
    }
}

system::command command_driver::make(const std::vector<std::string>& arguments) const {
    return {.arguments = arguments,
            .environment = settings_.environment,
            .timeout = settings_.timeout,
            .output_bytes_max = output_bytes_max};
}

/// Throws when it cannot be started. `what` names it, for errors.
async::awaitable<system::command_result> command_driver::start(std::vector<std::string> arguments,
                                                               std::string what) const {
    const async::frame here;
    std::string not_started;
    system::command_result r;
    try {
        r = co_await system::run_command(make(arguments));
    } catch (const system::command_not_started& e) {
        not_started = e.what();
    }
    if (!not_started.empty()) {
        throw std::runtime_error(what + "cannot be run: " + not_started);
    }
    co_return r;
}

/// Standard output. `purpose` names the config key, for errors.
async::awaitable<std::string> command_driver::run(std::vector<std::string> arguments, std::string purpose) const {
    const async::frame here;
    const std::string what = name_of(purpose, arguments);
    system::command_result r = co_await start(std::move(arguments), what);
    if (!r.is_success()) {
        throw std::runtime_error(what + core::printable_text(system::describe(r)));
    }
    if (r.output_cut) {
        throw std::runtime_error(what + "printed more than " + std::to_string(output_bytes_max) + " bytes");
    }
    co_return std::move(r.output);
}

async::awaitable<std::vector<core::target>> command_driver::list_all() const {
    const async::frame here;
    const std::string output = co_await run(settings_.list, "list");
    try {
        co_return parse_command_targets(output, settings_.targets_max);
    } catch (const std::runtime_error& e) {
        throw std::runtime_error("the output of the command list (" + to_text(settings_.list) + "), " + e.what());
    }
}

bool command_driver::is_excluded(const core::target& t) const {
    return settings_.except.exclude(t.id) || settings_.except.exclude(t.name);
}

async::awaitable<std::vector<core::target>> command_driver::list_wanted() const {
    const async::frame here;
    std::vector<core::target> targets = co_await list_all();
    std::erase_if(targets, [this](const core::target& t) { return is_excluded(t); });
    co_return targets;
}

async::awaitable<std::vector<core::target>> command_driver::list() { return unlisted_on_trouble(list_wanted()); }

async::awaitable<std::string> command_driver::observe(const core::target& t) const {
    const async::frame here;
    if (settings_.observe.empty()) {
        const std::vector<core::target> all = co_await list_all();
        const auto found = std::ranges::find(all, t.id, &core::target::id);
        co_return found == all.end() ? std::string() : found->incarnation;
    }
    const std::string output = co_await run(fill_placeholders(settings_.observe, t), "observe");
    try {
        co_return parse_command_incarnation(output);
    } catch (const std::runtime_error& e) {
        throw std::runtime_error("the output of the command observe: " + std::string(e.what()));
    }
}

async::awaitable<ports::act_result> command_driver::restart(const core::target& t, const ports::go_ahead& may_act) {
    const async::frame here;
    if (is_excluded(t)) {
        co_return ports::act_result{core::guard::not_opted_in, "the group excludes it"};
    }
    std::string trouble;
    try {
        bool is_listed = true;
        if (!settings_.observe.empty()) {
            const std::vector<core::target> all = co_await list_all();
            is_listed = std::ranges::find(all, t.id, &core::target::id) != all.end();
        }
        const std::string running = co_await observe(t);
        if (running != t.incarnation) {
            co_return ports::act_result{core::guard::already_restarted};
        }
        if (!is_listed) {
            co_return ports::act_result{core::guard::not_opted_in};
        }
        async::throw_if_cancelled();
        if (const auto no = may_act.withdrawn_by()) {
            co_return ports::act_result{no};
        }
        ports::act_result result = co_await run_restart(t);
        co_return result;
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    async::throw_if_cancelled();
    throw core::restart_failed(trouble);
}

/// One that took too long, or was lost sight of, may have done it, so it counts as done, or a second attempt might do
/// it twice.
async::awaitable<ports::act_result> command_driver::run_restart(const core::target& t) const {
    const async::frame here;
    std::vector<std::string> arguments = fill_placeholders(settings_.restart, t);
    const std::string what = name_of("restart", arguments);
    system::command_result r;
    std::string lost;
    try {
        r = co_await async::shield(start(std::move(arguments), what), settings_.timeout);
    } catch (const std::system_error& e) {
        if (async::is_cancel_requested()) {
            throw;
        }
        lost = e.what();
    }
    if (!lost.empty()) {
        co_return ports::act_result{std::nullopt, what + "was begun, and then: " + lost, true};
    }
    std::string told = what + core::printable_text(system::describe(r));
    if (!r.is_success() && !r.timed_out) {
        throw std::runtime_error(told);
    }
    co_return ports::act_result{std::nullopt, std::move(told), r.timed_out};
}

async::awaitable<std::optional<core::target>> command_driver::successor(const core::target& t) {
    return unseen_on_trouble(find_successor(t), t.name, tell_once_);
}

async::awaitable<std::optional<core::target>> command_driver::find_successor(const core::target& t) const {
    const async::frame here;
    std::string running = co_await observe(t);
    if (running.empty() || running == t.incarnation) {
        co_return std::nullopt;
    }
    co_return core::target{.id = t.id, .incarnation = std::move(running), .name = t.name};
}

}  // namespace mayhem::drivers
