#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

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

/// What decides whether a group is in its steady state.
struct probe_settings {
    std::variant<http_probe_settings, tcp_probe_settings, command_probe_settings> what;
    std::chrono::nanoseconds timeout = std::chrono::seconds{5};
};

}  // namespace mayhem::probes
