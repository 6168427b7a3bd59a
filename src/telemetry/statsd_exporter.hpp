#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/metric_family.h>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/ports/observer.hpp"
#include "telemetry/udp_address.hpp"

namespace mayhem::telemetry {

/// Sends the metrics to a StatsD server over UDP: all of them every so often, in few datagrams, and as an observer the
/// time to each recovery (`mayhem.recovery.GROUP:963|ms`), which is kept until then. Never waits: what cannot be sent
/// is lost, as UDP has it. The loop's thread only.
class statsd_exporter final : public ports::observer {
public:
    static constexpr std::size_t datagram_bytes_max = 1400;
    static constexpr std::size_t timings_max = 10'000;  ///< between two flushes; what is above is not sent

    using source = std::function<std::vector<prometheus::MetricFamily>()>;

    /// Throws `std::system_error` when there is no socket to be had.
    statsd_exporter(const udp_address& to, source now);
    ~statsd_exporter() override;
    statsd_exporter(const statsd_exporter&) = delete;
    statsd_exporter& operator=(const statsd_exporter&) = delete;

    /// Flushes every so often until cancelled.
    async::awaitable<void> run(std::chrono::nanoseconds every);

    /// Sends what has changed since the last time.
    void flush();

    void observe(const ports::step& s) noexcept override;
    void warn(std::string_view /*text*/) noexcept override {}

private:
    const udp_address to_;
    const source now_;
    int fd_ = -1;
    std::vector<prometheus::MetricFamily> sent_;
    std::vector<std::string> timings_;
};

}  // namespace mayhem::telemetry
