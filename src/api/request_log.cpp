#include "api/request_log.hpp"

#include <array>

#include "telemetry/journal_event.hpp"

namespace mayhem::app {

void tell_requested(const telemetry::log& log, const core::message& m, std::string_view called, const std::string& who,
                    std::string_view way) {
    const std::string id = m.id.to_string();
    const std::array fields{telemetry::log_field{"MESSAGE_ID", telemetry::id_of(telemetry::journal_event::requested)},
                            telemetry::log_field{"GROUP", m.group}, telemetry::log_field{"TARGET", m.target.id},
                            telemetry::log_field{"MAYHEM_MESSAGE", id}, telemetry::log_field{"MAYHEM_WHO", who}};
    log.with(fields).info("A {} of {} in group '{}' is asked for by {}{}: message {}", called, m.target.name, m.group,
                          who, way, id);
}

}  // namespace mayhem::app
