#include "config/config_notify.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "config/config_schema.hpp"
#include "config/named_section.hpp"
#include "http/url.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "settings/texts.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;

constexpr settings::range<std::chrono::nanoseconds> webhook_timeout_range{100ms, 1min};
constexpr settings::range<std::chrono::nanoseconds> hook_timeout_range{10ms, 5min};
constexpr settings::range<std::chrono::nanoseconds> backoff_range{100ms, 1h};
constexpr settings::range<int> attempts_range{1, 20};

void read_events(settings::section& section, notify::event_filter& filter) {
    std::vector<std::string> names;
    if (!read_texts(section, "events", names)) {
        return;
    }
    filter.kinds.clear();
    for (const std::string& name : names) {
        if (const auto kind = notify::parse_event_kind(name)) {
            filter.kinds.push_back(*kind);
        } else {
            section.fail_choice("events", name, notify::event_names);
        }
    }
}

notify::destination_settings read_settings(settings::section& section, const toml::table& groups,
                                           notify::destination_kind kind, std::string_view name, int attempts) {
    notify::destination_settings settings;
    settings.kind = kind;
    settings.name = name;
    settings.attempts_max = attempts;
    read_events(section, settings.filter);
    read_group_names(section, groups, settings.filter.groups);
    section.read("attempts", settings.attempts_max, attempts_range);
    section.read("backoff", settings.backoff.first, backoff_range);
    section.read("backoff_max", settings.backoff.max, backoff_range);
    if (!section.has_failed() && settings.backoff.first > settings.backoff.max) {
        section.fail(section.has("backoff") ? "backoff" : "backoff_max",
                     "backoff (" + core::format_duration(settings.backoff.first) +
                         ") must not be longer than backoff_max (" + core::format_duration(settings.backoff.max) + ')');
    }
    return settings;
}

void read_secret_path(settings::section& section, std::string_view key, secret_file& file) {
    if (!section.read(key, file.path)) {
        return;
    }
    if (!file.path.starts_with('/')) {
        section.fail(key, "must be an absolute path");
    }
    const toml::source_position at = section.find(key)->source().begin;
    file.key = section.path(key);
    file.line = at.line;
    file.column = at.column;
}

void read_url(settings::section& section, webhook_config& to) {
    if (section.has("url") == section.has("url_file")) {
        section.fail(
            "give exactly one of url and url_file (a URL that is itself the secret, as Slack's are, belongs "
            "into a file)");
        return;
    }
    if (section.read("url", to.url)) {
        if (const std::string fault = http::find_fault(to.url); !fault.empty()) {
            section.fail("url", fault);
        }
    }
    read_secret_path(section, "url_file", to.url_file);
}

void read_template(settings::section& section, notify::body_template& to) {
    const toml::node* const found = section.find("template");
    if (found == nullptr) {
        return;
    }
    const auto* const text = found->as_string();
    if (text == nullptr) {
        section.fail("template", "must be JSON in quotes, but is " + std::string(settings::describe(found->type())));
        return;
    }
    auto read = notify::body_template::parse(text->get());
    if (!read) {
        section.fail("template", read.error());
        return;
    }
    to = *std::move(read);
}

void read_command(settings::section& section, notify::hook_settings& to) {
    std::vector<std::string> arguments;
    if (!section.has("command")) {
        section.fail("lacks a command: give the program and its arguments as a list of texts");
        return;
    }
    if (!read_texts(section, "command", arguments)) {
        return;
    }
    if (arguments.front().empty()) {
        section.fail("command", "begins with an empty text: the first is the program");
    }
    for (const std::string& argument : arguments) {
        auto read = notify::text_template::parse(argument);
        if (!read) {
            section.fail("command", read.error());
            return;
        }
        to.arguments.push_back(*std::move(read));
    }
}

/// Calls `read` for each [KIND.NAME] whose name is one.
template <typename Read>
void for_each(settings::section& sections, const char* kind, std::size_t count_max, settings::errors& errors,
              Read read) {
    if (sections.table().size() > count_max) {
        sections.fail("there are " + std::to_string(sections.table().size()) + ": at most " +
                      std::to_string(count_max) + " are allowed");
        return;
    }
    for (const auto& [key, value] : sections.table()) {
        read_named_section(key, value, kind, errors, [&](settings::section& section, std::string_view name) {
            read(section, name);
            refuse_unknown(section, kind);
        });
    }
}

}  // namespace

void read_webhooks(settings::section& webhooks, const toml::table& groups, settings::errors& errors, config& to) {
    for_each(webhooks, "webhook", webhooks_max, errors, [&](settings::section& section, std::string_view name) {
        webhook_config w;
        w.settings = read_settings(section, groups, notify::destination_kind::webhook, name, 5);
        read_url(section, w);
        read_secret_path(section, "token_file", w.token_file);
        read_template(section, w.body);
        section.read("timeout", w.timeout, webhook_timeout_range);
        to.webhooks.push_back(std::move(w));
    });
}

void read_hooks(settings::section& hooks, const toml::table& groups, settings::errors& errors, config& to) {
    for_each(hooks, "hook", hooks_max, errors, [&](settings::section& section, std::string_view name) {
        hook_config h;
        h.settings = read_settings(section, groups, notify::destination_kind::hook, name, 1);
        h.hook.name = name;
        read_command(section, h.hook);
        section.read("timeout", h.hook.timeout, hook_timeout_range);
        to.hooks.push_back(std::move(h));
    });
}

}  // namespace mayhem::app
