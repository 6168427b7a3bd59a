#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "mayhem/core/rules/threshold.hpp"

namespace mayhem::probes {

/// Passes when a GET of `url` is answered with `status`. Redirections are not followed.
struct http_probe_settings {
    std::string url;
    int status = 200;
};

/// Passes when a connection to `host`:`port` is accepted.
struct tcp_probe_settings {
    std::string host;
    std::string port;
};

/// Passes when the command exits with 0. "{id}" and "{name}" in an argument stand for the target's.
struct command_probe_settings {
    std::vector<std::string> arguments;
};

/// Passes when Prometheus answers the query, asked for this moment, with at least one number, and all of them are so.
/// NaN is no number that passes, nor is a histogram; an empty answer is no data. Redirections are not followed.
struct prometheus_probe_settings {
    std::string url;  ///< of the server, without the path of its API: "http://127.0.0.1:9090"
    std::string query;
    core::threshold is{core::threshold::relation::greater, 0.0};
};

/// Passes when Alertmanager has no alert that all of the matchers fit and that fires, neither silenced nor inhibited.
struct alertmanager_probe_settings {
    std::string url;                    ///< likewise: "http://127.0.0.1:9093"
    std::vector<std::string> matchers;  ///< `service="web"`, each without a fault (`find_matcher_fault`)
};

/// What decides whether a group is in its steady state: one of several things, all of which must.
struct probe_settings {
    std::variant<http_probe_settings, tcp_probe_settings, command_probe_settings, prometheus_probe_settings,
                 alertmanager_probe_settings>
        what;
    std::chrono::nanoseconds timeout = std::chrono::seconds{5};
};

}  // namespace mayhem::probes
