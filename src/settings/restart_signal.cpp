#include "settings/restart_signal.hpp"

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "mayhem/core/text/closest_name.hpp"
#include "system/signal_name.hpp"

namespace mayhem::settings {

namespace {

constexpr std::string_view prefix = "SIG";

/// With or without "SIG", as it was written.
std::optional<std::string> find_closest(std::string_view text) {
    const bool is_prefixed = core::edit_distance(text.substr(0, prefix.size()), prefix) == 0;
    std::vector<std::string> names;
    for (int signal = 1; signal < NSIG; ++signal) {
        if (const std::string name = system::signal_name(signal);
            system::is_deadly(signal) && name.starts_with(prefix)) {
            names.push_back(is_prefixed ? name : name.substr(prefix.size()));
        }
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    const auto closest = core::closest_name(text, views);
    return closest ? std::optional<std::string>(*closest) : std::nullopt;
}

}  // namespace

core::result<int> parse_restart_signal(std::string_view text) {
    const std::string written = '"' + std::string(text) + '"';
    const auto signal = system::parse_signal(text);
    if (!signal) {
        const auto meant = find_closest(text);
        return core::failure{
            written + " is no signal" +
            (meant ? ": did you mean \"" + *meant + "\"?" : R"(: give a name such as "TERM", or its number)")};
    }
    if (!system::is_deadly(*signal)) {
        return core::failure{written + " does not end a process: give a signal that does, such as \"TERM\""};
    }
    return *signal;
}

}  // namespace mayhem::settings
