#pragma once

#include <memory>
#include <string>

#include "api/controlled.hpp"
#include "config/config.hpp"
#include "halts/halt_desk.hpp"
#include "mayhem/async/task_group.hpp"
#include "notify/notifier.hpp"
#include "telemetry/fan_out.hpp"
#include "telemetry/group_counts.hpp"
#include "telemetry/metric_families.hpp"
#include "telemetry/statsd_exporter.hpp"

namespace mayhem::app {

/// Gathers the metrics from wherever they arise, when somebody asks for them, and sends them to StatsD if the config
/// says so. `stop` comes before the destructor. The loop's thread only; all that it is given outlives it.
class metrics_desk {
public:
    metrics_desk(async::loop& l, controlled& daemon, const halt_desk& halt, const notify::notifier& notifier,
                 async::task_group::failure_handler on_failure);

    /// Begins to send, if `c` names a StatsD server.
    void start(const metrics_config& c);

    /// Sends once more, and ends.
    async::awaitable<void> stop();

    [[nodiscard]] std::string text() const { return telemetry::prometheus_text(families()); }

    /// Counts what it is told.
    [[nodiscard]] ports::observer& observer() noexcept { return observers_; }

private:
    [[nodiscard]] std::vector<prometheus::MetricFamily> families() const;

    async::loop& loop_;
    controlled& daemon_;
    const halt_desk& halt_;
    const notify::notifier& notifier_;
    telemetry::group_counter groups_;
    telemetry::fan_out observers_;
    std::unique_ptr<telemetry::statsd_exporter> statsd_;
    async::task_group group_;
};

}  // namespace mayhem::app
