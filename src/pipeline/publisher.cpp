#include "pipeline/publisher.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/victim_choice.hpp"

namespace mayhem::pipeline {

namespace {
constexpr std::chrono::seconds journal_retry{2};
}

publisher::publisher(group& g, ports::queue& q, ports::store& s, ports::observer& o)
    : group_(g), queue_(q), store_(s), observer_(o) {}

async::awaitable<void> publisher::run() {
    const async::frame here;
    const bool is_scheduled = group_.settings.mean_time_between.has_value();
    bool is_first = !is_scheduled;
    while (group_.settings.count_max == 0 || published_ < group_.settings.count_max) {
        if (!is_first) {
            co_await async::sleep_for(next_gap());
        }
        is_first = false;
        std::vector<core::target> targets;
        try {
            targets = co_await group_.driver.list();
        } catch (const std::runtime_error& e) {
            if (async::is_cancel_requested()) {
                throw;
            }
            warn_skipped(std::string("cannot list its targets: ") + e.what());
            continue;
        }
        if (targets.empty()) {
            warn_skipped("no target matches");
            continue;
        }
        std::vector<ports::last_restart> restarted;
        if (group_.settings.limits.min_rest > core::duration{}) {
            restarted = co_await list_restarted();
        }
        const victim_choice chosen =
            choose_victim(group_, std::move(targets), restarted, async::this_loop().turn_wall_time());
        const ports::draw_record draw{.round = group_.state.round(), .eligible = chosen.eligible};
        const auto m = make_message(chosen.victim);
        unsent_ = m;
        std::string trouble;
        try {
            co_await store_.journal_draw(*m, draw);
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
        if (!trouble.empty()) {
            co_await journal_later(*m, draw, std::move(trouble));
        }
        co_await queue_.publish(m, 0);
        unsent_.reset();
        ++published_;
        observer_.observe({.kind = ports::step_kind::published, .message = *m});
    }
}

std::shared_ptr<const core::message> publisher::make_message(core::target chosen) {
    const core::wall_time now = async::this_loop().turn_wall_time();
    auto m = std::make_shared<core::message>();
    m->id = core::uuid::random(group_.random);
    m->group = group_.settings.name;
    m->target = std::move(chosen);
    m->planned_at = now;
    m->expires_at = now + std::chrono::duration_cast<core::duration>(group_.settings.expires_after);
    return m;
}

async::awaitable<std::vector<ports::last_restart>> publisher::list_restarted() {
    const async::frame here;
    const core::wall_time since = async::this_loop().turn_wall_time() - group_.settings.limits.min_rest;
    std::vector<ports::last_restart> restarted;
    try {
        restarted = co_await store_.restarted_since(group_.settings.name, since);
    } catch (const core::store_failed& e) {
        observer_.warn(std::string(e.what()) + "; group '" + group_.settings.name +
                       "': the draw takes nobody for restarted, the guard asks again");
    }
    co_return restarted;
}

void publisher::warn_skipped(const std::string& why) {
    observer_.warn("group '" + group_.settings.name + "': " + why + "; this moment is skipped");
}

std::chrono::nanoseconds publisher::next_gap() noexcept {
    if (group_.settings.mean_time_between) {
        return group_.random.exponential(*group_.settings.mean_time_between);
    }
    return std::chrono::nanoseconds{static_cast<std::int64_t>(group_.random.uniform() * 1e9)};
}

async::awaitable<void> publisher::journal_later(const core::message& m, const ports::draw_record& draw,
                                                std::string trouble) {
    const async::frame here;
    while (!trouble.empty()) {
        observer_.warn(trouble + "; group '" + group_.settings.name + "' publishes nothing, retrying in 2 s");
        co_await async::sleep_for(journal_retry);
        trouble.clear();
        try {
            co_await store_.journal_draw(m, draw);
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
    }
}

}  // namespace mayhem::pipeline
