#include "queues/jetstream/jetstream_text.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mayhem/core/text/duration_text.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "requests/queue_text.hpp"

namespace mayhem::queues {

namespace {

using nlohmann::json;
using std::chrono::nanoseconds;

constexpr std::string_view placeholder = "{host}";

std::vector<std::string_view> tokens_of(std::string_view subject) {
    std::vector<std::string_view> tokens;
    for (;;) {
        const std::size_t dot = subject.find('.');
        tokens.push_back(subject.substr(0, dot));
        if (dot == std::string_view::npos) {
            return tokens;
        }
        subject.remove_prefix(dot + 1);
    }
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// A member of an object, or null.
json member(const json& of, const char* key) { return of.is_object() && of.contains(key) ? of[key] : json(); }

}  // namespace

std::optional<jetstream_delivery> parse_ack_subject(std::string_view subject) {
    constexpr std::size_t plain = 9;
    constexpr std::size_t with_domain = 11;
    const std::vector<std::string_view> tokens = tokens_of(subject);
    if (tokens.size() < plain || tokens[0] != "$JS" || tokens[1] != "ACK") {
        return std::nullopt;
    }
    const std::size_t first = tokens.size() >= with_domain ? 4 : 2;
    const auto deliveries = number_of<int>(tokens[first + 2]);
    const auto sequence = number_of<std::uint64_t>(tokens[first + 3]);
    if (!deliveries || !sequence) {
        return std::nullopt;
    }
    return jetstream_delivery{
        .stream = std::string(tokens[first]), .sequence = *sequence, .deliveries = std::max(1, *deliveries)};
}

std::string consumer_for(const std::string& pattern, const std::string& host) {
    std::string name = requests::for_host(pattern, host);
    std::ranges::replace(name, '.', '_');
    return name;
}

std::string subjects_of(const std::string& pattern) {
    const std::size_t at = pattern.find(placeholder);
    return at == std::string::npos ? pattern : pattern.substr(0, at) + '>';
}

std::string next_request(nanoseconds expires) {
    return core::json_line(json{{"batch", 1}, {"expires", expires.count()}});
}

std::string nack_text(nanoseconds delay) {
    return delay <= nanoseconds::zero() ? "-NAK" : "-NAK " + core::json_line(json{{"delay", delay.count()}});
}

std::string consumer_to_create(const jetstream_settings& s, const std::string& consumer, const std::string& filter) {
    return core::json_line(json{{"stream_name", s.stream},
                                {"config",
                                 {{"durable_name", consumer},
                                  {"description", "Mayhem: requests for one host"},
                                  {"ack_policy", "explicit"},
                                  {"ack_wait", s.lease.count()},
                                  {"max_deliver", -1},
                                  {"deliver_policy", "all"},
                                  {"replay_policy", "instant"},
                                  {"filter_subject", filter}}}});
}

std::string stream_to_create(const jetstream_settings& s) {
    constexpr std::int64_t week = std::int64_t{7} * 24 * 3600 * 1'000'000'000;
    constexpr std::int64_t two_minutes = std::int64_t{120} * 1'000'000'000;
    json subjects = json::array({subjects_of(s.subject)});
    if (!s.dead_letter.empty()) {
        subjects.push_back(s.dead_letter);
    }
    return core::json_line(json{{"name", s.stream},
                                {"description", "Mayhem: requests from outside"},
                                {"subjects", subjects},
                                {"retention", "limits"},
                                {"storage", "file"},
                                {"discard", "old"},
                                {"max_age", week},
                                {"duplicate_window", two_minutes},
                                {"num_replicas", 1}});
}

api_answer parse_api_answer(const std::string& data) {
    const json answer = core::parse_json<json>(data);
    if (!answer.is_object()) {
        return {.code = 500, .error_code = 0, .error = "the server's answer is no JSON object"};
    }
    const json error = member(answer, "error");
    if (!error.is_object()) {
        return {};
    }
    const json code = member(error, "code");
    const json number = member(error, "err_code");
    const json text = member(error, "description");
    return {.code = code.is_number_integer() ? code.get<int>() : 500,
            .error_code = number.is_number_integer() ? number.get<int>() : 0,
            .error = text.is_string() ? text.get<std::string>() : "no reason is given"};
}

std::string trouble_in_consumer(const std::string& data, const jetstream_settings& s, const std::string& filter) {
    const json config = member(core::parse_json<json>(data), "config");
    const std::string whose = fmt::format("the consumer of stream {} ", s.stream);
    if (member(config, "ack_policy") != "explicit") {
        return whose + "must have ack_policy = explicit: make another one";
    }
    const json wait = member(config, "ack_wait");
    if (!wait.is_number_integer() || nanoseconds(wait.get<std::int64_t>()) != s.lease) {
        const nanoseconds has(wait.is_number_integer() ? wait.get<std::int64_t>() : 0);
        return fmt::format("{}has ack_wait {}, and lease is {}: make them alike", whose, core::format_duration(has),
                           core::format_duration(s.lease));
    }
    const json deliveries = member(config, "max_deliver");
    if (deliveries.is_number_integer() && deliveries.get<std::int64_t>() > 0) {
        return whose + "must have max_deliver = -1, or what it gives up is lost: who gives up is the daemon";
    }
    if (const json of = member(config, "filter_subject"); of.is_string() && of != filter) {
        return fmt::format("{}filters {}, and subject is {}: make them alike", whose, of.get<std::string>(), filter);
    }
    return {};
}

}  // namespace mayhem::queues
