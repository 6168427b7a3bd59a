#pragma once

#include <chrono>
#include <string>

#include "mayhem/async/blocking.hpp"
#include "mayhem/ports/probe.hpp"
#include "probes/probe_settings.hpp"

namespace mayhem::probes {

/// See `tcp_probe_settings`. Within `timeout`, or it does not pass; a name that has several addresses passes with the
/// first that accepts. The connection is closed at once, nothing is sent.
class tcp_probe final : public ports::probe {
public:
    /// `pool` resolves the name, and outlives the probe.
    tcp_probe(tcp_probe_settings settings, std::chrono::nanoseconds timeout, async::blocking& pool);

    [[nodiscard]] std::string describe() const override;
    async::awaitable<ports::probe_result> ask(const core::target& t) override;

private:
    [[nodiscard]] async::awaitable<ports::probe_result> connect();

    const tcp_probe_settings settings_;
    const std::chrono::nanoseconds timeout_;
    async::blocking& pool_;
};

}  // namespace mayhem::probes
