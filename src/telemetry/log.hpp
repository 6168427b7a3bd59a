#pragma once

#include <span>
#include <string_view>

#include <fmt/core.h>

#include "telemetry/level.hpp"

namespace spdlog {
class logger;
}

namespace mayhem::telemetry {

/// What a line is about, for those who search the journal: "TARGET", "web.service". Keys are upper case letters, digits
/// and underscores.
struct log_field {
    std::string_view key;
    std::string_view value;
};

/// Where log lines go: the reference that every part which logs is handed. A line below the level costs one load and
/// no formatting. A line above it is formatted here and delivered on the log thread; the call never waits for whoever
/// reads the log, and never throws. The `logging` that it came from must outlive it. May be used from any thread.
class log {
public:
    explicit log(spdlog::logger& backend, bool is_structured = false) noexcept
        : backend_(&backend), is_structured_(is_structured) {}

    /// The same log, whose lines carry `fields` where they end in a place that keeps them (the journal). `fields` and
    /// what they view outlive the result.
    [[nodiscard]] log with(std::span<const log_field> fields) const noexcept {
        log bound = *this;
        bound.fields_ = fields;
        return bound;
    }

    /// Whether fields are kept; where not, it is a waste to make any.
    [[nodiscard]] bool is_structured() const noexcept { return is_structured_; }

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
    bool is_structured_;
    std::span<const log_field> fields_{};
};

}  // namespace mayhem::telemetry
