#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace mayhem::cli {

/// What a database has answered, as JSON: NULL is null.
inline nlohmann::json text_or_null(const std::optional<std::string>& text) {
    return text ? nlohmann::json(*text) : nlohmann::json();
}
inline nlohmann::json number_or_null(const std::optional<std::string>& text) {
    return text ? nlohmann::json(std::stoll(*text)) : nlohmann::json();
}

}  // namespace mayhem::cli
