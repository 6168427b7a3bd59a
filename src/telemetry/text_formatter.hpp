#pragma once

#include <memory>

#include <spdlog/formatter.h>

#include "telemetry/local_clock.hpp"

namespace mayhem::telemetry {

/// Lines for people, on a terminal or in the journal (`log_format::text` and `log_format::journald`). A text of several
/// lines stays one record: in the journal each of its lines carries the priority, elsewhere the following ones are
/// indented. Used on the log thread only.
class text_formatter final : public spdlog::formatter {
public:
    enum class head { time_and_level, priority };

    explicit text_formatter(head h) : head_(h) {}

    void format(const spdlog::details::log_msg& msg, spdlog::memory_buf_t& line) override;
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override;

private:
    head head_;
    local_clock clock_;
};

}  // namespace mayhem::telemetry
