#include "config/fixed_settings.hpp"

#include <optional>
#include <tuple>

namespace mayhem::app {

namespace {

bool is_same(const std::optional<fleet_config>& a, const std::optional<fleet_config>& b) {
    if (!a || !b) {
        return a.has_value() == b.has_value();
    }
    const auto all = [](const fleet_config& f) {
        const fleet::link_settings& d = f.database;
        return std::tie(f.name, f.host, f.listens, f.census_wait, d.hosts, d.dbname, d.user, d.password_file, d.ca,
                        d.certificate, d.key);
    };
    return all(*a) == all(*b);
}

}  // namespace

std::vector<std::string> keep_what_is_fixed(config& next, const config& live) {
    std::vector<std::string> changed;
    const auto keep = [&changed](auto& value, const auto& live_value, const char* key) {
        if (value != live_value) {
            value = live_value;
            changed.emplace_back(key);
        }
    };
    keep(next.store, live.store, "[store] path");
    keep(next.log_format, live.log_format, "[log] format");
    keep(next.control.socket, live.control.socket, "[control] socket");
    keep(next.control.listen, live.control.listen, "[control] listen");
    keep(next.control.token_file, live.control.token_file, "[control] token_file");
    keep(next.metrics.statsd, live.metrics.statsd, "[metrics] statsd");
    keep(next.metrics.statsd_every, live.metrics.statsd_every, "[metrics] statsd_every");
    keep(next.request_queues, live.request_queues, "[queue.NAME]");
    if (!is_same(next.fleet, live.fleet)) {
        next.fleet = live.fleet;
        changed.emplace_back("[fleet]");
    }
    return changed;
}

}  // namespace mayhem::app
