#pragma once

#include <memory>

#include <spdlog/formatter.h>

#include "telemetry/local_clock.hpp"

namespace mayhem::telemetry {

/// Lines for programs (`log_format::json`): `{"ts":"2024-03-01T22:13:37.005+01:00","level":"INFO","message":"..."}`.
/// Always one line, always valid JSON, whatever bytes the message holds. Used on the log thread only.
class json_formatter final : public spdlog::formatter {
public:
    void format(const spdlog::details::log_msg& msg, spdlog::memory_buf_t& line) override;
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override;

private:
    local_clock clock_;
};

}  // namespace mayhem::telemetry
