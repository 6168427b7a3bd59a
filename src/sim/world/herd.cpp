#include "sim/world/herd.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "sim/world/next_of.hpp"
#include "sim/world/rethrow.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;

/// From one target's death of its own to the next one's, in a run in which that is rare.
constexpr std::chrono::nanoseconds own_deaths = 2h;

bool is_up(target_state s) noexcept { return s != target_state::down && s != target_state::dying; }

}  // namespace

herd::herd(scene& s, undo_shelf& pauses)
    : scene_(s),
      pauses_(pauses),
      has_habits_(s.dice.stream("habits").below(3) == 0),
      tasks_(s.loop, "herd", &rethrow) {}

std::optional<herd::habit> herd::draw_habit() {
    core::random_source& random = scene_.dice.stream("habits");
    const habit drawn{.start = spread(random.uniform(), 200ms, 3s),
                      .slows_after = 9 + random.below(8),
                      .times = 1.5 + 4 * random.uniform(),
                      .is_for_good = random.below(2) == 0};
    return has_habits_ && random.below(3) != 0 ? std::optional(drawn) : std::nullopt;
}

std::chrono::nanoseconds herd::start_time(const member& m, double u) const {
    if (!m.usual) {
        return spread(u, 5ms, 3s);
    }
    constexpr std::uint64_t now_and_then = 12;
    const bool has_slowed = m.now.number > m.usual->slows_after;
    const bool is_slow = has_slowed && (m.usual->is_for_good || m.now.number % now_and_then == 0);
    const double times = (0.95 + u / 10) * (is_slow ? m.usual->times : 1);
    return std::chrono::duration_cast<std::chrono::nanoseconds>(m.usual->start * times);
}

void herd::add(const config_maker::herd_member& added) {
    const std::string& name = added.name;
    member& m = members_[name];
    m.groups = added.groups;
    m.falls_with = added.falls_with;
    m.secretly_with = added.secretly_with;
    m.is_protected = added.is_protected;
    m.usual = draw_habit();
    core::random_source& random = scene_.dice.stream("tolerance");
    m.is_tolerant = random.below(3) == 0;
    m.now = {.number = 1, .state = target_state::healthy, .started_at = scene_.clock.wall_now() - 24h};
    become(name, target_state::healthy);
}

void herd::become(const std::string& name, target_state s) {
    member& m = members_.at(name);
    m.now.state = s;
    scene_.log.tell(target_is{.target = name,
                              .incarnation = incarnation_of(m.now.number),
                              .state = s,
                              .groups = m.groups,
                              .is_protected = m.is_protected});
    tell_taken(name);
}

void herd::tell_taken(const std::string& name) {
    member& m = members_.at(name);
    const bool is_taken = m.now.is_taken && m.now.state == target_state::down;
    if (is_taken != m.is_told_taken) {
        m.is_told_taken = is_taken;
        scene_.log.tell(taken_by_somebody{.target = name, .is_taken = is_taken});
    }
}

/// Somebody stops it, and starts it again in the end.
async::awaitable<void> herd::take(std::string name, std::chrono::nanoseconds after, std::chrono::nanoseconds lasts) {
    const async::frame here;
    co_await async::sleep_for(after);
    member& m = members_.at(name);
    if (m.now.is_taken) {
        co_return;
    }
    m.now.is_taken = true;
    tell_taken(name);
    if (is_up(m.now.state)) {
        tasks_.spawn("stop", die(name, m.now.number, 1ms));
    }
    co_await async::sleep_for(lasts);
    m.now.is_taken = false;
    tell_taken(name);
    if (std::exchange(m.waits, false)) {
        tasks_.spawn("come_back", come_back(std::move(name)));
    }
}

async::awaitable<void> herd::run() {
    const async::frame here;
    std::vector<std::string> names;
    for (const auto& [name, m] : members_) {
        names.push_back(name);
    }
    for (;;) {
        const dice::outcome which = co_await next_of(scene_, fault::own_death, own_deaths);
        const std::string& name = names[static_cast<std::size_t>(which.severity * static_cast<double>(names.size()))];
        if (which && of(name).state == target_state::healthy && !of(name).is_paused) {
            tasks_.spawn("own_death", die(name, of(name).number, 1ms));
        }
    }
}

void herd::hit(const std::string& name, std::uint64_t number, std::uint64_t act, const char* signal) {
    member& m = members_.at(name);
    const bool lives = m.now.number == number && m.now.state != target_state::down;
    if (!lives) {
        return;  // a signal to nobody
    }
    scene_.log.tell(sim::hit{.act = act, .target = name, .incarnation = incarnation_of(number), .signal = signal});
    if (m.now.state == target_state::dying) {
        return;
    }
    const dice::outcome deaf = scene_.dice.roll(fault::ignored_act);
    if (deaf) {
        tasks_.spawn("seen_to", die(name, number, spread(deaf.severity, 10s, 50min)));
        return;
    }
    const dice::outcome o = scene_.ambush.roll(
        fault::slow_death,
        {weak_moment::target_dies_slowly, weak_moment::act_is_unsaved, weak_moment::act_is_unrecorded});
    const std::chrono::nanoseconds after = o ? spread(o.severity, 5s, 15min) : spread(o.choice, 1ms, 500ms);
    m.now.ends_at = async::clock::after(scene_.clock.now(), after);
    become(name, target_state::dying);
    if (o) {
        scene_.ambush.spring(weak_moment::target_dies_slowly, after, name);
    }
    tasks_.spawn("death", die(name, number, after));
    const dice::outcome taken = scene_.dice.roll(fault::taken_target);
    if (taken) {
        const std::chrono::nanoseconds soon = spread(taken.severity, 10ms, 40s);
        const std::chrono::nanoseconds lasts = spread(taken.choice, 5s, 20min);
        tasks_.spawn("take", take(name, soon, lasts));
    }
}

std::vector<std::string> herd::meet_new_life() {
    std::vector<std::string> found;
    for (const auto& [name, m] : members_) {
        if (m.now.state == target_state::dying) {
            scene_.ambush.spring(weak_moment::target_outlives_life, m.now.ends_at - scene_.clock.now(), name);
            found.push_back(name);
        }
    }
    return found;
}

void herd::hit_later(std::string name, std::uint64_t number, std::uint64_t act, std::chrono::nanoseconds after) {
    tasks_.spawn("late_act", hit_after(std::move(name), number, act, after));
}

async::awaitable<void> herd::hit_after(std::string name, std::uint64_t number, std::uint64_t act,
                                       std::chrono::nanoseconds after) {
    const async::frame here;
    co_await async::sleep_for(after);
    hit(name, number, act, "late");
}

void herd::pause(const pause_wish& w, std::chrono::nanoseconds length) {
    member& m = members_.at(w.name);
    if (m.now.number != w.number || m.now.state != target_state::healthy || m.now.is_paused) {
        return;  // it is gone, or about to, or stands still already
    }
    scene_.log.tell(
        sim::hit{.act = w.act, .target = w.name, .incarnation = incarnation_of(w.number), .signal = "pause"});
    m.now.is_paused = true;
    pauses_.begin(w.name, w.group, scene_.log.now() + std::chrono::duration_cast<core::duration>(length),
                  w.has_no_effect);
    if (!m.is_tolerant && !w.has_no_effect) {
        become(w.name, target_state::sick);
    }
}

void herd::pause_later(pause_wish w, std::chrono::nanoseconds length, std::chrono::nanoseconds after) {
    tasks_.spawn("late_pause", pause_after(std::move(w), length, after));
}

async::awaitable<void> herd::pause_after(pause_wish w, std::chrono::nanoseconds length,
                                         std::chrono::nanoseconds after) {
    const async::frame here;
    co_await async::sleep_for(after);
    pause(w, length);
    if (of(w.name).is_paused && after > 5s) {
        scene_.rare.note(rare_state::late_span);
    }
}

void herd::end_pause(const std::string& name, fault_end how) {
    if (std::exchange(members_.at(name).now.is_paused, false)) {
        pauses_.end(name, how);
    }
}

bool herd::resume(const std::string& name, fault_end how) {
    member& m = members_.at(name);
    const bool was_paused = m.now.is_paused;
    end_pause(name, how);
    if (was_paused && (m.now.state == target_state::sick || m.now.state == target_state::healthy)) {
        become(name, target_state::down);  // that incarnation
        ++m.now.number;
        become(name, target_state::healthy);
    }
    return was_paused;
}

bool herd::is_shop_well(const std::string& group) {
    const dice::outcome breaks = scene_.dice.roll(fault::red_shop);
    if (breaks && red_shops_.insert(group).second) {
        scene_.log.tell(stop_condition_is{.group = group, .is_red = true});
        tasks_.spawn("shop", mend_shop(group, spread(breaks.severity, 500ms, 3min)));
    }
    return !red_shops_.contains(group);
}

async::awaitable<void> herd::mend_shop(std::string group, std::chrono::nanoseconds after) {
    const async::frame here;
    co_await async::sleep_for(after);
    red_shops_.erase(group);
    scene_.log.tell(stop_condition_is{.group = group, .is_red = false});
}

async::awaitable<void> herd::die(std::string name, std::uint64_t number, std::chrono::nanoseconds after) {
    const async::frame here;
    if (after > 1min) {
        scene_.rare.note(rare_state::late_death);
    }
    co_await async::sleep_for(after);
    const life& now = of(name);
    if (now.number == number && now.state != target_state::down) {
        end_pause(name, fault_end::target_ended);
        become(name, target_state::down);
        for (const auto& [other, m] : members_) {
            const bool is_bound =
                std::ranges::count(m.falls_with, name) > 0 || std::ranges::count(m.secretly_with, name) > 0;
            if (is_bound && is_up(m.now.state)) {
                scene_.rare.note(rare_state::somebody_fell);
                tasks_.spawn("fall", die(other, m.now.number, 1ms));
            }
        }
        tasks_.spawn("come_back", come_back(std::move(name)));
    }
}

async::awaitable<void> herd::come_back(std::string name) {
    const async::frame here;
    const dice::outcome o = scene_.dice.roll(fault::long_absence);
    const std::chrono::nanoseconds usual_absence = spread(o.choice, 5ms, members_.at(name).usual ? 50ms : 2s);
    const std::chrono::nanoseconds absence = o ? spread(o.severity, 10s, 30min) : usual_absence;
    core::random_source& usual = scene_.dice.stream("herd");
    co_await async::sleep_for(absence);
    member& m = members_.at(name);
    if (m.now.is_taken) {
        m.waits = true;
        co_return;
    }
    ++m.now.number;
    m.now.started_at = scene_.clock.wall_now();
    const std::uint64_t number = m.now.number;
    become(name, target_state::starting);
    const std::chrono::nanoseconds start = start_time(m, usual.uniform());
    co_await async::sleep_for(start);
    if (of(name).number != number || of(name).state != target_state::starting) {
        co_return;
    }
    become(name, target_state::healthy);
    const dice::outcome again = scene_.dice.roll(fault::relapse);
    if (again) {
        const std::chrono::nanoseconds until = spread(again.severity, 100ms, 10s);
        tasks_.spawn("relapse", die(std::move(name), number, until));
    }
}

bool herd::dies_slowly(const std::string& name) const {
    const life& now = of(name);
    return now.state == target_state::dying && now.ends_at - scene_.clock.now() > 1s;
}

std::uint64_t herd::number_of(const std::string& incarnation) noexcept {
    std::uint64_t number = 0;
    (void)std::from_chars(incarnation.data(), incarnation.data() + incarnation.size(), number);
    return number;
}

std::vector<std::string> herd::members_of(const std::string& group) const {
    std::vector<std::string> names;
    for (const auto& [name, m] : members_) {
        if (std::ranges::count(m.groups, group) > 0) {
            names.push_back(name);
        }
    }
    return names;
}

bool herd::is_in(const std::string& name, const std::string& group) const {
    return std::ranges::count(members_.at(name).groups, group) > 0;
}

std::vector<herd::bond> herd::who_falls_with(const std::string& name) const {
    return bonds_of(name, bonds::told_to_who_stands);
}

std::vector<herd::bond> herd::who_is_bound_to(const std::string& name) const { return bonds_of(name, bonds::told); }

std::vector<std::string> herd::who_falls_unforetold(const std::string& name) const {
    const std::vector<bond> told = who_is_bound_to(name);
    std::vector<std::string> untold;
    for (const bond& b : bonds_of(name, bonds::all)) {
        if (std::ranges::count(told, b.name, &bond::name) == 0) {
            untold.push_back(b.name);
        }
    }
    return untold;
}

std::vector<herd::bond> herd::bonds_of(const std::string& name, bonds which) const {
    std::vector<bond> found;
    std::vector<std::string> next{name};
    const auto is_known = [&](const std::string& other) {
        return other == name || std::ranges::count(found, other, &bond::name) > 0;
    };
    while (!next.empty()) {
        const std::string at = std::move(next.back());
        next.pop_back();
        for (const auto& [other, m] : members_) {
            const bool counts = which != bonds::told_to_who_stands || is_up(m.now.state);
            const bool is_bound = std::ranges::count(m.falls_with, at) > 0 ||
                                  (which == bonds::all && std::ranges::count(m.secretly_with, at) > 0);
            if (is_bound && counts && !is_known(other)) {
                found.push_back({.name = other, .with = at});
                next.push_back(other);
            }
        }
    }
    return found;
}

core::target herd::describe(const std::string& name) const {
    const life& now = of(name);
    return {.id = name, .incarnation = incarnation_of(now.number), .name = name, .started_at = now.started_at};
}

}  // namespace mayhem::sim
