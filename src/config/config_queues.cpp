#include "config/config_queues.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config_schema.hpp"
#include "config/named_section.hpp"
#include "fleet/endpoint.hpp"
#include "http/url.hpp"
#include "settings/texts.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;

constexpr settings::range<std::chrono::nanoseconds> jetstream_lease_range{3s, 10min};
constexpr settings::range<std::chrono::nanoseconds> pubsub_lease_range{10s, 10min};
constexpr settings::range<std::size_t> in_flight_range{1, 32};
constexpr std::size_t request_queues_max = 8;
constexpr std::array<std::string_view, 2> broker_names{"jetstream", "pubsub"};

enum class broker_kind { jetstream, pubsub };

std::optional<broker_kind> parse_broker(std::string_view text) {
    return text == broker_names[0]   ? std::optional(broker_kind::jetstream)
           : text == broker_names[1] ? std::optional(broker_kind::pubsub)
                                     : std::nullopt;
}

void read_who_may(settings::section& section, const toml::table& groups, requests::request_policy& to) {
    section.read("host", to.host);
    settings::read_texts(section, "askers", to.askers);
    if (!section.has("groups")) {
        section.fail("groups is missing: of which groups something may be asked for, such as [\"web\"]");
        return;
    }
    read_group_names(section, groups, to.groups);
}

void read_needed(settings::section& section, std::string_view key, std::string& to, std::string_view what) {
    if (!section.has(key)) {
        section.fail(std::string(key) + " is missing: " + std::string(what));
    } else {
        section.read(key, to);
    }
}

/// Names and subjects of NATS: no blank, no wildcard.
void must_be_plain_subject(settings::section& section, std::string_view key, const std::string& text) {
    const auto is_wrong = [](char c) { return c == ' ' || c == '*' || c == '>'; };
    if (std::ranges::any_of(text, is_wrong) || text.starts_with('.') || text.ends_with('.') ||
        text.find("..") != std::string::npos) {
        section.fail(key, '"' + text + "\": must be a subject such as \"mayhem.requests.web-1\", without wildcards");
    }
}

void must_be_name(settings::section& section, std::string_view key, const std::string& text) {
    const auto is_wrong = [](char c) { return c == ' ' || c == '*' || c == '>' || c == '.' || c == '/' || c == '\\'; };
    if (std::ranges::any_of(text, is_wrong)) {
        section.fail(key, '"' + text + "\": a name of JetStream has no blank and none of . * > / \\");
    }
}

/// The part of a server's address behind the scheme must be a host and a port.
void read_servers(settings::section& section, std::vector<std::string>& to) {
    if (!section.has("servers")) {
        section.fail("servers is missing: where NATS is, such as [\"tls://nats.example:4222\"]");
        return;
    }
    settings::read_texts(section, "servers", to);
    for (const std::string& server : to) {
        const std::size_t scheme = server.find("://");
        const bool has_scheme = server.starts_with("nats://") || server.starts_with("tls://");
        if (!has_scheme || !fleet::parse_endpoint(server.substr(scheme + 3)) || server.find('@') != std::string::npos) {
            section.fail("servers", '"' + server +
                                        "\": must be nats://HOST:PORT or tls://HOST:PORT; who we are stands in user, "
                                        "password_file or credentials");
        }
    }
}

void must_come_together(settings::section& section, std::string_view a, std::string_view b) {
    if (section.has(a) != section.has(b)) {
        section.fail(section.has(a) ? a : b, std::string(a) + " and " + std::string(b) + " belong together");
    }
}

queues::jetstream_settings read_jetstream(settings::section& section) {
    queues::jetstream_settings to;
    read_servers(section, to.servers);
    section.read("stream", to.stream);
    section.read("subject", to.subject);
    section.read("consumer", to.consumer);
    section.read("dead_letter", to.dead_letter);
    must_be_name(section, "stream", to.stream);
    must_be_name(section, "consumer", to.consumer);
    must_be_plain_subject(section, "subject", to.subject);
    must_be_plain_subject(section, "dead_letter", to.dead_letter);
    section.read("user", to.user);
    section.read("password_file", to.password_file);
    section.read("credentials", to.credentials);
    section.read("ca", to.ca);
    section.read("certificate", to.certificate);
    section.read("key", to.key);
    must_come_together(section, "user", "password_file");
    must_come_together(section, "certificate", "key");
    section.read("lease", to.lease, jetstream_lease_range);
    return to;
}

queues::pubsub_settings read_pubsub(settings::section& section) {
    queues::pubsub_settings to;
    read_needed(section, "project", to.project, "the project's id, such as \"shop-prod\"");
    section.read("subscription", to.subscription);
    section.read("topic", to.topic);
    section.read("dead_letter_topic", to.dead_letter_topic);
    if (section.read("endpoint", to.endpoint)) {
        if (const std::string fault = http::find_fault(to.endpoint); !fault.empty()) {
            section.fail("endpoint", fault);
        } else if (!to.endpoint.starts_with("https://") && !http::is_loopback(to.endpoint)) {
            section.fail("endpoint", "must begin with https://, because access tokens are sent there");
        }
    }
    section.read("credentials", to.credentials);
    section.read("lease", to.lease, pubsub_lease_range);
    return to;
}

request_queue_config read_request_queue(settings::section& section, std::string_view name, const toml::table& groups) {
    request_queue_config to;
    to.name = name;
    broker_kind broker = broker_kind::jetstream;
    if (!section.has("driver")) {
        section.fail("driver is missing: \"jetstream\" or \"pubsub\"");
    } else {
        section.read("driver", broker, parse_broker, broker_names);
    }
    read_who_may(section, groups, to.policy);
    section.read("max_in_flight", to.max_in_flight, in_flight_range);
    if (broker == broker_kind::jetstream) {
        to.broker = read_jetstream(section);
    } else {
        to.broker = read_pubsub(section);
    }
    refuse_unknown(section, request_queue_section, broker_names[static_cast<std::size_t>(broker)]);
    return to;
}

/// Of those that are keys of [queue] itself, what is wrong is said where they are read.
bool is_request_queue(const toml::key& key, const toml::node& value) {
    const std::vector<std::string_view> own = names_in("queue");
    return value.is_table() && std::ranges::find(own, key.str()) == own.end();
}

}  // namespace

void read_request_queues(settings::section& queue, const toml::table& groups, settings::errors& errors, config& to) {
    for (const auto& [key, value] : queue.table()) {
        if (!is_request_queue(key, value)) {
            continue;
        }
        read_named_section(key, value, "queue", errors, [&](settings::section& section, std::string_view name) {
            to.request_queues.push_back(read_request_queue(section, name, groups));
        });
    }
    std::size_t held = 0;
    for (const request_queue_config& q : to.request_queues) {
        held += q.max_in_flight;
    }
    if (held > in_flight_range.max) {
        queue.fail("max_in_flight of all queues of requests must not be more than " +
                   std::to_string(in_flight_range.max) + " together, and is " + std::to_string(held));
    }
    if (to.request_queues.size() > request_queues_max) {
        queue.fail("there are " + std::to_string(to.request_queues.size()) + " queues of requests: at most " +
                   std::to_string(request_queues_max) + " are allowed");
    }
}

void refuse_unknown_in_queue(settings::section& queue) {
    const std::vector<std::string_view> known = names_in("queue");
    for (const auto& [key, value] : queue.table()) {
        if (std::ranges::find(known, key.str()) == known.end() && !is_request_queue(key, value)) {
            queue.fail_unknown(key, explain_place(key.str(), "queue"), known);
        }
    }
}

}  // namespace mayhem::app
