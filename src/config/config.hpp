#pragma once

#include <any>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "drivers/contract/driver_kind.hpp"
#include "fleet/link_settings.hpp"
#include "mayhem/core/act.hpp"
#include "notify/body_template.hpp"
#include "notify/destination.hpp"
#include "notify/hook_sender.hpp"
#include "pipeline/model/settings.hpp"
#include "probes/probe_settings.hpp"
#include "queues/jetstream/jetstream_settings.hpp"
#include "queues/pubsub/pubsub_settings.hpp"
#include "requests/request_policy.hpp"
#include "telemetry/level.hpp"
#include "telemetry/log_format.hpp"

namespace mayhem::app {

/// One thing that a group does to its targets.
struct act_config {
    core::act what{};
    unsigned weight = 1;  ///< how often, beside the others
    std::any driver{};    ///< as the group's kind has read it
};

/// A group: when its messages are made, and what its driver is to be built from.
struct group_config {
    pipeline::group_settings settings;
    const drivers::driver_kind* kind = nullptr;     ///< never null in a config that was read
    std::any driver{};                              ///< as its kind has read it, for the first of its actions
    std::vector<probes::probe_settings> probes{};   ///< none: the group is always in its steady state
    std::vector<probes::probe_settings> stop_if{};  ///< what ends what lasts; none: nothing does
    std::vector<act_config> acts{};                 ///< in the order of the file; none: that of `driver` alone
    std::vector<std::string> by_hand{};             ///< actions that an operator may ask for beside these

    /// What its kind makes of an act that stands not so in the file; null: there is none. Throws
    /// `std::invalid_argument`, which says what is wrong with it.
    std::function<std::any(const core::act&)> read_act{};
};

/// How the daemon can be talked to. A change takes effect at the next start.
struct control_config {
    std::optional<std::filesystem::path> socket;  ///< absent: the daemon chooses; "none": there is none
    std::string listen;                           ///< an address of the loopback and a port; empty: no TCP
    std::string token_file;                       ///< empty: TCP is read-only

    friend bool operator==(const control_config&, const control_config&) = default;
};

/// Where metrics are sent to. A change takes effect at the next start.
struct metrics_config {
    std::string statsd;  ///< an address and a port; empty: nowhere
    std::chrono::nanoseconds statsd_every = std::chrono::seconds{10};

    friend bool operator==(const metrics_config&, const metrics_config&) = default;
};

/// The fleet that a host takes part in, with those of its groups that are shared.
struct fleet_config {
    std::string name;
    std::string host{};  ///< as which this host takes part; empty: as it is called
    fleet::link_settings database{};
    bool listens = true;  ///< `listen = "auto"`: to notifications, where they are proved to come
    std::chrono::nanoseconds census_wait = std::chrono::seconds{2};
    bool adopts_by_majority = false;
    std::uint32_t line = 0;  ///< where [fleet] stands
    std::uint32_t column = 0;
};

/// Where requests come from that somebody outside makes. A change takes effect at the next start.
struct request_queue_config {
    std::string name;
    requests::request_policy policy{};  ///< its host empty: as this one is called
    std::size_t max_in_flight = 16;     ///< requests that are held at once
    std::variant<queues::jetstream_settings, queues::pubsub_settings> broker{};

    friend bool operator==(const request_queue_config&, const request_queue_config&) = default;
};

/// A text that stands in a file of its own because it is a secret.
struct secret_file {
    std::string path;          ///< empty: there is none
    std::string key;           ///< "webhook.chat.url_file": what errors call it
    std::uint32_t line = 0;    ///< where the config file says so
    std::uint32_t column = 0;  ///< likewise
};

/// A receiver of notifications: an HTTP server.
struct webhook_config {
    notify::destination_settings settings;
    std::string url;       ///< empty: it stands in `url_file`
    secret_file url_file;  ///< exactly one of the two is given
    secret_file token_file;
    notify::body_template body;
    std::chrono::nanoseconds timeout = std::chrono::seconds{10};
};

/// A receiver of notifications: a command.
struct hook_config {
    notify::destination_settings settings;
    notify::hook_settings hook;
};

/// What an operator can set (docs/configuration.md). Plain values; what a file leaves out keeps the default that stands
/// here or in the settings of the part concerned.
struct config {
    std::optional<std::uint64_t> seed;                           ///< absent: one is drawn
    std::string timezone;                                        ///< an IANA name; empty: that of the system
    std::optional<std::filesystem::path> store;                  ///< the database; absent: the daemon chooses
    core::duration history_keep = std::chrono::hours{24 * 365};  ///< what is older is deleted from the record
    bool halted = false;
    std::optional<std::filesystem::path> halt_file;  ///< absent: `halt` beside the database
    control_config control;
    metrics_config metrics;
    std::optional<fleet_config> fleet;
    std::vector<request_queue_config> request_queues;  ///< by name, each name once
    std::vector<webhook_config> webhooks;              ///< by name, each name once
    std::vector<hook_config> hooks;                    ///< likewise
    std::size_t queue_capacity = 1024;
    pipeline::handling_settings handling;
    std::chrono::nanoseconds shutdown_grace = std::chrono::seconds{10};
    telemetry::level log_level = telemetry::level::info;
    telemetry::log_format log_format = telemetry::log_format::automatic;
    std::vector<group_config> groups;  ///< by name, each name once; may be empty
};

}  // namespace mayhem::app
