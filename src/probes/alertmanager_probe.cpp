#include "probes/alertmanager_probe.hpp"

#include <utility>

#include "mayhem/core/text/first_few.hpp"
#include "probes/alertmanager_answer.hpp"
#include "probes/ask_server.hpp"

namespace mayhem::probes {

alertmanager_probe::alertmanager_probe(alertmanager_probe_settings settings, std::chrono::nanoseconds timeout)
    : settings_(std::move(settings)), timeout_(timeout) {}

std::string alertmanager_probe::subject() const {
    return "alerts with " + core::first_few(settings_.matchers, settings_.matchers.size()) + " of " + settings_.url;
}

std::string alertmanager_probe::describe() const { return subject() + ": none fires"; }

async::awaitable<ports::probe_result> alertmanager_probe::ask(const core::target&) {
    http::request request;
    request.url = settings_.url + "/api/v2/alerts?active=true&unprocessed=true&silenced=false&inhibited=false";
    for (const std::string& matcher : settings_.matchers) {
        request.url += "&filter=" + http::encode(matcher);
    }
    request.alias = subject();
    request.timeout = timeout_;
    return ask_server(std::move(request), describe(), [this](const http::response& answer) {
        ports::probe_result result = judge_alertmanager(answer.status, answer.body);
        result.detail.insert(0, subject() + ": ");
        return result;
    });
}

}  // namespace mayhem::probes
