#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include <toml++/toml.h>

#include "config/config_depth.hpp"
#include "config/config_file.hpp"
#include "config/config_fleet.hpp"
#include "config/config_group.hpp"
#include "config/config_notify.hpp"
#include "config/config_queues.hpp"
#include "config/config_schedule.hpp"
#include "config/config_schema.hpp"
#include "control/listening_socket.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "settings/section.hpp"
#include "telemetry/udp_address.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr settings::range<std::size_t> count_range{1, 1'000'000};
constexpr settings::range<nanoseconds> requeue_range{1ms, 7 * 24h};
constexpr settings::range<nanoseconds> period_range{10ms, 1h};
constexpr settings::range<nanoseconds> history_range{7 * 24h, 36500 * 24h};
constexpr std::array<std::string_view, 5> level_names{"debug", "info", "warning", "error", "critical"};
constexpr std::array<std::string_view, 4> format_names{"auto", "text", "json", "journald"};

const toml::table nothing;

/// The section of that name; an empty one when it is absent or, which is reported, no table.
settings::section open(settings::section& head, std::string_view name, settings::errors& errors) {
    const toml::node* const found = head.find(name);
    if (found != nullptr && !found->is_table()) {
        head.fail(name, "must be a section: write [" + std::string(name) + "], and its keys below");
    }
    const toml::table* const table = found == nullptr ? nullptr : found->as_table();
    return {table == nullptr ? nothing : *table, std::string(name), errors};
}

/// Reports at `key` if it was given, otherwise at `other_key`: one of two values that do not go together.
void fail_pair(settings::section& section, std::string_view key, settings::section& other, std::string_view other_key,
               const std::string& what) {
    if (section.has(key)) {
        section.fail(key, what);
    } else {
        other.fail(other_key, what);
    }
}

std::string parenthesised(nanoseconds length) { return " (" + core::format_duration(length) + ')'; }

void read_head(settings::section& head, config& to) {
    constexpr settings::range<std::uint64_t> seed_range{0, std::numeric_limits<std::int64_t>::max()};
    head.read("dry_run", to.handling.dry_run);
    head.read("seed", to.seed, seed_range);
    if (const auto zone = read_timezone(head)) {
        to.timezone = zone->name();
    }
    head.read("halted", to.halted);
    if (std::string path; head.read("halt_file", path)) {
        to.halt_file = path;
    }
    refuse_unknown(head, "");
}

void read_store(settings::section& store, config& to) {
    if (std::string path; store.read("path", path)) {
        to.store = path;
    }
    nanoseconds keep = to.history_keep;
    store.read("history_keep", keep, history_range);
    to.history_keep = std::chrono::duration_cast<core::duration>(keep);
    refuse_unknown(store, "store");
}

/// What a guard must remember is not to be deleted.
void compare_history(settings::section& store, const config& read) {
    for (const group_config& g : read.groups) {
        if (g.settings.limits.min_rest > read.history_keep) {
            store.fail("history_keep", "history_keep" + parenthesised(read.history_keep) +
                                           " must not be shorter than min_rest" +
                                           parenthesised(g.settings.limits.min_rest) + " of group." + g.settings.name);
            return;
        }
    }
}

void read_queue(settings::section& queue, config& to) {
    queue.read("capacity", to.queue_capacity, count_range);
    queue.read("lease", to.handling.lease, period_range);
    queue.read("max_attempts", to.handling.max_attempts, {1, 1000});
    queue.read("backoff", to.handling.backoff, requeue_range);
    queue.read("backoff_max", to.handling.backoff_max, requeue_range);
    if (!queue.has_failed() && to.handling.backoff > to.handling.backoff_max) {
        fail_pair(queue, "backoff", queue, "backoff_max",
                  "backoff" + parenthesised(to.handling.backoff) + " must not be longer than backoff_max" +
                      parenthesised(to.handling.backoff_max));
    }
    refuse_unknown_in_queue(queue);
}

void read_pipeline(settings::section& pipeline, settings::section& queue, config& to) {
    pipeline.read("max_in_flight", to.handling.max_in_flight, count_range);
    pipeline.read("extend_every", to.handling.extend_every, period_range);
    if (!queue.has_failed() && !pipeline.has_failed() && to.handling.extend_every >= to.handling.lease) {
        fail_pair(pipeline, "extend_every", queue, "lease",
                  "extend_every" + parenthesised(to.handling.extend_every) + " must be shorter than queue.lease" +
                      parenthesised(to.handling.lease) + ", or every lease is lost");
    }
    refuse_unknown(pipeline, "pipeline");
}

void read_shutdown(settings::section& shutdown, config& to) {
    shutdown.read("grace", to.shutdown_grace, period_range);
    refuse_unknown(shutdown, "shutdown");
}

void read_log(settings::section& log, config& to) {
    log.read("level", to.log_level, telemetry::parse_level, level_names);
    log.read("format", to.log_format, telemetry::parse_log_format, format_names);
    refuse_unknown(log, "log");
}

void read_control(settings::section& control, config& to) {
    if (std::string path; control.read("socket", path)) {
        to.control.socket = path;
    }
    if (control.read("listen", to.control.listen) && !control::parse_loopback(to.control.listen)) {
        control.fail("listen", '"' + to.control.listen +
                                   "\" must be an address of the loopback and a port, such as \"127.0.0.1:9666\"");
    }
    control.read("token_file", to.control.token_file);
    refuse_unknown(control, "control");
}

void read_metrics(settings::section& metrics, config& to) {
    if (metrics.read("statsd", to.metrics.statsd) && !telemetry::parse_udp_address(to.metrics.statsd)) {
        metrics.fail("statsd",
                     '"' + to.metrics.statsd +
                         "\" must be a numeric address, or localhost, and a port, such as \"127.0.0.1:8125\"");
    }
    metrics.read("statsd_every", to.metrics.statsd_every, period_range);
    refuse_unknown(metrics, "metrics");
}

/// The keys of [schedule], completed by the head's time zone.
schedule_keys read_schedule(settings::section& schedule, const config& head) {
    schedule_keys keys = read_schedule_keys(schedule);
    if (!keys.timezone && !head.timezone.empty()) {
        keys.timezone = *core::zone::find(head.timezone);
    }
    refuse_unknown(schedule, "schedule");
    return keys;
}

/// Of a group that is shared with other hosts.
void must_be_in_fleet(std::string_view name, const toml::table& table, const config& c, settings::errors& errors) {
    settings::section section(table, "group." + std::string(name), errors);
    if (!c.fleet) {
        section.fail("scope", "there is no fleet: say in [fleet] which, or share the group with nobody (\"host\")");
    } else if (!c.seed) {
        section.fail("scope", "seed is missing at the head of the file: all hosts of a fleet plan with the same one");
    }
}

void read_groups(const toml::table& groups, const schedule_keys& defaults, settings::errors& errors, config& to) {
    for (const auto& [key, value] : groups) {
        const std::string_view name = key.str();
        if (!is_group_name(name)) {
            errors.add(key.source().begin,
                       "group \"" + std::string(name) + "\": a name has 1 to 64 of a-z, 0-9, _ and -");
        } else if (!value.is_table()) {
            errors.add(key.source().begin,
                       "group." + std::string(name) + ": must be a group: write [group.NAME], and its keys below");
        } else if (auto group = read_group(name, *value.as_table(), defaults, errors)) {
            if (group->settings.is_shared) {
                must_be_in_fleet(name, *value.as_table(), to, errors);
            }
            to.groups.push_back(*std::move(group));
        }
    }
}

config read_config(const toml::table& root, settings::errors& errors) {
    config to;
    settings::section head(root, "", errors);
    settings::section store = open(head, "store", errors);
    settings::section queue = open(head, "queue", errors);
    settings::section pipeline = open(head, "pipeline", errors);
    settings::section shutdown = open(head, "shutdown", errors);
    settings::section log = open(head, "log", errors);
    settings::section schedule = open(head, "schedule", errors);
    settings::section control = open(head, "control", errors);
    settings::section metrics = open(head, "metrics", errors);
    settings::section fleet = open(head, "fleet", errors);
    settings::section webhook = open(head, "webhook", errors);
    settings::section hook = open(head, "hook", errors);
    settings::section group = open(head, "group", errors);
    read_head(head, to);
    read_store(store, to);
    read_queue(queue, to);
    read_pipeline(pipeline, queue, to);
    read_shutdown(shutdown, to);
    read_log(log, to);
    read_control(control, to);
    read_metrics(metrics, to);
    if (head.has("fleet")) {
        to.fleet = read_fleet(fleet);
    }
    read_request_queues(queue, group.table(), errors, to);
    read_webhooks(webhook, group.table(), errors, to);
    read_hooks(hook, group.table(), errors, to);
    const schedule_keys defaults = read_schedule(schedule, to);
    if (group.table().size() > groups_max) {
        group.fail("has " + std::to_string(group.table().size()) + " groups: at most " + std::to_string(groups_max) +
                   " are allowed");
    } else {
        read_groups(group.table(), defaults, errors, to);
        compare_history(store, to);
    }
    return to;
}

/// A bare word is taken for the beginning of a number.
std::string explain(std::string_view description) {
    const bool is_word = description.find("expected 'nan'") != std::string_view::npos ||
                         description.find("expected 'inf'") != std::string_view::npos;
    return std::string(description) + (is_word ? ": write true or false, or a text in quotes" : "");
}

}  // namespace

config_result parse_config(std::string_view text, std::string_view file) {
    settings::errors errors{std::string(file)};
    if (const auto excess = find_depth_excess(text)) {
        errors.add({excess->line, excess->column}, excess->text);
        return core::failure{errors.take()};
    }
    try {
        config read = read_config(toml::parse(text, file), errors);
        if (errors.empty()) {
            return read;
        }
    } catch (const toml::parse_error& e) {
        errors.add(e.source().begin, "is not valid TOML: " + explain(e.description()));
    }
    return core::failure{errors.take()};
}

}  // namespace mayhem::app
