#include "config/config_monitors.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "config/config_schema.hpp"
#include "http/url.hpp"
#include "probes/alert_matcher.hpp"
#include "settings/texts.hpp"

namespace mayhem::app {

namespace {

/// The table at `key` of the probe; null, and reported, for anything else.
const toml::table* table_at(settings::section& probe, std::string_view key, std::string_view example) {
    const toml::table* const table = probe.find(key)->as_table();
    if (table == nullptr) {
        probe.fail(key, "must be a table, such as " + std::string(example));
    }
    return table;
}

/// The server's address: the paths of its API are ours to add, and the record shows it.
void read_server(settings::section& server, std::string_view example, std::string& url) {
    if (!server.read("url", url)) {
        if (!server.has("url")) {
            server.fail("lacks the server's address: give url = \"" + std::string(example) + '"');
        }
        return;
    }
    const std::size_t host = url.find("//");
    if (const std::string fault = http::find_fault(url); !fault.empty()) {
        server.fail("url", fault);
    } else if (url.find_first_of("?#") != std::string::npos) {
        server.fail("url", "must be the server's address alone, such as \"" + std::string(example) + '"');
    } else if (url.substr(0, url.find('/', host + 2)).find('@') != std::string::npos) {
        server.fail("url", "must name neither user nor password, because the record shows it");
    }
    while (url.ends_with('/')) {
        url.pop_back();
    }
}

}  // namespace

void read_prometheus(settings::section& probe, settings::errors& errors, probes::probe_settings& to) {
    constexpr std::string_view address = "http://127.0.0.1:9090";
    constexpr std::string_view example =
        R"(prometheus = {url = "http://127.0.0.1:9090", query = "job:errors:rate1m", is = "< 0.01"})";
    const toml::table* const table = table_at(probe, "prometheus", example);
    if (table == nullptr) {
        return;
    }
    settings::section section(*table, probe.path("prometheus"), errors);
    probes::prometheus_probe_settings prometheus;
    read_server(section, address, prometheus.url);
    if (!section.read("query", prometheus.query) && !section.has("query")) {
        section.fail("lacks the query: give query, in PromQL, whose answer is a number or several");
    }
    std::string is;
    if (section.read("is", is)) {
        const core::result<core::threshold> parsed = core::parse_threshold(is);
        if (parsed) {
            prometheus.is = *parsed;
        } else {
            section.fail("is", parsed.error());
        }
    } else if (!section.has("is")) {
        section.fail("lacks what the answer must be: give is, such as is = \"< 0.01\"");
    }
    refuse_unknown(section, "prometheus");
    to.what = std::move(prometheus);
}

void read_alertmanager(settings::section& probe, settings::errors& errors, probes::probe_settings& to) {
    constexpr std::string_view address = "http://127.0.0.1:9093";
    const toml::table* const table = table_at(
        probe, "alertmanager",
        R"(alertmanager = {url = "http://127.0.0.1:9093", matchers = ['service="web"', 'severity=~"page|ticket"']})");
    if (table == nullptr) {
        return;
    }
    settings::section section(*table, probe.path("alertmanager"), errors);
    probes::alertmanager_probe_settings alertmanager;
    read_server(section, address, alertmanager.url);
    if (read_text_or_texts(section, "matchers", alertmanager.matchers)) {
        for (const std::string& matcher : alertmanager.matchers) {
            if (const std::string fault = probes::find_matcher_fault(matcher); !fault.empty()) {
                section.fail("matchers", '\'' + matcher + "' " + fault);
            }
        }
    } else if (!section.has("matchers")) {
        section.fail(R"(lacks the matchers: give those of the group's alerts, such as matchers = ['service="web"'])");
    }
    refuse_unknown(section, "alertmanager");
    to.what = std::move(alertmanager);
}

}  // namespace mayhem::app
