#pragma once

#include <chrono>
#include <string>

#include "mayhem/ports/probe.hpp"
#include "probes/probe_settings.hpp"

namespace mayhem::probes {

/// See `alertmanager_probe_settings`. Within `timeout`, or it does not pass.
class alertmanager_probe final : public ports::probe {
public:
    alertmanager_probe(alertmanager_probe_settings settings, std::chrono::nanoseconds timeout);

    [[nodiscard]] std::string describe() const override;
    async::awaitable<ports::probe_result> ask(const core::target& t) override;

private:
    /// "alerts with service="web" of http://127.0.0.1:9093".
    [[nodiscard]] std::string subject() const;

    const alertmanager_probe_settings settings_;
    const std::chrono::nanoseconds timeout_;
};

}  // namespace mayhem::probes
