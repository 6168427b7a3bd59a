#pragma once

#include <string>
#include <string_view>

#include "mayhem/core/message.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// Logs that `who` has asked for `m`, with the fields by which journald finds it. `called`: "restart"; `way`: how he
/// has asked, if not at the control socket, with a blank before it.
void tell_requested(const telemetry::log& log, const core::message& m, std::string_view called, const std::string& who,
                    std::string_view way = {});

}  // namespace mayhem::app
