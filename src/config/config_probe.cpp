#include "config/config_probe.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "config/config_monitors.hpp"
#include "config/config_schema.hpp"
#include "http/url.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;

constexpr settings::range<std::chrono::nanoseconds> timeout_range{10ms, 5min};
constexpr std::chrono::nanoseconds stop_timeout = 1s;

void read_http(settings::section& section, probes::probe_settings& to) {
    probes::http_probe_settings http;
    if (section.read("http", http.url)) {
        if (const std::string fault = http::find_fault(http.url); !fault.empty()) {
            section.fail("http", fault);
        }
    }
    section.read("status", http.status, {100, 599});
    to.what = std::move(http);
}

bool is_port(const std::string& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number >= 1 && number <= 65535;
}

void read_tcp(settings::section& section, probes::probe_settings& to) {
    std::string text;
    section.read("tcp", text);
    const std::size_t colon = text.rfind(':');
    probes::tcp_probe_settings tcp;
    if (colon != std::string::npos) {
        tcp.host = text.substr(0, colon);
        tcp.port = text.substr(colon + 1);
    }
    if (tcp.host.starts_with('[') && tcp.host.ends_with(']')) {
        tcp.host = tcp.host.substr(1, tcp.host.size() - 2);
    }
    if (tcp.host.empty() || !is_port(tcp.port)) {
        section.fail("tcp", R"(give host and port, such as "127.0.0.1:5432" or "[::1]:5432")");
    }
    to.what = std::move(tcp);
}

void read_command(settings::section& section, probes::probe_settings& to) {
    probes::command_probe_settings command;
    const toml::array* const list = section.find("command")->as_array();
    const bool is_list_of_text = list != nullptr && !list->empty() && list->is_homogeneous(toml::node_type::string);
    if (!is_list_of_text) {
        section.fail("command",
                     R"(give the program and its arguments as a list of texts, such as ["pg_isready", "-q"])");
        return;
    }
    for (const toml::node& argument : *list) {
        command.arguments.push_back(argument.as_string()->get());
    }
    if (command.arguments.front().empty()) {
        section.fail("command", "names no program");
    }
    to.what = std::move(command);
}

using reader = void (*)(settings::section&, settings::errors&, probes::probe_settings&);

/// What a probe may ask, and who reads it.
constexpr std::array<std::pair<const char*, reader>, 5> kinds{{
    {"http", [](settings::section& s, settings::errors&, probes::probe_settings& to) { read_http(s, to); }},
    {"tcp", [](settings::section& s, settings::errors&, probes::probe_settings& to) { read_tcp(s, to); }},
    {"command", [](settings::section& s, settings::errors&, probes::probe_settings& to) { read_command(s, to); }},
    {"prometheus", &read_prometheus},
    {"alertmanager", &read_alertmanager},
}};

std::optional<probes::probe_settings> read_one(const toml::table& table, std::string name, settings::errors& errors,
                                               probes::probe_settings settings) {
    settings::section section(table, std::move(name), errors);
    const auto is_given = [&section](const auto& kind) { return section.has(kind.first); };
    if (std::ranges::count_if(kinds, is_given) != 1) {
        section.fail(
            "asks nothing, or two things: give exactly one of http, tcp, command, prometheus and alertmanager, "
            "and several probes as a list, [{...}, {...}]");
    } else {
        std::ranges::find_if(kinds, is_given)->second(section, errors, settings);
    }
    section.read("timeout", settings.timeout, timeout_range);
    if (section.has("status") && !section.has("http")) {
        section.fail("status", "belongs to a probe with http");
    }
    refuse_unknown(section, "probe");
    return section.has_failed() ? std::nullopt : std::optional(std::move(settings));
}

std::vector<probes::probe_settings> read_all(settings::section& group, std::string_view key, settings::errors& errors,
                                             const probes::probe_settings& preset) {
    const toml::node* const found = group.find(key);
    if (found == nullptr) {
        return {};
    }
    std::vector<const toml::table*> tables;
    if (const toml::table* const one = found->as_table()) {
        tables.push_back(one);
    } else if (const toml::array* const several = found->as_array()) {
        std::ranges::transform(*several, std::back_inserter(tables), [](const toml::node& n) { return n.as_table(); });
    }
    if (tables.empty() || tables.size() > probes_max || std::ranges::count(tables, nullptr) > 0) {
        group.fail(key, "must be a table, such as " + std::string(key) +
                            R"( = {tcp = "127.0.0.1:5432"}, or a list of 1 to )" + std::to_string(probes_max) +
                            " of them");
        return {};
    }
    std::vector<probes::probe_settings> all;
    for (const toml::table* const table : tables) {
        std::optional<probes::probe_settings> one = read_one(*table, group.path(key), errors, preset);
        if (one) {
            all.push_back(*std::move(one));
        }
    }
    return all.size() == tables.size() ? std::move(all) : std::vector<probes::probe_settings>{};
}

}  // namespace

std::vector<probes::probe_settings> read_probes(settings::section& group, settings::errors& errors) {
    return read_all(group, "probe", errors, {});
}

std::vector<probes::probe_settings> read_stop_if(settings::section& group, settings::errors& errors) {
    probes::probe_settings preset;
    preset.timeout = stop_timeout;
    return read_all(group, "stop_if", errors, preset);
}

}  // namespace mayhem::app
