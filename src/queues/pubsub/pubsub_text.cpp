#include "queues/pubsub/pubsub_text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "mayhem/core/text/printable_text.hpp"
#include "queues/pubsub/base64.hpp"

namespace mayhem::queues {

namespace {

using nlohmann::json;

constexpr std::size_t quoted_max = 300;

/// A member of an object, or null.
json member_of(const json& of, const char* key) { return of.is_object() && of.contains(key) ? of[key] : json(); }

std::string text_of(const json& of, const char* key) {
    const json text = member_of(of, key);
    return text.is_string() ? text.get<std::string>() : std::string();
}

struct refusal {
    std::string code;     ///< "PERMISSION_DENIED"
    std::string message;  ///< for people
    json of_ack_ids;      ///< an object: each one's own failure
};

refusal parse_refusal(const std::string& answer) {
    const json error = member_of(core::parse_json<json>(answer), "error");
    refusal r{.code = text_of(error, "status"), .message = text_of(error, "message"), .of_ack_ids = json::object()};
    for (const json& detail : member_of(error, "details")) {
        if (const json named = member_of(detail, "metadata"); named.is_object()) {
            r.of_ack_ids.update(named);
        }
    }
    return r;
}

std::string quote(const refusal& r) {
    std::string text = core::printable_text(r.message.empty() ? r.code : r.message);
    if (text.size() > quoted_max) {
        text = text.substr(0, quoted_max) + "...";
    }
    return text.empty() ? text : " (" + text + ')';
}

pulled read_pulled(const json& received) {
    const json message = member_of(received, "message");
    const std::string data = text_of(message, "data");
    const json attempt = member_of(received, "deliveryAttempt");
    return {.ack_id = text_of(received, "ackId"),
            .name = core::printable_text(text_of(message, "messageId")),
            .body = decode_base64(data).value_or(data),
            .delivery = attempt.is_number_integer() ? std::max(1, attempt.get<int>()) : 1};
}

}  // namespace

std::string pubsub_place::full_name() const {
    return fmt::format("projects/{}/{}/{}", project, kind == kind::topic ? "topics" : "subscriptions", name);
}

std::string pubsub_place::describe() const {
    return fmt::format("{} {} of project {}", kind == kind::topic ? "topic" : "subscription", name, project);
}

std::string pull_request(bool waits) {
    json request{{"maxMessages", 1}};
    if (!waits) {
        request["returnImmediately"] = true;
    }
    return core::json_line(request);
}

std::string ack_request(std::span<const std::string> ack_ids) {
    return core::json_line(json{{"ackIds", std::vector<std::string>(ack_ids.begin(), ack_ids.end())}});
}

std::string deadline_request(std::span<const std::string> ack_ids, std::chrono::seconds deadline) {
    return core::json_line(json{{"ackIds", std::vector<std::string>(ack_ids.begin(), ack_ids.end())},
                                {"ackDeadlineSeconds", deadline.count()}});
}

std::string publish_request(const std::map<std::string, std::string>& attributes, const std::string& data) {
    return core::json_line(
        json{{"messages", json::array({json{{"data", encode_base64(data)}, {"attributes", attributes}}})}});
}

std::string subscription_to_create(const pubsub_settings& s, const std::string& host) {
    const pubsub_place topic{.kind = pubsub_place::kind::topic, .project = s.project, .name = s.topic};
    const auto deadline = std::chrono::floor<std::chrono::seconds>(s.lease);
    return core::json_line(json{{"topic", topic.full_name()},
                                {"filter", fmt::format("attributes.host = {}", core::json_line(json(host)))},
                                {"ackDeadlineSeconds", deadline.count()},
                                {"expirationPolicy", json::object()},  // none: a host may be off for a month
                                {"enableExactlyOnceDelivery", true}});
}

std::optional<std::vector<pulled>> parse_pulled(const std::string& answer) {
    const json root = core::parse_json<json>(answer);
    if (!root.is_object()) {
        return std::nullopt;
    }
    std::vector<pulled> came;
    for (const json& received : member_of(root, "receivedMessages")) {
        came.push_back(read_pulled(received));
        if (came.back().ack_id.empty()) {
            return std::nullopt;
        }
    }
    return came;
}

std::vector<ack_verdict> judge_acks(int status, const std::string& answer, std::span<const std::string> ack_ids) {
    if (status >= 200 && status < 300) {
        return std::vector<ack_verdict>(ack_ids.size(), ack_verdict::done);
    }
    const refusal r = parse_refusal(answer);
    std::vector<ack_verdict> verdicts;
    for (const std::string& id : ack_ids) {
        const bool is_lost = text_of(r.of_ack_ids, id.c_str()).starts_with("PERMANENT_");
        verdicts.push_back(is_lost ? ack_verdict::lost : ack_verdict::unknown);
    }
    const bool is_named = std::ranges::any_of(ack_ids, [&r](const auto& id) { return r.of_ack_ids.contains(id); });
    if (ack_ids.size() == 1 && !is_named && r.code == "INVALID_ARGUMENT") {
        verdicts.front() = ack_verdict::lost;
    }
    return verdicts;
}

std::string explain_refusal(const pubsub_place& at, int status, const std::string& answer) {
    const bool is_topic = at.kind == pubsub_place::kind::topic;
    const std::string said = quote(parse_refusal(answer));
    switch (status) {
        case 401:
            return fmt::format(
                "Pub/Sub does not take the access token{}: is the key of credentials still valid, and the clock right?",
                said);
        case 403:
            return fmt::format("Pub/Sub does not allow it{}: give this service account {} on {}", said,
                               is_topic ? "roles/pubsub.publisher" : "roles/pubsub.subscriber", at.describe());
        case 404: return fmt::format("there is no {}: \"mayhem request --prepare\" makes it", at.describe());
        case 429: return fmt::format("Pub/Sub wants to be asked less often{}: look at the quota of the project", said);
        default: break;
    }
    return status >= 500 ? fmt::format("Pub/Sub is in trouble itself, status {}{}", status, said)
                         : fmt::format("Pub/Sub refuses what is asked of {}, status {}{}", at.describe(), status, said);
}

std::string trouble_in_subscription(const std::string& answer, const pubsub_place& topic) {
    const json s = core::parse_json<json>(answer);
    if (!text_of(member_of(s, "pushConfig"), "pushEndpoint").empty()) {
        return "the subscription pushes its messages to somebody: make another one, which is pulled";
    }
    if (const std::string of = text_of(s, "topic"); !topic.name.empty() && of != topic.full_name()) {
        return fmt::format("the subscription is one of {}, and topic is {}: make them alike", of, topic.name);
    }
    if (member_of(s, "deadLetterPolicy").is_object()) {
        return "the subscription must have no dead letter policy, or what it gives up is lost: who gives up is the "
               "daemon";
    }
    if (member_of(s, "enableExactlyOnceDelivery") != true) {
        return "the subscription must have exactly-once delivery, or nobody tells that a lease is lost: gcloud pubsub "
               "subscriptions update NAME --enable-exactly-once-delivery";
    }
    return {};
}

}  // namespace mayhem::queues
