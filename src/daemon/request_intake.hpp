#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <variant>

#include "api/controlled.hpp"
#include "config/config.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/ports/journal.hpp"
#include "mayhem/ports/request_queue.hpp"
#include "pipeline/handling/lease_keeper.hpp"
#include "requests/request.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// Takes what somebody outside has asked for from one queue, and makes a message of it, which goes the way of all
/// others: through the journal, the daemon's own queue, and every guard. The request is held meanwhile, its lease
/// extended; it is settled once its message is, and not before (F11), so that whatever happens to this daemon, either
/// its journal or the broker still has it.
///
/// One act for each request id: the message's id comes from it, and the journal has each id once. A request that comes
/// again finds its message, in hand or over, here or on record, and waits for that.
///
/// What it is given outlives it; `end` comes before the destructor. The loop's thread only.
class request_intake {
public:
    struct surroundings {
        async::loop& loop;
        telemetry::log log;
        controlled& daemon;
        std::function<ports::journal&()> journal;
        async::task_group::failure_handler on_failure;
    };

    /// `c` with a host in its policy.
    request_intake(request_queue_config c, std::unique_ptr<ports::request_queue> from, surroundings s);
    ~request_intake();
    request_intake(const request_intake&) = delete;
    request_intake& operator=(const request_intake&) = delete;

    void start();

    /// Nothing more is received; what is held goes on.
    void stop_receiving() { receiving_.cancel(); }

    /// The last call: what is not over goes back to the broker, what is gets its answer, within `limit`.
    async::awaitable<void> end(std::chrono::nanoseconds limit);

    [[nodiscard]] request_queue_facts facts() const;

private:
    /// A request whose lease is ours.
    struct holding {
        ports::asked_request asked;
        std::shared_ptr<pipeline::restart_request> message{};  ///< once there is one
        std::string waits_for{};                               ///< why there is none yet
        bool is_settled = false;
    };

    /// What becomes of a request at the broker.
    struct done {};
    struct give_back {
        std::chrono::nanoseconds delay;
    };
    struct give_up {
        std::string why;
    };
    using answer = std::variant<done, give_back, give_up>;

    /// To whoever asks for what was settled so.
    [[nodiscard]] static answer answer_to(core::disposition d, std::string why);

    /// Tells of the leases, as far as they concern nobody's message but the broker's.
    class lease_log;

    async::awaitable<void> receive();
    async::awaitable<void> handle(ports::asked_request asked, async::semaphore::permit slot);
    async::awaitable<answer> carry_out(holding& h);
    async::awaitable<answer> carry_out(holding& h, const requests::request& r);
    /// Nothing: it has to be looked at again.
    async::awaitable<std::optional<answer>> try_alone(holding& h, const requests::request& r, const core::uuid& id);
    async::awaitable<std::optional<answer>> try_to(holding& h, const requests::request& r, const core::uuid& id);
    async::awaitable<std::optional<ports::recorded_message>> look_up(const core::uuid& id);
    /// Makes the message and publishes it. The text: why that can never be; empty: it is under way, or may be later.
    async::awaitable<std::string> make_message(holding& h, const requests::request& r, const core::uuid& id);
    async::awaitable<std::optional<answer>> wait_for(holding& h, const core::uuid& id);
    async::awaitable<void> settle(holding& h, answer a);
    async::awaitable<void> settle_rest();

    const request_queue_config config_;
    const surroundings to_;
    std::unique_ptr<ports::request_queue> from_;
    std::unique_ptr<lease_log> lease_log_;
    pipeline::lease_keeper leases_;
    async::semaphore slots_;
    std::list<holding> held_;
    std::set<core::uuid> looked_up_;  ///< requests of which nobody knows yet whether they have a message
    request_queue_counts counts_;
    async::task_group running_;
    async::task_group handling_;
    async::task_group receiving_;
};

}  // namespace mayhem::app
