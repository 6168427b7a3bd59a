#include "control/router.hpp"

#include "mayhem/async/frame.hpp"

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
            response answered = co_await candidate.answer(std::move(r));
            co_return answered;
        }
        allowed += (allowed.empty() ? "" : ", ") + candidate.method;
    }
    if (allowed.empty()) {
        co_return error_response(404, "there is no " + r.path + ": docs/openapi.json lists what there is");
    }
    response wrong_method = error_response(405, r.path + " takes " + allowed);
    wrong_method.allow = allowed;
    co_return wrong_method;
}

}  // namespace mayhem::control
