#include "probes/http_probe.hpp"

#include <utility>

#include "probes/ask_server.hpp"

namespace mayhem::probes {

http_probe::http_probe(http_probe_settings settings, std::chrono::nanoseconds timeout)
    : settings_(std::move(settings)), timeout_(timeout) {}

std::string http_probe::describe() const { return settings_.url + " answers with " + std::to_string(settings_.status); }

async::awaitable<ports::probe_result> http_probe::ask(const core::target&) {
    http::request request;
    request.url = settings_.url;
    request.timeout = timeout_;
    return ask_server(std::move(request), describe(), [this](const http::response& answer) {
        const bool passes = answer.status == settings_.status;
        return ports::probe_result{.passes = passes,
                                   .detail = settings_.url + " answered with " + std::to_string(answer.status) +
                                             (passes ? "" : ", not " + std::to_string(settings_.status))};
    });
}

}  // namespace mayhem::probes
