#pragma once

#include <functional>
#include <string>

#include "app/controlled.hpp"
#include "app/halt_desk.hpp"
#include "control/event_stream.hpp"
#include "control/router.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "stores/history.hpp"
#include "stores/report.hpp"

namespace mayhem::app {

/// How the record is written as JSON: the same that the commands print.
struct record_texts {
    std::function<std::string(const stores::history&)> history;
    std::function<std::string(const stores::report&)> report;
};

/// The answers of the control socket; docs/openapi.json describes them. The loop's thread only; all that it is given
/// outlives it.
class control_routes {
public:
    struct surroundings {
        async::loop& loop;
        async::thread_pool& pool;
        controlled& daemon;
        halt_desk& halt;
        control::event_stream& events;
        record_texts texts;
        std::function<std::string()> metrics;  ///< the text of /metrics
    };

    explicit control_routes(surroundings s) : to_(std::move(s)) {}

    /// Adds every route; this object outlives `r`.
    void add_to(control::router& r);

private:
    using answer = async::awaitable<control::response>;
    using handler = answer (control_routes::*)(control::request);

    answer status(control::request r);
    answer tasks(control::request r);
    answer targets(control::request r);
    answer history(control::request r);
    answer report(control::request r);
    answer halt(control::request r);
    answer resume(control::request r);
    answer drain(control::request r);
    answer events(control::request r);
    answer metrics(control::request r);
    answer healthz(control::request r);
    answer readyz(control::request r);

    /// Who asks, by name: looking that up can take long.
    async::awaitable<std::string> name(control::peer p);

    surroundings to_;
};

}  // namespace mayhem::app
