#include "requests/request.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mayhem/core/random.hpp"
#include "mayhem/core/text/closest_name.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::requests {

namespace {

using nlohmann::json;

constexpr std::size_t text_bytes_max = 256;

constexpr auto keys =
    std::to_array<std::string_view>({"id", "host", "group", "by", "target", "match", "action", "until"});

/// What is wrong with a request; never leaves this file.
class unreadable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

bool is_plain(std::string_view text) { return core::printable_text(text) == text; }

std::string text_of(const json& value, std::string_view key) {
    if (!value.is_string()) {
        throw unreadable(fmt::format("{}: must be a text, and is {}", key, value.type_name()));
    }
    std::string text = value.get<std::string>();
    if (text.empty() || text.size() > text_bytes_max) {
        throw unreadable(fmt::format("{}: must have 1 to {} bytes, and has {}", key, text_bytes_max, text.size()));
    }
    if (!is_plain(text)) {
        throw unreadable(fmt::format("{}: must not have control characters", key));
    }
    return text;
}

std::string needed(const json& given, std::string_view key) {
    const auto found = given.find(key);
    if (found == given.end()) {
        throw unreadable(fmt::format("{} is missing", key));
    }
    return text_of(*found, key);
}

std::optional<std::string> optional(const json& given, std::string_view key) {
    const auto found = given.find(key);
    return found == given.end() ? std::nullopt : std::optional(text_of(*found, key));
}

void refuse_unknown_keys(const json& given) {
    for (const auto& [key, value] : given.items()) {
        if (std::ranges::find(keys, key) == keys.end()) {
            const auto meant = core::closest_name(key, keys);
            throw unreadable(fmt::format("{}: there is no such key{}", core::printable_text(key),
                                         meant ? fmt::format(": did you mean {}?", *meant) : std::string()));
        }
    }
}

core::wall_time moment_of(const std::string& text) {
    const std::optional<core::wall_time> moment = core::parse_moment(text);
    if (!moment) {
        throw unreadable("until: must be a moment such as \"2026-11-23T22:15:00Z\", and is \"" + text + '"');
    }
    return *moment;
}

request read(std::string_view body) {
    if (body.size() > request_bytes_max) {
        throw unreadable(fmt::format("it has {} bytes: at most {} are read", body.size(), request_bytes_max));
    }
    const json given = core::parse_json<json>(body);
    if (given.is_discarded()) {
        throw unreadable("it is not JSON");
    }
    if (!given.is_object()) {
        throw unreadable(fmt::format("it must be a JSON object, and is {}", given.type_name()));
    }
    refuse_unknown_keys(given);
    request r{.id = needed(given, "id"),
              .host = needed(given, "host"),
              .group = needed(given, "group"),
              .by = needed(given, "by"),
              .target = optional(given, "target"),
              .match = optional(given, "match"),
              .action = optional(given, "action"),
              .until = {}};
    if (r.target && r.match) {
        throw unreadable("give target or match, not both");
    }
    if (const std::optional<std::string> until = optional(given, "until")) {
        r.until = moment_of(*until);
    }
    return r;
}

}  // namespace

core::result<request> parse_request(std::string_view body) {
    try {
        return read(body);
    } catch (const unreadable& e) {
        return core::failure{std::string(e.what())};
    }
}

std::string to_json(const request& r) {
    json to{{"id", r.id}, {"host", r.host}, {"group", r.group}, {"by", r.by}};
    const auto put = [&to](const char* key, const std::optional<std::string>& text) {
        if (text) {
            to[key] = *text;
        }
    };
    put("target", r.target);
    put("match", r.match);
    put("action", r.action);
    if (r.until) {
        to["until"] = core::utc_text(*r.until);
    }
    return core::json_line(to);
}

core::uuid message_id(std::string_view request_id) {
    const core::random_source of_requests = core::random_source(0).stream("request");
    std::array<std::uint8_t, 16> bytes{};
    auto next = bytes.begin();
    for (const std::string_view half : {"first", "second"}) {
        std::uint64_t bits = of_requests.stream(half).stream(request_id).next();
        for (std::size_t i = 0; i < sizeof bits; ++i, bits >>= 8U) {
            *next++ = static_cast<std::uint8_t>(bits);
        }
    }
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0fU) | 0x80U);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3fU) | 0x80U);
    return core::uuid(bytes);
}

}  // namespace mayhem::requests
