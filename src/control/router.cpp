#include "control/router.hpp"

#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::control {

async::awaitable<response> router::answer(request r) {
    const async::frame here;
    if (std::optional<response> refusal = refuse(r, policy_)) {
        co_return std::move(*refusal);
    }
    std::string allowed;
    for (const route& candidate : routes_) {
        if (candidate.path != r.path) {
            continue;
        }
        if (candidate.method == r.method || (candidate.method == "GET" && r.method == "HEAD")) {
            std::optional<response> in_time =
                co_await async::with_timeout(candidate.answer(std::move(r)), candidate.time_max);
            if (!in_time) {
                co_return error_response(503, "this takes too long just now: try again");
            }
            co_return std::move(*in_time);
        }
        allowed += (allowed.empty() ? "" : ", ") + candidate.method;
    }
    if (allowed.empty()) {
        co_return error_response(404, "there is no " + r.path + ": openapi.json lists what there is");
    }
    response wrong_method = error_response(405, r.path + " takes " + allowed);
    wrong_method.allow = allowed;
    co_return wrong_method;
}

bool router::may_act(request r) const {
    r.method = "POST";
    r.content_type = "application/json";
    if (r.fetch_site == "none") {
        r.fetch_site.clear();  // typed by a person, who then acts from the page
    }
    return !refuse(r, policy_);
}

}  // namespace mayhem::control
