#include "drivers/docker/engine_events.hpp"

#include <charconv>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::drivers {

namespace {

using nlohmann::json;

std::string text_at(const json& in, const char* path) {
    const json::json_pointer p(path);
    return in.contains(p) && in.at(p).is_string() ? in.at(p).get<std::string>() : std::string();
}

int number_in(const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

}  // namespace

std::vector<engine_event> parse_events(std::string_view text) {
    std::vector<engine_event> events;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const bool is_last = end == std::string_view::npos;
        text.remove_prefix(is_last ? text.size() : end + 1);
        if (line.find_first_not_of(" \r\t") == std::string_view::npos) {
            continue;
        }
        const json one = core::parse_json<json>(line);
        if (one.is_discarded() && is_last) {
            break;
        }
        if (!one.is_object()) {
            throw std::runtime_error("the events are not those of a container engine");
        }
        if (text_at(one, "/Type") != "container") {
            continue;
        }
        engine_event e{.action = text_at(one, "/Action"),
                       .signal = number_in(text_at(one, "/Actor/Attributes/signal"))};
        e.at_ns =
            one.contains("timeNano") && one["timeNano"].is_number_integer() ? one["timeNano"].get<std::int64_t>() : 0;
        events.push_back(std::move(e));
    }
    return events;
}

}  // namespace mayhem::drivers
