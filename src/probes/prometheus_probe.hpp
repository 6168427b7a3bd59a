#pragma once

#include <chrono>
#include <string>

#include "mayhem/ports/probe.hpp"
#include "probes/probe_settings.hpp"

namespace mayhem::probes {

/// See `prometheus_probe_settings`. Within `timeout`, which Prometheus is told as well, or it does not pass.
class prometheus_probe final : public ports::probe {
public:
    prometheus_probe(prometheus_probe_settings settings, std::chrono::nanoseconds timeout);

    [[nodiscard]] std::string describe() const override;
    async::awaitable<ports::probe_result> ask(const core::target& t) override;

private:
    const prometheus_probe_settings settings_;
    const std::chrono::nanoseconds timeout_;
};

}  // namespace mayhem::probes
