#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "api/controlled.hpp"
#include "api/inspection.hpp"
#include "api/page/page_routes.hpp"
#include "api/printed_plan.hpp"
#include "api/shared_look.hpp"
#include "control/event_stream.hpp"
#include "control/peer.hpp"
#include "control/router.hpp"
#include "halts/halt_desk.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "record/history.hpp"
#include "record/report.hpp"
#include "system/hanging_calls.hpp"

namespace mayhem::app {

/// The answers of the control socket; docs/openapi.json describes them. The loop's thread only; all that it is given
/// outlives it.
class control_routes {
public:
    struct surroundings {
        async::loop& loop;
        async::blocking& pool;
        controlled& daemon;
        halt_desk& halt;
        telemetry::log log;
        control::event_stream& events;
        std::function<std::string()> metrics;  ///< the text of /metrics
        std::function<std::string(const control::peer&)> describe = &control::describe;
    };

    explicit control_routes(surroundings s)
        : to_(std::move(s)),
          names_(to_.loop, "mayhem-name", names_max),
          page_(to_.loop, to_.daemon, to_.halt, to_.events) {}

    /// Adds every route; this object outlives `r`.
    void add_to(control::router& r);

    /// From now on it can also be asked over TCP, at that address.
    void listens_on(std::string address) { tcp_address_ = std::move(address); }

private:
    using answer = async::awaitable<control::response>;
    using handler = answer (control_routes::*)(control::request);

    answer status(control::request r);
    answer tasks(control::request r);
    answer targets(control::request r);
    answer eligible(control::request r);
    answer session(control::request r);
    answer close_breaker(control::request r);
    answer mark(control::request r);
    answer plan(control::request r);
    answer history(control::request r);
    answer report(control::request r);
    answer halt(control::request r);
    answer resume(control::request r);
    answer restart(control::request r);
    answer fault(control::request r);
    answer restart_state(control::request r);
    answer drain(control::request r);
    answer events(control::request r);
    answer metrics(control::request r);
    answer healthz(control::request r);
    answer readyz(control::request r);

    /// Has the message made that says so, and answers once it is on record.
    /// `called`: as the log calls it.
    answer publish(std::shared_ptr<flow> current, const pipeline::group& g, core::target t, core::act what,
                   std::string called, control::peer from);

    using question = std::function<std::string(const std::stop_token&)>;

    /// The answer to what may take seconds, from a thread that does nothing else: so nobody who asks delays a restart
    /// or a halt. At most `questions_max` wait; a shutdown stops them.
    answer look_up(question q);

    /// Who asks: by name, if that is known within half a second, otherwise by number. A directory service that is away
    /// holds up nobody, and least of all a halt.
    async::awaitable<std::string> name(control::peer p);

    /// What a look at the targets depends on: a reload, a halt, and what was done since make another look of it.
    struct look_key {
        std::weak_ptr<flow> of;  ///< compared as an owner: never mistaken for a later one
        std::uint64_t acts = 0;  ///< and their ends, so far
        bool is_halted = false;
        bool dry_run = true;

        friend bool operator==(const look_key& a, const look_key& b) noexcept {
            return !a.of.owner_before(b.of) && !b.of.owner_before(a.of) && a.acts == b.acts &&
                   a.is_halted == b.is_halted && a.dry_run == b.dry_run;
        }
    };

    static constexpr std::size_t questions_max = 8;
    static constexpr std::size_t names_max = 4;
    static constexpr std::chrono::seconds looks_kept{1};
    static constexpr std::size_t lookers_max = 8;

    surroundings to_;
    control::router* router_ = nullptr;
    std::string tcp_address_;  ///< empty: none
    hanging_calls names_;
    async::thread_pool questions_{1, "mayhem-ask"};
    async::semaphore questions_allowed_{questions_max};
    shared_look<look_key, std::string> target_looks_{looks_kept, lookers_max};
    shared_look<look_key, std::vector<group_view>> guard_looks_{looks_kept, lookers_max};
    page_routes page_;
};

}  // namespace mayhem::app
