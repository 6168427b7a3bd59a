#include "daemon/metrics_desk.hpp"

#include <cmath>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::app {

namespace {

telemetry::histogram lag_histogram(const async::loop_monitor& m) {
    telemetry::histogram h;
    for (std::size_t i = 0; i + 1 < m.lag().size(); ++i) {
        h.buckets.push_back({std::ldexp(1e-6, static_cast<int>(i)), m.lag()[i]});
    }
    h.rest = m.lag().back();
    h.sum = core::to_seconds(m.lag_sum());
    return h;
}

}  // namespace

metrics_desk::metrics_desk(async::loop& l, controlled& daemon, const halt_desk& halt, const notify::notifier& notifier,
                           async::task_group::failure_handler on_failure)
    : loop_(l), daemon_(daemon), halt_(halt), notifier_(notifier), group_(l, "metrics", std::move(on_failure)) {
    observers_.add(groups_);
}

void metrics_desk::start(const metrics_config& c) {
    if (c.statsd.empty()) {
        return;
    }
    statsd_ = std::make_unique<telemetry::statsd_exporter>(*telemetry::parse_udp_address(c.statsd),
                                                           [this] { return families(); });
    observers_.add(*statsd_);
    group_.spawn("statsd", statsd_->run(c.statsd_every));
}

async::awaitable<void> metrics_desk::stop() {
    const async::frame here;
    group_.cancel();
    co_await group_.join();
    if (statsd_) {
        statsd_->flush();
    }
}

std::vector<prometheus::MetricFamily> metrics_desk::families() const {
    const daemon_facts facts = daemon_.facts();
    telemetry::service_numbers now;
    now.version = MAYHEM_VERSION;
    now.started_at = core::to_seconds(facts.started_at.time_since_epoch());
    now.is_halted = halt_.get().is_halted();
    now.is_dry_run = facts.dry_run;
    for (const pipeline::span_keeper::standing_span& s : daemon_.spans().standing()) {
        ++now.standing;
        now.stuck += s.stuck.empty() ? 0U : 1U;
    }
    if (const std::shared_ptr<flow> current = daemon_.current_flow()) {
        const ports::queue_depth depth = current->queue().depth();
        now.in_flight = depth.leased;
        now.waiting = depth.waiting;
        now.delayed = depth.delayed;
        for (const pipeline::group& g : current->groups()) {
            now.breakers.push_back({.group = g.settings.name, .is_open = g.state.breaker().has_value()});
        }
    }
    for (const auto kind : {notify::destination_kind::webhook, notify::destination_kind::hook}) {
        const notify::notification_counts& n = notifier_.counts(kind);
        now.notifications.push_back({.kind = std::string(to_string(kind)),
                                     .sent = n.sent,
                                     .failed = n.failed,
                                     .dropped = n.dropped,
                                     .queued = n.queued});
    }
    now.live_tasks = loop_.live_tasks();
    now.slow_steps = loop_.monitor().slow_steps();
    now.loop_lag = lag_histogram(loop_.monitor());
    now.store_commit = daemon_.commit_times();
    now.fleet = daemon_.fleet_numbers();
    return telemetry::metric_families(groups_, daemon_.counts(), now);
}

}  // namespace mayhem::app
