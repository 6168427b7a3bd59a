#include "drivers/docker/pause_keeper.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "drivers/docker/docker_engine.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::chrono::seconds request_timeout{10};
constexpr std::chrono::seconds retry_interval{2};
constexpr std::chrono::milliseconds first_retry{500};
constexpr int looks_max = 3;
constexpr std::chrono::milliseconds look_again{100};
constexpr std::chrono::seconds former_doubt{60};  // whoever asked for the pause was killed, perhaps before the answer

std::string add(const pause_ledger& ledger, const pause_note& n) {
    try {
        ledger.add(n);
        return {};
    } catch (const std::exception& e) {
        return e.what();
    }
}

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

pause_keeper::pause_keeper(async::blocking& pool, const std::filesystem::path& folder,
                           std::function<void(std::string_view)> tell)
    : pool_(pool), ledger_(folder), tell_(std::move(tell)) {}

async::awaitable<void> pause_keeper::hold(pause_note n) {
    const async::frame here;
    held_.insert(n.container_id);
    std::string trouble;
    try {
        const async::semaphore::permit turn = co_await ledger_turn_.acquire();
        trouble = co_await async::run_blocking(pool_, [this, &n] { return add(ledger_, n); });
    } catch (...) {
        held_.erase(n.container_id);
        throw;
    }
    if (!trouble.empty()) {
        held_.erase(n.container_id);
        throw core::restart_failed("container " + n.name + " is not paused: " + trouble +
                                   "; make room there, and let Mayhem write to it");
    }
}

async::awaitable<void> pause_keeper::forget(pause_note n) {
    const async::frame here;
    held_.erase(n.container_id);
    bool is_struck_off = std::ranges::find(left_, n, &left_pause::note) != left_.end();  // one before is looked after
    try {
        if (!is_struck_off) {
            co_await strike_off(n);
            is_struck_off = true;
        }
    } catch (const engine_error&) {  // `run` tells
    }
    if (!is_struck_off) {
        left_.push_back({.note = std::move(n), .in_doubt_until = {}, .is_only_noted = true});
        has_left_.set();
    }
}

async::awaitable<pause_keeper::ending> pause_keeper::release(pause_note n, std::chrono::seconds doubt_lasts) {
    const async::frame here;
    const left_pause p{std::move(n), async::this_loop().now() + doubt_lasts};
    held_.erase(p.note.container_id);
    std::optional<ending> ended;
    std::string trouble;
    for (int attempt = 1; attempt <= 2 && !ended; ++attempt) {
        if (attempt > 1) {
            co_await async::sleep_for(first_retry);
        }
        try {
            ended = co_await end(p);
        } catch (const engine_error& e) {
            trouble = e.what();
        }
    }
    if (ended && *ended != ending::may_still_come) {
        co_return *ended;
    }
    left_.push_back(p);
    has_left_.set();
    if (!ended) {
        throw engine_error("container " + p.note.name + " may still be paused: " + trouble +
                           "; Mayhem tries again every 2 s, and at its next start");
    }
    co_return *ended;
}

async::awaitable<pause_keeper::ending> pause_keeper::end(left_pause p) {
    const async::frame here;
    const docker_engine engine(p.note.socket, request_timeout);
    bool resumed = false;
    for (int looks = 1; !p.is_only_noted; ++looks) {
        const std::optional<container> found = co_await engine.inspect(p.note.container_id);
        if (!found || found->started_at != p.note.started_at) {
            break;
        }
        if (found->is_paused) {
            resumed = co_await engine.unpause(p.note.container_id);
            break;
        }
        if (async::this_loop().now() >= p.in_doubt_until) {
            break;
        }
        if (looks == looks_max) {
            co_return ending::may_still_come;
        }
        co_await async::sleep_for(look_again);
    }
    co_await strike_off(p.note);
    co_return resumed ? ending::resumed : ending::was_not_paused;
}

async::awaitable<void> pause_keeper::strike_off(const pause_note& n) {
    const async::frame here;
    const async::semaphore::permit turn = co_await ledger_turn_.acquire();
    if (held_.contains(n.container_id)) {
        co_return;  // paused once more meanwhile: the record is that one's
    }
    const std::string trouble = co_await async::run_blocking(pool_, [this, &n] { return remove(ledger_, n); });
    if (!trouble.empty()) {
        throw engine_error(trouble);
    }
}

async::awaitable<void> pause_keeper::run() {
    const async::frame here;
    co_await load();
    while (true) {
        has_left_.clear();
        co_await try_all();
        if (left_.empty()) {
            co_await has_left_.wait();
        } else {
            co_await async::sleep_for(retry_interval);
        }
    }
}

async::awaitable<void> pause_keeper::load() {
    const async::frame here;
    std::vector<std::string> unreadable;
    async::semaphore::permit turn = co_await ledger_turn_.acquire();
    std::vector<pause_note> notes =
        co_await async::run_blocking(pool_, [this, &unreadable] { return read_all(ledger_, unreadable); });
    turn.release();
    for (const std::string& file : unreadable) {
        tell_("Cannot read the record of a pause in " + file +
              ": see whether a container is still paused, then remove the file");
    }
    for (pause_note& n : notes) {
        const bool is_known =
            held_.contains(n.container_id) || std::ranges::find(left_, n, &left_pause::note) != left_.end();
        if (!is_known) {
            left_.push_back({std::move(n), async::this_loop().now() + former_doubt});
        }
    }
}

async::awaitable<void> pause_keeper::try_all() {
    const async::frame here;
    for (auto p = left_.begin(); p != left_.end();) {
        const pause_note n = p->note;
        if (held_.contains(n.container_id)) {  // whoever holds it releases it; what was before is looked at again then
            ++p;
            continue;
        }
        bool done = false;
        std::string trouble;
        try {
            const ending e = co_await end(*p);
            done = e != ending::may_still_come;
            if (e == ending::resumed) {
                tell_("Container " + n.name + ", which was left paused, is resumed");
            }
        } catch (const engine_error& e) {
            trouble = e.what();
        }
        if (trouble.empty()) {
            troubled_.erase(n.container_id);
        } else if (troubled_.insert(n.container_id).second) {
            const char* const what = p->is_only_noted
                                         ? " was not paused, and the record that it is cannot be removed yet: "
                                         : " was left paused and cannot be resumed yet: ";
            tell_("Container " + n.name + what + trouble + ", retrying every 2 s");
        }
        p = done ? left_.erase(p) : std::next(p);
    }
}

}  // namespace mayhem::drivers
