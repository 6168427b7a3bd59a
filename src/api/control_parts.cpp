#include "api/control_parts.hpp"

#include <charconv>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/duration_text.hpp"
#include "mayhem/core/text/json_text.hpp"

namespace mayhem::app {

control::response ok(const nlohmann::json& j) {
    control::response r;
    r.body = core::json_text(j);
    return r;
}

std::optional<std::chrono::nanoseconds> read_duration(const control::request& r, const char* name) {
    const auto text = r.parameter(name);
    if (!text) {
        return std::nullopt;
    }
    const auto length = core::parse_duration(*text);
    if (!length) {
        throw std::invalid_argument(name + (": " + length.error()));
    }
    return *length;
}

std::size_t read_number(const control::request& r, const char* name, std::size_t otherwise, std::size_t max) {
    const auto text = r.parameter(name);
    if (!text) {
        return otherwise;
    }
    std::size_t number = 0;
    const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (ec != std::errc{} || end != text->data() + text->size() || number > max) {
        throw std::invalid_argument(name + (": must be a number of at most " + std::to_string(max)));
    }
    return number;
}

}  // namespace mayhem::app
