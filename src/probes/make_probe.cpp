#include "probes/make_probe.hpp"

#include "probes/command_probe.hpp"
#include "probes/http_probe.hpp"
#include "probes/tcp_probe.hpp"

namespace mayhem::probes {

std::unique_ptr<ports::probe> make_probe(const probe_settings& settings, async::blocking& pool) {
    if (const auto* http = std::get_if<http_probe_settings>(&settings.what)) {
        return std::make_unique<http_probe>(*http, settings.timeout);
    }
    if (const auto* tcp = std::get_if<tcp_probe_settings>(&settings.what)) {
        return std::make_unique<tcp_probe>(*tcp, settings.timeout, pool);
    }
    return std::make_unique<command_probe>(std::get<command_probe_settings>(settings.what), settings.timeout);
}

}  // namespace mayhem::probes
