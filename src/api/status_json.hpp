#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "api/controlled.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/tasks.hpp"
#include "pipeline/model/halt_switch.hpp"

namespace mayhem::app {

/// What `GET /v1/status` says.
[[nodiscard]] nlohmann::json status_json(controlled& daemon, const pipeline::halt_switch& halt, async::loop& loop);

/// `is_halted`, and the reasons: door, who, since, why.
[[nodiscard]] nlohmann::json halt_json(const pipeline::halt_switch& halt);

/// What `GET /v1/tasks` says.
[[nodiscard]] nlohmann::json tasks_json(const std::vector<async::task_info>& tasks);

}  // namespace mayhem::app
