#include "telemetry/log.hpp"

#include <exception>
#include <iterator>

#include <spdlog/logger.h>

#include "telemetry/escape.hpp"
#include "telemetry/journal_text.hpp"
#include "telemetry/spdlog_level.hpp"

namespace mayhem::telemetry {

bool log::is_enabled(level l) const noexcept { return backend_->should_log(to_spdlog(l)); }

void log::write_text(level l, std::string_view text) const noexcept {
    try {
        if (!is_structured_ || fields_.empty()) {
            backend_->log(to_spdlog(l), spdlog::string_view_t{text.data(), text.size()});
            return;
        }
        const std::string both = std::string(text) + journal_text(fields_);
        backend_->log(text_length(text), to_spdlog(l), spdlog::string_view_t{both.data(), both.size()});
    } catch (...) {
        // Only memory can run out here; nothing is done because a lost log line must not end the caller.
    }
}

void log::write_formatted(level l, fmt::string_view text, fmt::format_args args) const noexcept {
    line_buffer line;
    try {
        fmt::vformat_to(std::back_inserter(line), text, args);
    } catch (const std::exception& e) {
        line.append(std::string_view{" [this log line could not be formatted: "});
        line.append(std::string_view{e.what()});
        line.push_back(']');
    }
    write_text(l, {line.data(), line.size()});
}

}  // namespace mayhem::telemetry
