#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "mayhem/core/result.hpp"
#include "notify/notifier.hpp"
#include "settings/error.hpp"

namespace mayhem::app {

/// Whom the notifications of a config go to, or what is wrong with its files of secrets, as errors of the config
/// `file`. Reads those files: it blocks, and must be called as the user that runs the daemon.
core::result<std::vector<notify::destination_plan>, std::vector<settings::error>> plan_notifications(
    const config& c, std::string_view file);

/// What events call this host.
[[nodiscard]] std::string host_name();

}  // namespace mayhem::app
