#include "probes/make_probe.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "probes/alertmanager_probe.hpp"
#include "probes/all_probes.hpp"
#include "probes/command_probe.hpp"
#include "probes/http_probe.hpp"
#include "probes/prometheus_probe.hpp"
#include "probes/tcp_probe.hpp"

namespace mayhem::probes {

namespace {

std::unique_ptr<ports::probe> make_one(const probe_settings& settings, async::blocking& pool) {
    if (const auto* http = std::get_if<http_probe_settings>(&settings.what)) {
        return std::make_unique<http_probe>(*http, settings.timeout);
    }
    if (const auto* tcp = std::get_if<tcp_probe_settings>(&settings.what)) {
        return std::make_unique<tcp_probe>(*tcp, settings.timeout, pool);
    }
    if (const auto* prometheus = std::get_if<prometheus_probe_settings>(&settings.what)) {
        return std::make_unique<prometheus_probe>(*prometheus, settings.timeout);
    }
    if (const auto* alertmanager = std::get_if<alertmanager_probe_settings>(&settings.what)) {
        return std::make_unique<alertmanager_probe>(*alertmanager, settings.timeout);
    }
    return std::make_unique<command_probe>(std::get<command_probe_settings>(settings.what), settings.timeout);
}

}  // namespace

std::unique_ptr<ports::probe> make_probe(const std::vector<probe_settings>& settings, async::blocking& pool) {
    std::vector<std::unique_ptr<ports::probe>> probes;
    probes.reserve(settings.size());
    std::ranges::transform(settings, std::back_inserter(probes),
                           [&pool](const probe_settings& one) { return make_one(one, pool); });
    if (probes.size() <= 1) {
        return probes.empty() ? nullptr : std::move(probes.front());
    }
    return std::make_unique<all_probes>(std::move(probes));
}

}  // namespace mayhem::probes
