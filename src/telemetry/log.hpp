#pragma once

#include <string_view>

#include <fmt/core.h>

#include "telemetry/level.hpp"

namespace spdlog {
class logger;
}

namespace mayhem::telemetry {

/// Where log lines go: the reference that every part which logs is handed. A line below the level costs one load and
/// no formatting. A line above it is formatted here and delivered on the log thread; the call never waits for whoever
/// reads the log, and never throws. The `logging` that it came from must outlive it. May be used from any thread.
class log {
public:
    explicit log(spdlog::logger& backend) noexcept : backend_(&backend) {}

    template <typename... Args>
    void debug(fmt::format_string<Args...> text, Args&&... args) const noexcept {
        write(level::debug, text, args...);
    }
    template <typename... Args>
    void info(fmt::format_string<Args...> text, Args&&... args) const noexcept {
        write(level::info, text, args...);
    }
    template <typename... Args>
    void warning(fmt::format_string<Args...> text, Args&&... args) const noexcept {
        write(level::warning, text, args...);
    }
    template <typename... Args>
    void error(fmt::format_string<Args...> text, Args&&... args) const noexcept {
        write(level::error, text, args...);
    }
    template <typename... Args>
    void critical(fmt::format_string<Args...> text, Args&&... args) const noexcept {
        write(level::critical, text, args...);
    }

    /// The same for a text that is finished already; braces in it mean nothing.
    void write_text(level l, std::string_view text) const noexcept;

    [[nodiscard]] bool is_enabled(level l) const noexcept;

private:
    template <typename... Args>
    void write(level l, fmt::string_view text, Args&... args) const noexcept {
        if (is_enabled(l)) {
            write_formatted(l, text, fmt::make_format_args(args...));
        }
    }

    void write_formatted(level l, fmt::string_view text, fmt::format_args args) const noexcept;

    spdlog::logger* backend_;
};

}  // namespace mayhem::telemetry
