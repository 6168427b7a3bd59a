#include "probes/prometheus_probe.hpp"

#include <algorithm>
#include <utility>

#include "probes/ask_server.hpp"
#include "probes/prometheus_answer.hpp"

namespace mayhem::probes {

prometheus_probe::prometheus_probe(prometheus_probe_settings settings, std::chrono::nanoseconds timeout)
    : settings_(std::move(settings)), timeout_(timeout) {}

std::string prometheus_probe::describe() const {
    return "'" + settings_.query + "' of " + settings_.url + " is " + settings_.is.describe();
}

async::awaitable<ports::probe_result> prometheus_probe::ask(const core::target&) {
    const auto limit = std::max(std::chrono::ceil<std::chrono::milliseconds>(timeout_), std::chrono::milliseconds{1});
    const std::string subject = "'" + settings_.query + "' of " + settings_.url;
    http::request request;
    request.url = settings_.url + "/api/v1/query?query=" + http::encode(settings_.query) +
                  "&timeout=" + std::to_string(limit.count()) + "ms";
    request.alias = subject;
    request.timeout = timeout_;
    return ask_server(std::move(request), describe(), [this, subject](const http::response& answer) {
        ports::probe_result result = judge_prometheus(answer.status, answer.body, settings_.is);
        result.detail.insert(0, subject + ": ");
        return result;
    });
}

}  // namespace mayhem::probes
