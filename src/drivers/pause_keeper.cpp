#include "drivers/pause_keeper.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "drivers/docker_engine.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::chrono::seconds request_timeout{3};
constexpr std::chrono::seconds retry_interval{2};
constexpr std::chrono::milliseconds first_retry{500};

std::string remove(const pause_ledger& ledger, const pause_note& n) {
    try {
        ledger.remove(n);
        return {};
    } catch (const std::exception& e) {
        return e.what();
    }
}

std::vector<pause_note> read_all(const pause_ledger& ledger, std::vector<std::string>& unreadable) {
    try {
        return ledger.all(unreadable);
    } catch (const std::exception& e) {
        unreadable.emplace_back(e.what());
        return {};
    }
}

}  // namespace

pause_keeper::pause_keeper(async::thread_pool& pool, const std::filesystem::path& folder,
                           std::function<void(std::string_view)> tell)
    : pool_(pool), ledger_(folder), tell_(std::move(tell)) {}

async::awaitable<void> pause_keeper::hold(pause_note n) {
    const async::frame here;
    held_.insert(n.container_id);
    try {
        co_await async::run_blocking(pool_, [this, &n] { ledger_.add(n); });
    } catch (...) {
        held_.erase(n.container_id);
        throw;
    }
}

async::awaitable<void> pause_keeper::release(pause_note n) {
    const async::frame here;
    bool resumed = false;
    std::string trouble;
    for (int attempt = 1; attempt <= 2 && !resumed; ++attempt) {
        if (attempt > 1) {
            co_await async::sleep_for(first_retry);
        }
        try {
            const bool was_paused = co_await resume(n);
            (void)was_paused;  // the pause may have failed
            resumed = true;
        } catch (const engine_error& e) {
            trouble = e.what();
        }
    }
    held_.erase(n.container_id);
    if (!resumed) {
        left_.push_back(n);
        has_left_.set();
        throw engine_error("container " + n.name + " may still be paused: " + trouble +
                           "; Mayhem tries again every 2 s, and at its next start");
    }
}

async::awaitable<bool> pause_keeper::resume(const pause_note& n) {
    const async::frame here;
    const docker_engine engine(n.socket, request_timeout);
    const std::optional<container> found = co_await engine.inspect(n.container_id);
    const bool is_ours = found && found->started_at == n.started_at && found->is_paused;
    if (is_ours) {
        const bool done = co_await engine.unpause(n.container_id);
        (void)done;  // gone: just as well
    }
    const std::string trouble = co_await async::run_blocking(pool_, [this, &n] { return remove(ledger_, n); });
    if (!trouble.empty()) {
        throw engine_error(trouble);
    }
    co_return is_ours;
}

async::awaitable<void> pause_keeper::run() {
    const async::frame here;
    co_await load();
    while (true) {
        has_left_.clear();
        const bool all_done = co_await try_all();
        if (all_done) {
            co_await has_left_.wait();
        } else {
            co_await async::sleep_for(retry_interval);
        }
    }
}

async::awaitable<void> pause_keeper::load() {
    const async::frame here;
    std::vector<std::string> unreadable;
    std::vector<pause_note> notes =
        co_await async::run_blocking(pool_, [this, &unreadable] { return read_all(ledger_, unreadable); });
    for (const std::string& file : unreadable) {
        tell_("Cannot read the record of a pause in " + file +
              ": see whether a container is still paused, then remove the file");
    }
    for (pause_note& n : notes) {
        if (!held_.contains(n.container_id)) {
            left_.push_back(std::move(n));
        }
    }
}

async::awaitable<bool> pause_keeper::try_all() {
    const async::frame here;
    for (auto n = left_.begin(); n != left_.end();) {
        std::string trouble;
        bool was_paused = false;
        try {
            was_paused = co_await resume(*n);
        } catch (const engine_error& e) {
            trouble = e.what();
        }
        if (was_paused) {
            tell_("Container " + n->name + ", which was left paused, is resumed");
        }
        if (trouble.empty()) {
            troubled_.erase(n->container_id);
            n = left_.erase(n);
        } else {
            if (troubled_.insert(n->container_id).second) {
                tell_("Container " + n->name + " was left paused and cannot be resumed yet: " + trouble +
                      ", retrying every 2 s");
            }
            ++n;
        }
    }
    co_return left_.empty();
}

}  // namespace mayhem::drivers
