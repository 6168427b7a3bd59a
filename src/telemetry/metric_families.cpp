#include "telemetry/metric_families.hpp"

#include <array>
#include <initializer_list>
#include <utility>

#include <prometheus/text_serializer.h>

namespace mayhem::telemetry {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

class family_list {
public:
    /// What is added next belongs to this family.
    void begin(const char* name, const char* help, MetricType type) {
        families_.push_back({.name = name, .help = help, .type = type, .metric = {}});
    }

    void add(double value, labels of = {}) {
        ClientMetric m;
        m.label = std::move(of);
        m.counter.value = value;
        m.gauge.value = value;
        families_.back().metric.push_back(std::move(m));
    }
    void add(std::uint64_t value, labels of = {}) { add(static_cast<double>(value), std::move(of)); }

    void add(const histogram& h, labels of = {}) {
        ClientMetric m;
        m.label = std::move(of);
        m.histogram.sample_count = h.total();
        m.histogram.sample_sum = h.sum;
        std::uint64_t below = 0;
        for (const histogram::bucket& b : h.buckets) {
            below += b.count;
            m.histogram.bucket.push_back({.cumulative_count = below, .upper_bound = b.upper_bound});
        }
        families_.back().metric.push_back(std::move(m));
    }

    std::vector<MetricFamily> take() { return std::move(families_); }

private:
    std::vector<MetricFamily> families_;
};

void add_groups(family_list& to, const group_counter& counter) {
    to.begin("mayhem_messages_published_total", "Messages handed to the queue.", MetricType::Counter);
    for (const auto& [name, g] : counter.groups()) {
        to.add(g.published, {{"group", name}});
    }
    to.begin("mayhem_messages_settled_total", "Deliveries that ended: acked, nacked or dead-lettered.",
             MetricType::Counter);
    for (const auto& [name, g] : counter.groups()) {
        to.add(g.acked, {{"group", name}, {"disposition", "acked"}});
        to.add(g.nacked, {{"group", name}, {"disposition", "nacked"}});
        to.add(g.dead_lettered, {{"group", name}, {"disposition", "dead_lettered"}});
    }
    to.begin("mayhem_restarts_total",
             "Restarts by outcome: the target recovered, did not, came back unstable, did not tolerate what lasted, "
             "which was broken off, had no effect, or could not be undone in its time, was taken over by somebody "
             "else, did not end, or could not be "
             "restarted.",
             MetricType::Counter);
    for (const auto& [name, g] : counter.groups()) {
        to.add(g.recovered, {{"group", name}, {"outcome", "recovered"}});
        to.add(g.not_recovered, {{"group", name}, {"outcome", "not_recovered"}});
        to.add(g.unstable, {{"group", name}, {"outcome", "unstable"}});
        to.add(g.not_tolerated, {{"group", name}, {"outcome", "not_tolerated"}});
        to.add(g.aborted, {{"group", name}, {"outcome", "aborted"}});
        to.add(g.no_effect, {{"group", name}, {"outcome", "no_effect"}});
        to.add(g.fault_stuck, {{"group", name}, {"outcome", "fault_stuck"}});
        to.add(g.taken_over, {{"group", name}, {"outcome", "taken_over"}});
        to.add(g.not_ended, {{"group", name}, {"outcome", "not_ended"}});
        to.add(g.failed, {{"group", name}, {"outcome", "failed"}});
    }
    to.begin("mayhem_slow_recoveries_total", "Recoveries that were slower than the past of their targets explains.",
             MetricType::Counter);
    for (const auto& [name, g] : counter.groups()) {
        to.add(g.slow, {{"group", name}});
    }
    to.begin("mayhem_skips_total", "Restarts that a guard refused.", MetricType::Counter);
    for (const auto& [name, g] : counter.groups()) {
        for (std::size_t i = 0; i < g.refused.size(); ++i) {
            if (g.refused[i] > 0) {
                const std::string guard(core::to_string(static_cast<core::guard>(i)));
                to.add(g.refused[i], {{"group", name}, {"guard", guard}});
            }
        }
    }
    to.begin("mayhem_moments_skipped_total", "Moments at which no message was made.", MetricType::Counter);
    for (const auto& [name, g] : counter.groups()) {
        for (const core::guard reason : {core::guard::missed, core::guard::unlisted, core::guard::no_target}) {
            to.add(g.skipped[static_cast<std::size_t>(reason)],
                   {{"group", name}, {"reason", std::string(core::to_string(reason))}});
        }
    }
    to.begin("mayhem_recovery_seconds", "From the act until a new incarnation runs that stays.", MetricType::Histogram);
    for (const auto& [name, g] : counter.groups()) {
        to.add(g.recovery, {{"group", name}});
    }
}

void add_notifications(family_list& to, const service_numbers& now) {
    to.begin("mayhem_notifications_total",
             "Notifications that ended: delivered, given up after the last attempt, or dropped without one.",
             MetricType::Counter);
    for (const notification_numbers& n : now.notifications) {
        to.add(n.sent, {{"kind", n.kind}, {"outcome", "sent"}});
        to.add(n.failed, {{"kind", n.kind}, {"outcome", "failed"}});
        to.add(n.dropped, {{"kind", n.kind}, {"outcome", "dropped"}});
    }
    to.begin("mayhem_notifications_queued", "Notifications that wait, or are being delivered.", MetricType::Gauge);
    for (const notification_numbers& n : now.notifications) {
        to.add(static_cast<double>(n.queued), {{"kind", n.kind}});
    }
}

void add_service(family_list& to, const metrics& counts, const service_numbers& now) {
    struct number {
        const char* name;
        const char* help;
        MetricType type;
        double value;
    };
    const auto whole = [](auto value) { return static_cast<double>(value); };
    const std::array numbers{
        number{"mayhem_messages_in_flight", "Messages under a lease.", MetricType::Gauge, whole(now.in_flight)},
        number{"mayhem_queue_depth", "Messages that wait for delivery.", MetricType::Gauge, whole(now.waiting)},
        number{"mayhem_queue_delayed", "Messages that back off.", MetricType::Gauge, whole(now.delayed)},
        number{"mayhem_lease_extensions_total", "Leases renewed.", MetricType::Counter, whole(counts.extended)},
        number{"mayhem_leases_lost_total", "Leases that expired under a handler.", MetricType::Counter,
               whole(counts.leases_lost)},
        number{"mayhem_faults_standing", "What lasts, and stands now.", MetricType::Gauge, whole(now.standing)},
        number{"mayhem_faults_stuck", "What stands and cannot be ended, though it should be.", MetricType::Gauge,
               whole(now.stuck)},
        number{"mayhem_tasks", "Live tasks of the loop.", MetricType::Gauge, whole(now.live_tasks)},
        number{"mayhem_slow_callbacks_total", "Steps that held the loop for longer than the threshold.",
               MetricType::Counter, whole(now.slow_steps)},
        number{"mayhem_unhandled_exceptions_total", "Exceptions that nobody caught.", MetricType::Counter,
               whole(counts.unhandled_exceptions)},
        number{"mayhem_dropped_log_lines_total", "Log lines that nobody will read.", MetricType::Counter,
               whole(counts.dropped_log_lines)},
        number{"mayhem_halted", "1 while nothing is restarted because somebody halted it.", MetricType::Gauge,
               now.is_halted ? 1.0 : 0.0},
        number{"mayhem_dry_run", "1 when everything happens but the restarts.", MetricType::Gauge,
               now.is_dry_run ? 1.0 : 0.0},
        number{"mayhem_start_time_seconds", "When the daemon started, in seconds since 1970.", MetricType::Gauge,
               now.started_at},
    };
    for (const number& n : numbers) {
        to.begin(n.name, n.help, n.type);
        to.add(n.value);
    }
    if (!now.breakers.empty()) {
        to.begin("mayhem_breaker_open", "1 while nothing is restarted in the group because its breaker is open.",
                 MetricType::Gauge);
    }
    for (const breaker_number& b : now.breakers) {
        to.add(b.is_open ? 1.0 : 0.0, {{"group", b.group}});
    }
    add_notifications(to, now);
    to.begin("mayhem_loop_lag_seconds", "How long the loop was busy before it looked for new events.",
             MetricType::Histogram);
    to.add(now.loop_lag);
    to.begin("mayhem_store_commit_seconds", "How long transactions of the record took, until durable.",
             MetricType::Histogram);
    to.add(now.store_commit);
    to.begin("mayhem_build_info", "Always 1; the version is in the label.", MetricType::Gauge);
    to.add(1.0, {{"version", now.version}});
}

void add_shared_groups(family_list& to, const std::vector<shared_group_numbers>& groups) {
    to.begin(
        "mayhem_fleet_moments_total",
        "Moments of shared groups: this host's, another host's, decided to hit nobody, or not decided as far as this "
        "host knows.",
        MetricType::Counter);
    for (const shared_group_numbers& g : groups) {
        to.add(g.ours, {{"group", g.group}, {"outcome", "ours"}});
        to.add(g.others, {{"group", g.group}, {"outcome", "others"}});
        to.add(g.skipped, {{"group", g.group}, {"outcome", "skipped"}});
        to.add(g.undecided, {{"group", g.group}, {"outcome", "undecided"}});
    }
    to.begin("mayhem_fleet_permits_total", "Leave to act that the fleet gave this host.", MetricType::Counter);
    for (const shared_group_numbers& g : groups) {
        to.add(g.permits, {{"group", g.group}});
    }
    to.begin("mayhem_fleet_refusals_total", "Moments at which nobody was let act, and acts that got no leave.",
             MetricType::Counter);
    for (const shared_group_numbers& g : groups) {
        for (const auto& [guard, count] : g.refused) {
            to.add(count, {{"group", g.group}, {"guard", std::string(core::to_string(guard))}});
        }
    }
    to.begin("mayhem_fleet_census_age_seconds", "Since the fleet was told last who of this host stands.",
             MetricType::Gauge);
    for (const shared_group_numbers& g : groups) {
        if (g.census_age) {
            to.add(*g.census_age, {{"group", g.group}});
        }
    }
}

void add_fleet(family_list& to, const fleet_numbers& f) {
    const auto one = [&to](const char* name, const char* help, MetricType type, double value) {
        to.begin(name, help, type);
        to.add(value);
    };
    const auto yes = [](bool is) { return is ? 1.0 : 0.0; };
    one("mayhem_fleet_connected", "1 while there is a connection to the fleet's database.", MetricType::Gauge,
        yes(f.is_connected));
    one("mayhem_fleet_takes_part", "1 while this host takes part in its fleet.", MetricType::Gauge, yes(f.takes_part));
    one("mayhem_fleet_halted", "1 while all of the fleet is halted, as this host has heard.", MetricType::Gauge,
        yes(f.is_halted));
    one("mayhem_fleet_halts_heard_total", "How often all of the fleet was found halted.", MetricType::Counter,
        static_cast<double>(f.halts_heard));
    one("mayhem_fleet_outbox", "What the fleet has not been told yet of ends of acts.", MetricType::Gauge,
        static_cast<double>(f.untold));
    if (f.clock_ahead) {
        one("mayhem_fleet_clock_ahead_seconds", "How far this host's clock is ahead of the database's.",
            MetricType::Gauge, *f.clock_ahead);
    }
    to.begin("mayhem_fleet_calls_total", "Calls of the fleet's database, by what came of them.", MetricType::Counter);
    to.add(f.calls.answered, {{"outcome", "answered"}});
    to.add(f.calls.refused, {{"outcome", "refused"}});
    to.add(f.calls.unknown, {{"outcome", "unknown"}});
    to.add(f.calls.not_sent, {{"outcome", "not_sent"}});
    add_shared_groups(to, f.groups);
}

}  // namespace

std::vector<MetricFamily> metric_families(const group_counter& groups, const metrics& counts,
                                          const service_numbers& now) {
    family_list all;
    add_groups(all, groups);
    add_service(all, counts, now);
    if (now.fleet) {
        add_fleet(all, *now.fleet);
    }
    return all.take();
}

std::string prometheus_text(const std::vector<MetricFamily>& families) {
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace mayhem::telemetry
