#include "config/config_probe.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string>
#include <utility>

#include "config/config_schema.hpp"
#include "http/url.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;

constexpr settings::range<std::chrono::nanoseconds> timeout_range{10ms, 5min};
constexpr std::array kinds{"http", "tcp", "command"};

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

}  // namespace

std::optional<probes::probe_settings> read_probe(settings::section& group, settings::errors& errors) {
    const toml::node* const found = group.find("probe");
    if (found == nullptr) {
        return std::nullopt;
    }
    if (!found->is_table()) {
        group.fail("probe", R"(must be a table, such as probe = {tcp = "127.0.0.1:5432"})");
        return std::nullopt;
    }
    settings::section section(*found->as_table(), group.path("probe"), errors);
    probes::probe_settings settings;
    if (std::ranges::count_if(kinds, [&section](const char* key) { return section.has(key); }) != 1) {
        section.fail("asks nothing, or two things: give exactly one of http, tcp and command");
    } else if (section.has("http")) {
        read_http(section, settings);
    } else if (section.has("tcp")) {
        read_tcp(section, settings);
    } else {
        read_command(section, settings);
    }
    section.read("timeout", settings.timeout, timeout_range);
    if (section.has("status") && !section.has("http")) {
        section.fail("status", "belongs to a probe with http");
    }
    refuse_unknown(section, "probe");
    return section.has_failed() ? std::nullopt : std::optional(std::move(settings));
}

}  // namespace mayhem::app
