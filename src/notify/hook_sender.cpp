#include "notify/hook_sender.hpp"

#include "mayhem/async/frame.hpp"
#include "system/run_command.hpp"

namespace mayhem::notify {

system::command command_for(const hook_settings& settings, const event& e) {
    system::command c;
    for (const text_template& argument : settings.arguments) {
        c.arguments.push_back(argument.render(e));
    }
    c.environment = {
        {"MAYHEM_EVENT", std::string(to_string(e.kind))},
        {"MAYHEM_EVENT_AT", at_text(e)},
        {"MAYHEM_EVENT_ID", e.id},
        {"MAYHEM_EVENT_HOST", e.host},
        {"MAYHEM_EVENT_TEXT", summary(e)},
        {"MAYHEM_EVENT_GROUP", e.group},
        {"MAYHEM_EVENT_TARGET", e.target},
        {"MAYHEM_EVENT_MESSAGE", e.message},
        {"MAYHEM_EVENT_ATTEMPT", e.attempt > 0 ? std::to_string(e.attempt) : ""},
        {"MAYHEM_EVENT_SECONDS", seconds_text(e)},
        {"MAYHEM_EVENT_WHO", e.who},
        {"MAYHEM_EVENT_DETAIL", e.detail},
    };
    c.input = to_json(e) + '\n';
    c.timeout = settings.timeout;
    c.kill_after = hook_sender::kill_after;
    c.output_bytes_max = hook_sender::output_bytes_max;
    return c;
}

async::awaitable<attempt_result> hook_sender::send(std::shared_ptr<const event> e) {
    const async::frame here;
    attempt_result result;
    try {
        const system::command_result ended = co_await system::run_command(command_for(settings_, *e));
        if (!ended.is_success()) {
            result.verdict = attempt_result::verdict::failed;
            result.why = "the command " + describe(ended);
        }
    } catch (const system::command_not_started& failed) {
        result.verdict = attempt_result::verdict::failed;
        result.why = failed.what();
    }
    co_return result;
}

}  // namespace mayhem::notify
