#pragma once

#include <chrono>
#include <string>

#include "mayhem/ports/probe.hpp"
#include "probes/probe_settings.hpp"

namespace mayhem::probes {

/// See `command_probe_settings`. Within `timeout`, or it does not pass.
class command_probe final : public ports::probe {
public:
    command_probe(command_probe_settings settings, std::chrono::nanoseconds timeout);

    [[nodiscard]] std::string describe() const override;
    async::awaitable<ports::probe_result> ask(const core::target& t) override;

private:
    const command_probe_settings settings_;
    const std::chrono::nanoseconds timeout_;
};

}  // namespace mayhem::probes
