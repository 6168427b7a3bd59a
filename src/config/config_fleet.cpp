#include "config/config_fleet.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config_schema.hpp"
#include "fleet/endpoint.hpp"
#include "fleet/link_settings.hpp"
#include "mayhem/core/result.hpp"
#include "settings/texts.hpp"

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;

constexpr settings::range<std::chrono::nanoseconds> census_range{100ms, 10s};
constexpr std::size_t name_length_max = 32;
constexpr std::array<std::string_view, 2> listen_names{"auto", "no"};
constexpr std::array<std::string_view, 2> adopt_names{"operator", "majority"};

std::optional<bool> parse_listen(std::string_view text) {
    return text == listen_names[0]   ? std::optional(true)
           : text == listen_names[1] ? std::optional(false)
                                     : std::nullopt;
}

std::optional<bool> parse_adopt(std::string_view text) {
    return text == adopt_names[1] ? std::optional(true) : text == adopt_names[0] ? std::optional(false) : std::nullopt;
}

bool is_fleet_name(std::string_view name) noexcept {
    return name.size() <= name_length_max && std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
           });
}

void read_name(settings::section& section, std::string& name) {
    if (!section.has("name")) {
        section.fail("name is missing: how the fleet is called, such as \"shop\"");
    } else if (section.read("name", name) && !is_fleet_name(name)) {
        section.fail("name", '"' + name + "\": a fleet's name has 1 to 32 of a-z, 0-9, _ and -");
    }
}

/// As the database has it: lower case, and no longer than a label of the name service.
bool is_host_name(std::string_view name) noexcept {
    constexpr std::size_t host_length_max = 64;
    const auto is_letter_or_digit = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return !name.empty() && name.size() <= host_length_max && is_letter_or_digit(name.front()) &&
           std::ranges::all_of(name, [&](char c) { return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-'; });
}

void read_host(settings::section& section, std::string& host) {
    if (section.read("host", host) && !is_host_name(host)) {
        section.fail("host", '"' + host +
                                 "\": a host has 1 to 64 of a-z, 0-9, _, . and -, and begins with one of the "
                                 "first two");
    }
}

void read_database(settings::section& section, std::vector<fleet::endpoint>& hosts) {
    std::vector<std::string> texts;
    if (!section.has("database")) {
        section.fail("database is missing: where the fleet's PostgreSQL is, such as [\"db1.example:5432\"]");
    } else if (settings::read_texts(section, "database", texts)) {
        for (const std::string& text : texts) {
            if (core::result<fleet::endpoint> host = fleet::parse_endpoint(text)) {
                hosts.push_back(std::move(host).value());
            } else {
                section.fail("database", host.error());
            }
        }
    }
}

}  // namespace

fleet_config read_fleet(settings::section& section) {
    fleet_config to;
    to.line = section.table().source().begin.line;
    to.column = section.table().source().begin.column;
    read_name(section, to.name);
    read_host(section, to.host);
    read_database(section, to.database.hosts);
    to.database.dbname = to.name;
    section.read("dbname", to.database.dbname);
    if (!section.has("user")) {
        section.fail("user is missing: the role that \"mayhem fleet add-host\" has made for this host");
    }
    section.read("user", to.database.user);
    section.read("password_file", to.database.password_file);
    section.read("ca", to.database.ca);
    section.read("certificate", to.database.certificate);
    section.read("key", to.database.key);
    section.read("listen", to.listens, parse_listen, listen_names);
    section.read("census_wait", to.census_wait, census_range);
    section.read("adopt", to.adopts_by_majority, parse_adopt, adopt_names);
    if (!section.has_failed()) {
        if (const std::string trouble = fleet::trouble_in(to.database); !trouble.empty()) {
            section.fail("database", trouble);
        }
    }
    refuse_unknown(section, "fleet");
    return to;
}

}  // namespace mayhem::app
