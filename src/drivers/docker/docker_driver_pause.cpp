// How the docker driver pauses: what is on record before, for how long a pause stands, and what counts as one.
#include <algorithm>
#include <utility>

#include "drivers/docker/docker_driver.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::drivers {

namespace {

/// Whether it must end: only while a pause stands, which is rare, does anybody wake up for that.
constexpr std::chrono::nanoseconds ask_every = std::chrono::milliseconds{250};

/// For so long a pause that is not seen may still come: an engine may get to a request that was given up; and dockerd
/// may take containerd's late word of a former resume for one of this pause.
constexpr std::chrono::seconds unanswered_doubt{60};
constexpr std::chrono::seconds answered_doubt{5};

/// Until `length` is over, or until what stands must end: then why.
async::awaitable<std::optional<std::string>> stand(std::chrono::nanoseconds length, const ports::go_ahead& may_act) {
    const async::frame here;
    const async::loop& loop = async::this_loop();
    const async::clock::time_point until = async::clock::after(loop.now(), length);
    while (loop.now() < until) {
        if (std::optional<std::string> why = may_act.must_end()) {
            co_return why;
        }
        const std::chrono::nanoseconds left = until - loop.now();
        co_await async::sleep_for(std::min(left, ask_every));
    }
    co_return std::nullopt;
}

}  // namespace

/// Settled, so that its clean-up ends with it and does not cover what the caller does afterwards.
async::awaitable<ports::act_result> docker_driver::pause(const container& c, const ports::go_ahead& may_act) {
    const async::frame here;
    async::settled<ports::act_result> done = co_await async::settle(pause_and_resume(c, may_act));
    co_return std::move(done).get();
}

async::awaitable<ports::act_result> docker_driver::pause_and_resume(container c, const ports::go_ahead& may_act) {
    const async::frame here;
    const pause_note note{.socket = engine_.socket(), .container_id = c.id, .started_at = c.started_at, .name = c.name};
    co_await keeper_.hold(note);
    std::optional<core::guard> refused_by;
    bool was_asked = false;
    bool is_paused = false;
    std::optional<engine_error> failure;
    std::exception_ptr cancelled;
    try {
        async::throw_if_cancelled();
        refused_by = may_act.withdrawn_by();
        if (!refused_by) {
            was_asked = true;
            is_paused = co_await async::shield(engine_.pause(c.id), settings_.timeout);
            refused_by = is_paused ? std::nullopt : std::optional(core::guard::already_restarted);
        }
    } catch (const engine_error& e) {
        failure = e;
    } catch (const std::exception& e) {
        if (was_asked) {
            failure = engine_error(e.what(), engine_error::effect::unknown);
        } else {
            cancelled = std::current_exception();
        }
    }
    std::optional<std::string> why_early;
    const async::clock::time_point began = async::this_loop().now();
    if (is_paused) {
        ++pauses_[c.id];
        why_early = "Mayhem is told to end";  // unless nobody has cancelled it before it began to stand, or since
        try {
            std::optional<std::string> why = co_await stand(settings_.pause_for, may_act);
            why_early = std::move(why);
        } catch (const asio::system_error&) {
        }
    }
    co_await async::begin_cleanup();
    if (is_paused) {
        ports::act_result result = co_await resume(c, note, async::this_loop().now() - began, why_early);
        co_return result;
    }
    if (failure && failure->may_have_acted()) {
        ports::act_result result = co_await undo_doubtful(c, note, *failure);
        co_return result;
    }
    co_await keeper_.forget(note);
    if (cancelled) {
        std::rethrow_exception(cancelled);
    }
    if (failure) {
        throw core::restart_failed(failure->what());
    }
    co_return ports::act_result{refused_by};
}

async::awaitable<ports::act_result> docker_driver::resume(container c, pause_note note, std::chrono::nanoseconds stood,
                                                          std::optional<std::string> why_early) {
    const async::frame here;
    ports::act_result result;
    if (why_early) {
        const std::string how =
            core::format_duration(stood) + " of " + core::format_duration(settings_.pause_for) + ": " + *why_early;
        result.remark = std::make_shared<const std::string>("its pause was ended after " + how);
        tell_("The pause of container " + c.name + " is ended after " + how);
    }
    try {
        (void)co_await keeper_.release(std::move(note), answered_doubt);
    } catch (const engine_error& e) {  // it was paused all the same: whether it goes on, the recovery watch sees
        result.trouble = e.what();
    }
    co_return result;
}

/// A pause can be looked at: an engine that has answered, and does not show the container paused, has not paused it.
async::awaitable<ports::act_result> docker_driver::undo_doubtful(container c, pause_note note, engine_error e) {
    const async::frame here;
    std::optional<pause_keeper::ending> found;
    std::string trouble;
    try {
        const pause_keeper::ending ended = co_await keeper_.release(std::move(note), unanswered_doubt);
        found = ended;
    } catch (const engine_error& more) {
        trouble = std::string("; ") + more.what();
    }
    if (e.is_answer() && found && *found != pause_keeper::ending::resumed) {
        throw core::restart_failed(e.what());
    }
    ++pauses_[c.id];
    ports::act_result result = in_doubt(e);
    result.trouble += trouble;
    result.is_in_doubt = found != pause_keeper::ending::resumed;
    co_return result;
}

}  // namespace mayhem::drivers
