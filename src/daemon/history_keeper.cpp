#include "daemon/history_keeper.hpp"

#include <string>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::app {

history_keeper::history_keeper(async::loop& l, telemetry::log log, std::function<core::duration()> keep,
                               async::task_group::failure_handler on_failure)
    : loop_(l), log_(log), keep_(std::move(keep)), group_(l, "history", std::move(on_failure)) {}

void history_keeper::start(ports::history& history) { group_.spawn("prune", keep_pruning(history)); }

async::awaitable<void> history_keeper::stop() {
    const async::frame here;
    group_.cancel();
    co_await group_.join();
}

async::awaitable<void> history_keeper::keep_pruning(ports::history& history) {
    const async::frame here;
    for (;;) {
        std::string trouble;
        std::size_t messages = 0;
        try {
            messages = co_await prune_all(history);
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
        if (!trouble.empty()) {
            log_.warning("{}; the old history stays where it is, retrying in {}", trouble,
                         core::format_duration(period));
        } else if (messages > 0) {
            log_.info("Deleted {} messages from the history: they were older than {}", messages,
                      core::format_duration(keep_()));
        }
        co_await async::sleep_for(period);
    }
}

async::awaitable<std::size_t> history_keeper::prune_all(ports::history& history) {
    const async::frame here;
    std::size_t messages = 0;
    for (;;) {
        const ports::pruned done = co_await history.prune(loop_.clock().wall_now() - keep_(), batch);
        messages += done.messages;
        if (done.messages < batch && done.skips < batch && done.lists < batch) {
            co_return messages;
        }
        co_await async::sleep_for(pause);
    }
}

}  // namespace mayhem::app
