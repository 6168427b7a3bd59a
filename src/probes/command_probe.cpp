#include "probes/command_probe.hpp"

#include <string_view>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "probes/not_asked.hpp"
#include "system/run_command.hpp"

namespace mayhem::probes {

namespace {

void replace_all(std::string& text, std::string_view what, std::string_view by) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

}  // namespace

command_probe::command_probe(command_probe_settings settings, std::chrono::nanoseconds timeout)
    : settings_(std::move(settings)), timeout_(timeout) {}

std::string command_probe::describe() const { return "'" + settings_.arguments.front() + "' exits with 0"; }

async::awaitable<ports::probe_result> command_probe::ask(const core::target& t) {
    const async::frame here;
    system::command command;
    command.arguments = settings_.arguments;
    command.timeout = timeout_;
    for (std::string& argument : command.arguments) {
        replace_all(argument, "{id}", t.id);
        replace_all(argument, "{name}", t.name);
    }
    ports::probe_result result;
    try {
        const system::command_result ended = co_await system::run_command(std::move(command));
        result.passes = ended.is_success();
        result.detail = "'" + settings_.arguments.front() + "' " + system::describe(ended);
    } catch (const system::command_not_started& e) {
        result.detail = e.what();
    } catch (...) {
        result = not_asked(describe());
    }
    co_return result;
}

}  // namespace mayhem::probes
