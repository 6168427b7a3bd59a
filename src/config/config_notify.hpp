#pragma once

#include <cstddef>

#include "config/config.hpp"
#include "settings/section.hpp"

namespace mayhem::app {

inline constexpr std::size_t webhooks_max = 16;
inline constexpr std::size_t hooks_max = 16;

/// Reads [webhook.NAME], each, into `to`. `groups` are the groups of the file, which filters name. The files with
/// secrets are not opened: who only looks at the plan need not be able to read them (`plan_notifications` does it).
void read_webhooks(settings::section& webhooks, const toml::table& groups, settings::errors& errors, config& to);

/// The same for [hook.NAME].
void read_hooks(settings::section& hooks, const toml::table& groups, settings::errors& errors, config& to);

}  // namespace mayhem::app
