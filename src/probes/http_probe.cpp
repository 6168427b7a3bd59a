#include "probes/http_probe.hpp"

#include <utility>

#include "http/send.hpp"
#include "mayhem/async/frame.hpp"
#include "probes/not_asked.hpp"

namespace mayhem::probes {

http_probe::http_probe(http_probe_settings settings, std::chrono::nanoseconds timeout)
    : settings_(std::move(settings)), timeout_(timeout) {}

std::string http_probe::describe() const { return settings_.url + " answers with " + std::to_string(settings_.status); }

async::awaitable<ports::probe_result> http_probe::ask(const core::target&) {
    const async::frame here;
    http::request request;
    request.url = settings_.url;
    request.timeout = timeout_;
    ports::probe_result result;
    try {
        const http::response answer = co_await http::send(std::move(request));
        result.passes = answer.status == settings_.status;
        result.detail = settings_.url + " answered with " + std::to_string(answer.status) +
                        (result.passes ? "" : ", not " + std::to_string(settings_.status));
    } catch (const http::request_failed& e) {
        result.detail = e.what();
    } catch (...) {
        result = not_asked(describe());
    }
    co_return result;
}

}  // namespace mayhem::probes
