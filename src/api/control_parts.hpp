#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "control/http.hpp"

namespace mayhem::app {

/// 200 with `j`, indented.
[[nodiscard]] control::response ok(const nlohmann::json& j);

/// A duration among the query's parameters, such as "7d"; nothing if it is absent. Throws `std::invalid_argument`, with
/// the parameter's name, for what cannot be meant.
[[nodiscard]] std::optional<std::chrono::nanoseconds> read_duration(const control::request& r, const char* name);

/// A number of at most `max`; `otherwise` if it is absent. Throws the same.
[[nodiscard]] std::size_t read_number(const control::request& r, const char* name, std::size_t otherwise,
                                      std::size_t max);

}  // namespace mayhem::app
