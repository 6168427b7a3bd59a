#include "pipeline/making/publisher.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/wall_jumps.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/making/plan_follower.hpp"
#include "pipeline/making/shared_members.hpp"
#include "pipeline/making/victim_choice.hpp"
#include "pipeline/model/list_targets.hpp"

namespace mayhem::pipeline {

namespace {

constexpr std::chrono::seconds journal_retry{2};

/// How often the calendar is compared with the plan at least.
constexpr std::chrono::hours look_every{1};

core::wall_time wall_now() noexcept { return async::this_loop().clock().wall_now(); }

/// The same where nobody tells that it has jumped, and while something waits to be recorded.
std::chrono::nanoseconds check_period(const core::schedule& s) {
    return std::clamp<std::chrono::nanoseconds>(s.tolerance / 2, std::chrono::seconds{1}, std::chrono::seconds{60});
}

/// At the next multiple of `period`, so that all groups wake the loop together; or when `next` comes, if that is
/// sooner.
async::clock::time_point wake_up(std::optional<core::wall_time> next, std::chrono::nanoseconds period) {
    const async::clock& clock = async::this_loop().clock();
    const async::clock::time_point now = clock.now();
    const async::clock::time_point check = now - now.time_since_epoch() % period + period;
    return next && *next - clock.wall_now() < period ? std::min(check, now + (*next - clock.wall_now())) : check;
}

}  // namespace

async::awaitable<void> publisher::run() {
    const async::frame here;
    if (group_.plan) {
        co_await follow_plan(*group_.plan);
    } else {
        co_await follow_gaps();
    }
}

async::awaitable<void> publisher::follow_gaps() {
    const async::frame here;
    bool is_first = !group_.settings.mean_time_between;
    while (!is_done()) {
        if (!is_first) {
            co_await async::sleep_for(next_gap());
        }
        is_first = false;
        co_await publish_one(std::nullopt, group_.random);
        if (last_) {
            co_await end_of_last();
        }
    }
}

async::awaitable<void> publisher::end_of_last() {
    const async::frame here;
    while (!last_->is_over()) {
        last_->changed.clear();
        co_await last_->changed.wait();
    }
    if (last_->last && last_->last->verdict == core::verdict::refused) {
        --counted_;
    }
    last_.reset();
}

async::awaitable<void> publisher::follow_plan(core::planner& plan) {
    const async::frame here;
    const core::wall_time started = wall_now();
    const std::optional<core::wall_time> done_until = co_await announce(plan.identity(), started);
    plan_follower follower(plan, std::min(done_until.value_or(started), started));
    std::uint64_t seen = to_.jumps.count();
    if (group_.shared_with == nullptr) {  // otherwise the others were there
        skipped_.note_missed(follower.begin(wall_now()));
    } else {
        (void)follower.begin(wall_now());
    }
    while (!is_done()) {
        if (!skipped_.empty()) {
            co_await skipped_.record();
        }
        const std::chrono::nanoseconds period = look_period(plan.schedule());
        co_await to_.jumps.sleep_until(wake_up(follower.next(), period), seen);
        seen = to_.jumps.count();
        const plan_follower::finding found = follower.look(wall_now());
        if (group_.shared_with != nullptr) {
            co_await take_part(plan, found);
            continue;
        }
        skipped_.note_missed(found);
        if (found.due) {
            core::random_source random = plan.stream_of(*found.due);
            co_await publish_one(found.due, random);
        }
    }
}

std::chrono::nanoseconds publisher::look_period(const core::schedule& s) const {
    const bool must_look_soon = !to_.jumps.are_noticed() || !skipped_.empty();
    return must_look_soon ? check_period(s) : look_every;
}

async::awaitable<void> publisher::publish_one(std::optional<core::wall_time> planned_at, core::random_source& random) {
    const async::frame here;
    const core::uuid id = core::uuid::random(random);
    const group_acts::entry& act = group_.acts.own().size() == 1 ? group_.acts.own().front()
                                   : planned_at                  ? group_.acts.draw(random)
                                                                 : group_.acts.draw(random.stream(id.to_string()));
    std::vector<core::target> targets;
    try {
        targets = co_await list_targets(*act.by);
    } catch (const core::targets_unlisted& e) {
        skipped_.note(planned_at, core::guard::unlisted, std::string("cannot list its targets: ") + e.what());
        co_return;
    }
    if (targets.empty()) {
        skipped_.note(planned_at, core::guard::no_target, "no target matches");
        co_return;
    }
    note_members(group_, *act.by, targets);
    const core::wall_time moment = planned_at.value_or(async::this_loop().turn_wall_time());
    std::vector<ports::last_restart> restarted;
    if (group_.settings.limits.min_rest > core::duration{}) {
        restarted = co_await list_restarted();
    }
    victim_choice choice =
        choose_victim(group_, random, std::move(targets), restarted, async::this_loop().turn_wall_time());
    if (!skipped_.empty()) {
        co_await skipped_.record_before_message();
    }
    const bool is_alone = choice.among.size() == 1;  // then its message stands for the whole list
    unsent_ =
        make_message(id, act.what, moment, is_alone ? std::move(choice.among.front()) : choice.among[choice.chosen]);
    ports::draw_record draw{.round = group_.state.round(), .eligible = {}, .size = unrecorded_members(group_)};
    if (choice.is_drawn) {
        draw.eligible = is_alone ? std::span(&unsent_->target, 1) : std::span<const core::target>(choice.among);
    }
    co_await publish(draw);
}

async::awaitable<void> publisher::publish(const ports::draw_record& draw) {
    const async::frame here;
    const core::message& m = *unsent_;
    std::string trouble;
    bool is_new = false;
    try {
        is_new = co_await to_.journal.enter(m, draw);
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    if (!trouble.empty()) {
        is_new = co_await journal_later(m, draw, std::move(trouble));
    }
    if (is_new) {
        if (draw.size) {
            group_.state.size().recorded(*draw.size);
        }
        if (group_.settings.one_at_a_time) {
            last_ = to_.requests.open(m);
            to_.requests.note_journal(m, {});
        }
        co_await to_.queue.publish(unsent_, 0);
        ++counted_;
        to_.observer.observe({.kind = ports::step_kind::published, .message = m});
    }
    unsent_.reset();
}

async::awaitable<void> publisher::take_part(core::planner& plan, const plan_follower::finding& found) {
    const async::frame here;
    const auto id_of = [&plan](core::wall_time moment) {
        core::random_source random = plan.stream_of(moment);
        return core::uuid::random(random);
    };
    for (const core::wall_time missed : found.missed) {
        missed_.push_back({.at = missed, .message = id_of(missed)});
    }
    if (missed_.size() > plan_follower::listed_max) {  // the oldest; others have decided them by now
        missed_.erase(missed_.begin(), missed_.end() - static_cast<std::ptrdiff_t>(plan_follower::listed_max));
    }
    if (!found.due) {
        co_return;
    }
    core::random_source random = plan.stream_of(*found.due);
    const core::uuid id = core::uuid::random(random);
    const group_acts::entry& act = group_.acts.draw(random);
    const ports::lasting* const lasts = act.by->lasts();
    const core::duration expires_after = std::chrono::duration_cast<core::duration>(group_.settings.expires_after);
    shared_members members(group_, *act.by, to_);
    const ports::moment_verdict v = co_await group_.shared_with->decide(
        {.group = group_.settings.name,
         .at = *found.due,
         .message = id,
         .expires_at = *found.due + expires_after,
         .lasts =
             lasts == nullptr ? core::duration{} : std::chrono::duration_cast<core::duration>(lasts->terms().length),
         .missed_before = missed_},
        members);
    using kind = ports::moment_verdict::kind;
    if (v.what == kind::undecided) {
        missed_.push_back({.at = *found.due, .message = id});
    } else {
        missed_.clear();
    }
    if (v.what == kind::skipped || v.what == kind::undecided) {
        to_.observer.warn("group '" + group_.settings.name + "': " + std::string(core::to_string(v.reason)) +
                          (v.detail.empty() ? "" : ": " + v.detail) + "; this moment is skipped");
        to_.observer.skipped({.at = wall_now(),
                              .group = group_.settings.name,
                              .planned_at = *found.due,
                              .reason = v.reason,
                              .target = {},
                              .detail = v.detail});
    }
    std::optional<core::target> victim = v.what == kind::mine ? members.find(v.target, v.incarnation) : std::nullopt;
    if (victim) {
        unsent_ = make_message(id, act.what, *found.due, std::move(*victim));
        co_await publish({.eligible = {}, .size = unrecorded_members(group_)});
    }
}

std::shared_ptr<const core::message> publisher::make_message(const core::uuid& id, const core::act& what,
                                                             core::wall_time planned_at, core::target&& chosen) const {
    auto m = std::allocate_shared<core::message>(async::detail::pool_allocator<core::message>());
    m->id = id;
    m->group = group_.settings.name;
    m->target = std::move(chosen);
    m->planned_at = planned_at;
    m->expires_at = planned_at + std::chrono::duration_cast<core::duration>(group_.settings.expires_after);
    m->act = what;
    return m;
}

async::awaitable<std::vector<ports::last_restart>> publisher::list_restarted() {
    const async::frame here;
    const core::wall_time since = async::this_loop().turn_wall_time() - group_.settings.limits.min_rest;
    std::vector<ports::last_restart> restarted;
    try {
        restarted = co_await to_.limits.restarted_since(group_.settings.name, since);
    } catch (const core::store_failed& e) {
        to_.observer.warn(std::string(e.what()) + "; group '" + group_.settings.name +
                          "': the draw takes nobody for restarted, the guard asks again");
    }
    co_return restarted;
}

std::chrono::nanoseconds publisher::next_gap() noexcept {
    if (group_.settings.mean_time_between == std::chrono::nanoseconds::zero()) {
        return std::chrono::nanoseconds::zero();
    }
    if (group_.settings.mean_time_between) {
        return group_.random.exponential(*group_.settings.mean_time_between);
    }
    return std::chrono::nanoseconds{static_cast<std::int64_t>(group_.random.uniform() * 1e9)};
}

async::awaitable<bool> publisher::journal_later(const core::message& m, const ports::draw_record& draw,
                                                std::string trouble) {
    const async::frame here;
    for (;;) {
        to_.observer.warn(trouble + "; group '" + group_.settings.name + "' publishes nothing, retrying in 2 s");
        co_await async::sleep_for(journal_retry);
        try {
            const bool is_new = co_await to_.journal.enter(m, draw);
            co_return is_new;
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
    }
}

async::awaitable<std::optional<core::wall_time>> publisher::announce(std::string plan, core::wall_time now) {
    const async::frame here;
    for (;;) {
        std::string trouble;
        try {
            const std::optional<core::wall_time> until =
                co_await to_.plans.follow_plan(group_.settings.name, plan, now);
            co_return until;
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
        to_.observer.warn(trouble + "; group '" + group_.settings.name + "' does not start, retrying in 2 s");
        co_await async::sleep_for(journal_retry);
    }
}

}  // namespace mayhem::pipeline
