#pragma once

#include "mayhem/ports/observer.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace mayhem::telemetry {

/// Makes the log and the metrics out of the steps of the messages' lives: one line and one count for each.
/// The loop's thread only; `to` and `counts` outlive it.
class step_log final : public ports::observer {
public:
    step_log(const log& to, metrics& counts) noexcept : log_(to), metrics_(counts) {}

    void observe(const ports::step& s) noexcept override;
    void skipped(const core::skip& s) noexcept override;
    void warn(std::string_view text) noexcept override;

private:
    static void write(const log& to, const ports::step& s) noexcept;
    void count(const ports::step& s) noexcept;

    const log log_;
    metrics& metrics_;
};

}  // namespace mayhem::telemetry
