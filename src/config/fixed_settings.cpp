#include "config/fixed_settings.hpp"

namespace mayhem::app {

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
    return changed;
}

}  // namespace mayhem::app
