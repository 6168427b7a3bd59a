#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "control/access.hpp"
#include "control/http.hpp"
#include "mayhem/async/awaitable.hpp"

namespace mayhem::control {

/// One thing that can be asked for. `handler` returns a coroutine; it is no coroutine itself.
struct route {
    using handler = std::function<async::awaitable<response>(request)>;

    std::string method;
    std::string path;
    std::string summary;  ///< a phrase for a person
    handler answer;
    std::chrono::seconds time_max{10};  ///< for the answer
};

/// Answers a request by the route that it names: first the access is checked (`refuse`), then the path, then the
/// method. HEAD is answered as GET. An answer that takes too long is cancelled. The loop's thread only.
class router {
public:
    explicit router(access_policy policy) : policy_(std::move(policy)) {}

    void add(route r) { routes_.push_back(std::move(r)); }

    [[nodiscard]] const std::vector<route>& routes() const noexcept { return routes_; }

    [[nodiscard]] async::awaitable<response> answer(request r);

    /// Whether whoever sent `r` could act with what came with it, and whether the token would help if not.
    [[nodiscard]] bool may_act(request r) const;
    [[nodiscard]] bool takes_token() const noexcept { return policy_.token.has_value(); }

private:
    const access_policy policy_;
    std::vector<route> routes_;
};

}  // namespace mayhem::control
