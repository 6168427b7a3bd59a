#include "pipeline/making/skipped_moments.hpp"

#include <chrono>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::pipeline {

namespace {

constexpr std::chrono::seconds written_every{1};
constexpr std::size_t hasty_rows_max = 10;  // each time that it cannot wait for so long
constexpr std::size_t rows_max = 2 * plan_follower::listed_max;

std::string describe_delay(core::wall_time now, core::wall_time planned_at) {
    const auto late = std::chrono::duration_cast<std::chrono::nanoseconds>(now - planned_at);
    return "noticed " + core::format_duration(late) + " late";
}

}  // namespace

void skipped_moments::note_missed(const plan_follower::finding& found) {
    const core::wall_time now = async::this_loop().clock().wall_now();
    const std::size_t known = unrecorded_.size();
    for (const core::wall_time planned_at : found.missed) {
        unrecorded_.push_back({.at = now,
                               .group = group_,
                               .planned_at = planned_at,
                               .target = {},
                               .detail = describe_delay(now, planned_at)});
    }
    if (found.missed_more > 0) {
        core::skip& last = unrecorded_.back();
        last.planned_at = found.newest_more;
        last.moments += static_cast<std::int64_t>(found.missed_more);
        last.detail = describe_delay(now, last.planned_at) + (found.missed_more < plan_follower::counted_max
                                                                  ? ", those before it later"
                                                                  : ", those before it later; at least so many");
    }
    for (std::size_t i = known; i < unrecorded_.size(); ++i) {
        observer_.skipped(unrecorded_[i]);
    }
    fold(rows_max);  // more than these, when the store cannot be written
}

void skipped_moments::note(std::optional<core::wall_time> planned_at, core::guard reason, const std::string& why) {
    observer_.warn("group '" + group_ + "': " + why + "; this moment is skipped");
    const core::wall_time now = async::this_loop().clock().wall_now();
    core::skip s{.at = now,
                 .group = group_,
                 .planned_at = planned_at.value_or(now),
                 .reason = reason,
                 .target = {},
                 .detail = why};
    observer_.skipped(s);
    if (!planned_at) {
        return;
    }
    const bool is_repeated = !unrecorded_.empty() && unrecorded_.back().reason == reason;
    if (is_repeated) {
        ++unrecorded_.back().moments;
        unrecorded_.back().planned_at = s.planned_at;
    } else {
        unrecorded_.push_back(std::move(s));
    }
}

async::awaitable<void> skipped_moments::record() {
    const async::frame here;
    if (!has_just_recorded()) {
        co_await write();
    }
}

async::awaitable<void> skipped_moments::record_before_message() {
    const async::frame here;
    fold(has_just_recorded() ? hasty_rows_max : rows_max);
    co_await write();
}

void skipped_moments::fold(std::size_t rows) {
    if (unrecorded_.size() <= rows) {
        return;
    }
    const auto first_left_out = unrecorded_.begin() + static_cast<std::ptrdiff_t>(rows);
    for (auto s = first_left_out; s != unrecorded_.end(); ++s) {
        unrecorded_[rows - 1].moments += s->moments;
        unrecorded_[rows - 1].planned_at = s->planned_at;
    }
    unrecorded_.erase(first_left_out, unrecorded_.end());
}

bool skipped_moments::has_just_recorded() const {
    return recorded_at_ && async::this_loop().clock().now() - *recorded_at_ < written_every;
}

async::awaitable<void> skipped_moments::write() {
    const async::frame here;
    recorded_at_ = async::this_loop().clock().now();
    try {
        co_await plans_.skip(unrecorded_);
    } catch (const core::store_failed& e) {
        observer_.warn(e.what());
        co_return;
    }
    std::int64_t moments = 0;
    for (const core::skip& s : unrecorded_) {
        moments += s.reason == core::guard::missed ? s.moments : 0;
    }
    unrecorded_.clear();
    if (moments == 0) {
        co_return;  // of the others somebody was warned when they came
    }
    observer_.warn("group '" + group_ + "': " + std::to_string(moments) +
                   (moments == 1 ? " planned moment was" : " planned moments were") +
                   " missed; they are on record and are not made up for");
}

}  // namespace mayhem::pipeline
