#pragma once

#include <cstddef>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/table.hpp"

namespace mayhem::cli {

/// What the daemon answered, for a person. Each takes the JSON that docs/openapi.json describes and ends with a
/// newline; throws `nlohmann::json::exception` for anything else.
std::string tasks_text(const nlohmann::json& j);
std::string targets_text(const nlohmann::json& j, std::size_t room = table::no_limit);

/// How far a restart that was asked for has come.
std::string restart_text(const nlohmann::json& j);

/// How far an act that was asked for has come, and what was seen of it.
std::string fault_text(const nlohmann::json& j);

/// "15:04:05 restarted cattle cattle-u6ir.example.net": one event of the stream.
std::string event_text(const std::string& name, const nlohmann::json& j);

}  // namespace mayhem::cli
