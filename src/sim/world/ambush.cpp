#include "sim/world/ambush.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "sim/world/rethrow.hpp"

namespace mayhem::sim {

namespace {

/// Of those who could wait.
constexpr double share_that_waits = 0.5;

constexpr double chance_when_awaited = 0.5;

std::span<const weak_moment> moments_for(fault f) noexcept {
    using enum weak_moment;
    static constexpr weak_moment for_death[] = {target_dies_slowly, act_is_unsaved, act_is_unsaved,
                                                sync_failed,        entry_failed,   reload_goes_on};
    static constexpr weak_moment for_the_end[] = {target_dies_slowly, target_dies_slowly, act_is_unrecorded, act_waits,
                                                  reload_goes_on};
    static constexpr weak_moment for_what_forbids[] = {act_waits};
    static constexpr weak_moment for_the_impatient[] = {reload_hangs, act_is_unrecorded, target_dies_slowly};
    static constexpr weak_moment for_the_disk[] = {target_outlives_record};
    static constexpr weak_moment for_another_act[] = {target_dies_slowly, target_outlives_life, guards_are_asked};
    static constexpr weak_moment for_others[] = {target_dies_slowly};
    switch (f) {
        case fault::kill: return for_death;
        case fault::stop: return for_the_end;
        case fault::halt:
        case fault::clock_jump: return for_what_forbids;
        case fault::impatience: return for_the_impatient;
        case fault::failing_disk: return for_the_disk;
        case fault::asked_restart: return for_another_act;
        default: return for_others;
    }
}

}  // namespace

ambush::ambush(async::loop& l, dice& d) : dice_(d), striking_(l, "ambush", &rethrow) {}

bool ambush::waits(fault f, const dice::outcome& how, blow b) {
    core::random_source& random = dice_.stream("ambush for " + std::string(to_string(f)));
    const std::span<const weak_moment> suitable = moments_for(f);
    const double now_or_then = random.uniform();
    const std::uint64_t which = random.below(suitable.size());
    const double part = random.uniform();
    const weak_moment moment = suitable[which];
    const bool is_full = moment == weak_moment::entry_failed
                             ? std::ranges::count(waiting_, moment, &one::moment) >= waiting_for_entry_max
                             : std::ranges::count_if(waiting_, [f](const one& o) {
                                   return o.who == f && o.moment != weak_moment::entry_failed;
                               }) >= waiting_max;
    if (!how || now_or_then >= share_that_waits || is_full) {
        return false;
    }
    waiting_.push_back({f, moment, part, std::move(b)});
    return true;
}

dice::outcome ambush::roll(fault f, std::initializer_list<weak_moment> makes) {
    const bool is_awaited =
        std::ranges::any_of(waiting_, [&](const one& o) { return std::ranges::count(makes, o.moment) > 0; });
    return is_awaited ? dice_.roll(f, chance_when_awaited) : dice_.roll(f);
}

void ambush::spring(weak_moment m, std::chrono::nanoseconds lasts, const std::string& target) {
    for (one& o : std::exchange(waiting_, {})) {
        if (o.moment != m) {
            waiting_.push_back(std::move(o));
            continue;
        }
        const std::chrono::nanoseconds after{static_cast<std::int64_t>(o.part * static_cast<double>(lasts.count()))};
        striking_.spawn("blow", strike_after(after, std::move(o.strike), target));
    }
}

async::awaitable<void> ambush::strike_after(std::chrono::nanoseconds d, blow b, std::string target) {
    const async::frame here;
    co_await async::sleep_for(d);
    if (!dice_.is_quiet()) {
        b(target);
    }
}

async::awaitable<void> ambush::end() {
    const async::frame here;
    waiting_.clear();
    striking_.cancel();
    co_await striking_.join();
}

}  // namespace mayhem::sim
