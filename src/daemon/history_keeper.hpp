#pragma once

#include <chrono>
#include <functional>

#include "mayhem/async/task_group.hpp"
#include "mayhem/core/time.hpp"
#include "mayhem/ports/history.hpp"
#include "telemetry/log.hpp"

namespace mayhem::app {

/// Deletes from the record what is older than the config wants it kept: at the start and then every `period`, in
/// batches with a pause after each, so that nobody's write waits for more than one batch. `stop` comes before the
/// destructor and before the store is closed. The loop's thread only.
class history_keeper {
public:
    static constexpr std::chrono::hours period{6};
    static constexpr std::size_t batch = 200;  ///< rows of each kind in one transaction
    static constexpr std::chrono::milliseconds pause{100};

    /// `keep` is asked before each batch, because a reload may change it.
    history_keeper(async::loop& l, telemetry::log log, std::function<core::duration()> keep,
                   async::task_group::failure_handler on_failure);

    /// `history` outlives this, or `stop`.
    void start(ports::history& history);

    async::awaitable<void> stop();

private:
    async::awaitable<void> keep_pruning(ports::history& history);
    async::awaitable<std::size_t> prune_all(ports::history& history);

    async::loop& loop_;
    telemetry::log log_;
    std::function<core::duration()> keep_;
    async::task_group group_;
};

}  // namespace mayhem::app
