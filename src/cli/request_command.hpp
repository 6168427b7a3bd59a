#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/command_line.hpp"

namespace mayhem::cli {

/// `mayhem request`: asks a daemon for an act through a queue.
struct request_options : common_options {
    std::optional<std::string> target;
    std::optional<std::string> match;
    std::optional<std::string> queue;  ///< which [queue.NAME]; none: the only one
    std::optional<std::string> group;  ///< none: the only one of the queue
    std::optional<std::string> host;   ///< none: the queue's own
    std::optional<std::string> action;
    std::optional<std::string> until;  ///< a moment, RFC 3339
    std::optional<std::string> by;
    std::optional<std::string> id;
    bool prepare = false;
};

void add_request(CLI::App& app, request_options& o);

/// Prints, and returns the exit status.
int request(const request_options& o);

}  // namespace mayhem::cli
