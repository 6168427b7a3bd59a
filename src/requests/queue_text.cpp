#include "requests/queue_text.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"

namespace mayhem::requests {

std::string for_host(std::string pattern, const std::string& host) {
    constexpr std::string_view placeholder = "{host}";
    for (std::size_t at = pattern.find(placeholder); at != std::string::npos; at = pattern.find(placeholder, at)) {
        pattern.replace(at, placeholder.size(), host);
        at += host.size();
    }
    return pattern;
}

std::string dead_letter_text(const std::string& from, const std::string& why, const std::string& body) {
    return core::json_line(
        nlohmann::json{{"from", from}, {"reason", why}, {"request", body.substr(0, kept_bytes_max)}});
}

}  // namespace mayhem::requests
