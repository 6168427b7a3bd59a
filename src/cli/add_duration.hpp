#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::cli {

/// Adds an option whose value is a duration as in the config file: "90s", "1h30m". `value` outlives the parsing and is
/// a duration or an optional one; what it has before is the default.
template <typename T>
CLI::Option* add_duration(CLI::App& to, const std::string& name, T& value, const std::string& help) {
    return to
        .add_option_function<std::string>(
            name,
            [&value, name](const std::string& text) {
                const auto parsed = core::parse_duration(text);
                if (!parsed) {
                    throw CLI::ValidationError(name, parsed.error());
                }
                value = *parsed;
            },
            help)
        ->type_name("DURATION");
}

}  // namespace mayhem::cli
