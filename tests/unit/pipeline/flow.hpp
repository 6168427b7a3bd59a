#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/service.hpp"
#include "queues/memory/memory_queue.hpp"
#include "support/fake_store.hpp"
#include "support/fake_undo_notes.hpp"
#include "support/virtual_loop.hpp"
#include "unit/pipeline/fake_action.hpp"
#include "unit/pipeline/fake_driver.hpp"
#include "unit/pipeline/recording_observer.hpp"
#include "unit/pipeline/remote_queue.hpp"

namespace mayhem::test {

/// The whole pipeline on virtual time, with fakes for the world around it: one group, "cattle", whose messages the
/// test gives (`give`) or has published (`publishes`). One flow a test; set it up, `run` it once, look.
class flow {
public:
    explicit flow(queues::memory_queue::settings queue_settings = {});

    async::wall_jumps jumps;
    virtual_loop loop;
    fake_driver driver;
    fake_store store;
    recording_observer seen{loop.clock};
    pipeline::handling_settings settings;
    pipeline::halt_switch halt;
    pipeline::restart_requests requests;
    fake_undo_notes notes;
    std::array<std::unique_ptr<ports::action>, 1> actions{std::make_unique<fake_action>(driver.thing)};
    pipeline::span_keeper spans{notes, actions, [](std::string_view) {}};
    pipeline::acted_incarnations own_memory;
    pipeline::acted_incarnations* acted = &own_memory;  ///< that of the daemon's life, when a test reloads
    core::random_source random{1};
    pipeline::group group;
    queues::memory_queue queue;
    remote_queue elsewhere{queue};
    bool is_elsewhere = false;  ///< the pipeline gets the queue through `elsewhere`
    std::vector<ports::unfinished_message> unfinished;

    /// The group publishes so many messages, the first at once, with the talk's gaps.
    void publishes(std::size_t count);

    /// A message of a former life, which is handed to the queue when the service starts, or so long after.
    core::message& give(const std::string& name, async::clock::duration after = {});

    /// Calls `f` so long after the start.
    void at(async::clock::duration when, std::function<void(pipeline::service&)> f);

    /// Runs the service for so long and then ends it as a shutdown does.
    void run(async::clock::duration limit = std::chrono::minutes{10},
             std::chrono::nanoseconds grace = std::chrono::seconds{10});

    /// Runs the service until all is published and settled, and then ends it.
    void run_dry();

    std::vector<std::string> cut;       ///< what `join` had to cut
    std::size_t nacked = 0;             ///< what `nack_unsettled` gave back
    std::vector<std::string> failures;  ///< exceptions that nobody caught
    async::clock::duration ended_at{};  ///< when `join` returned

private:
    struct plan {
        async::clock::duration when;
        std::function<void(pipeline::service&)> what;
    };

    void run_with(std::optional<async::clock::duration> limit, std::chrono::nanoseconds grace);
    async::awaitable<void> live(pipeline::service& s, std::optional<async::clock::duration> limit,
                                std::chrono::nanoseconds grace);
    static async::awaitable<void> do_later(pipeline::service& s, plan p);

    std::vector<plan> plans_;
};

}  // namespace mayhem::test
