#include "sim/world/fleet_run.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "sim/judge/event_json.hpp"
#include "sim/world/drawn_run.hpp"
#include "sim/world/fleet_troubles.hpp"
#include "sim/world/rethrow.hpp"
#include "sim/world/shared_terms.hpp"
#include "sim/world/sim_fleet.hpp"
#include "sim/world/site.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;
using time_point = async::clock::time_point;

/// How long the parts of the story are, which every host tells for itself.
struct story_times {
    std::chrono::nanoseconds storm{};
    std::chrono::nanoseconds calm = calm_lasts;
};

/// One host of it.
class fleet_host {
public:
    fleet_host(sim_fleet& fleet, site::terms t, chronicle& all, telemetry::logging& log)
        : seat{.fleet = fleet, .host = t.name},
          place(
              [&] {
                  t.seat = &seat;
                  return std::move(t);
              }(),
              all, log),
          troubles(place, seat),
          story(place.loop, "story", &rethrow) {}

    void begin(story_times times, bool is_killed) { story.spawn("story", tell_story(times, is_killed)); }

    sim_seat seat;
    site place;
    fleet_troubles troubles;
    async::task_group story;

private:
    async::awaitable<void> tell_story(story_times times, bool is_killed) {
        const async::frame here;
        place.begin();
        troubles.begin();
        co_await async::sleep_for(times.storm);
        place.calm_down();
        co_await troubles.end();
        troubles.calm_down();
        if (is_killed) {
            place.host.kill_last();
        }
        co_await async::sleep_for(times.calm);
        place.tell_record();
        co_await async::sleep_for(2ms);  // meanwhile the calm is over
        co_await place.end();
        if (place.host.is_stuck()) {
            place.loop.stop();
        }
    }
};

/// All of it. The loops take turns: whoever has something to do first goes on, and all clocks show that time.
class fleet_world {
public:
    fleet_world(std::uint64_t seed, std::size_t hosts, const run_options& options, telemetry::logging& log);

    run_result run();
    [[nodiscard]] bool is_broken() const noexcept { return !trouble_.empty(); }

private:
    async::awaitable<void> tell_story(story_times times);
    void take_turns();
    [[nodiscard]] time_point next_of_all(std::vector<std::size_t>& ready) const;
    [[nodiscard]] time_point next_of(std::size_t which) const;
    void go_on(std::size_t which, time_point now);
    void look_for_troubles();
    void finish(run_result& r) const;

    const std::uint64_t seed_;
    const run_options& options_;
    core::random_source root_;
    core::random_source character_;
    core::random_source turns_;
    chronicle all_;
    std::unique_ptr<sim_fleet> fleet_;
    std::vector<std::unique_ptr<fleet_host>> hosts_;
    time_point now_;
    std::string trouble_;
};

fleet_world::fleet_world(std::uint64_t seed, std::size_t hosts, const run_options& options, telemetry::logging& log)
    : seed_(seed),
      options_(options),
      root_(core::random_source(seed).stream("fleet")),
      character_(root_.stream("personality")),
      turns_(root_.stream("turns")) {
    const async::clock::wall_time_point start = draw_start(character_);
    const bool in_order = character_.below(2) == 0;
    dice::personality drawn = dice::draw(character_);
    dice::draw_fleet(character_, drawn);
    const dice::personality faults = options_.faults.value_or(drawn);
    const pace speed = options_.pace.value_or(draw_pace(root_.stream("pace")));
    const shared_terms shared(root_.stream("shared"), speed, hosts);
    if (options_.events != nullptr) {
        all_.write_to(*options_.events);
    }
    fleet_ = std::make_unique<sim_fleet>(sim_fleet::terms{.root = root_.stream("database"),
                                                          .start = start,
                                                          .in_order = in_order,
                                                          .faults = faults,
                                                          .pace = speed,
                                                          .group = shared_terms::group},
                                         all_);
    now_ = fleet_->clock.now();
    for (std::size_t i = 0; i < hosts; ++i) {
        const std::string name = shared_terms::host_name(i);
        fleet_->tables.add_host(name);
        hosts_.push_back(std::make_unique<fleet_host>(*fleet_,
                                                      site::terms{.name = name,
                                                                  .root = root_.stream(name),
                                                                  .start = start,
                                                                  .in_order = in_order,
                                                                  .faults = faults,
                                                                  .pace = speed,
                                                                  .groups = options_.groups.value_or(1),
                                                                  .shared = shared.part_of(i)},
                                                      all_, log));
        hosts_.back()->place.configs.log_level = options_.logs ? "info" : "critical";
    }
    const shared_terms::adopted adopted = shared.to_adopt();
    fleet_->tables.adopt(shared_terms::group, adopted.plan, terms_in(adopted.terms), fleet_->now());
}

run_result fleet_world::run() {
    run_result r;
    r.seed = seed_;
    const std::chrono::nanoseconds drawn =
        spread(character_.uniform(), 30min, 8h) * slowness(hosts_.front()->place.dice.speed());
    const story_times times{.storm = options_.storm.value_or(drawn)};
    fleet_->log.tell(phase_begins{.phase = phase_kind::storm, .within = {}});
    fleet_->story.spawn("story", tell_story(times));
    for (const std::unique_ptr<fleet_host>& h : hosts_) {
        h->begin(times, character_.below(3) == 0);
    }
    const time_point began = now_;
    take_turns();
    all_.end();
    r.simulated = (now_ - began) * static_cast<std::int64_t>(hosts_.size());
    finish(r);
    return r;
}

async::awaitable<void> fleet_world::tell_story(story_times times) {
    const async::frame here;
    fleet_->begin();
    co_await async::sleep_for(times.storm);
    fleet_->calm_down();
    fleet_->log.tell(
        phase_begins{.phase = phase_kind::calm, .within = std::chrono::duration_cast<core::duration>(due_within)});
    co_await async::sleep_for(times.calm + 1ms);
    fleet_->log.tell(phase_begins{.phase = phase_kind::over, .within = {}});
    co_await fleet_->end();
}

time_point fleet_world::next_of(std::size_t which) const {
    if (which == hosts_.size()) {
        return fleet_->loop.next_deadline();
    }
    const fleet_host& h = *hosts_[which];
    const time_point due = h.place.loop.next_deadline();
    return due == time_point::max() ? due : std::max(due, h.seat.frozen_until.value_or(due));
}

time_point fleet_world::next_of_all(std::vector<std::size_t>& ready) const {
    time_point first = time_point::max();
    for (std::size_t i = 0; i <= hosts_.size(); ++i) {
        const time_point t = std::max(next_of(i), now_);
        if (t < first) {
            first = t;
            ready.clear();
        }
        if (t == first) {
            ready.push_back(i);
        }
    }
    return first;
}

void fleet_world::take_turns() {
    std::vector<std::size_t> ready;
    while (trouble_.empty()) {
        ready.clear();
        const time_point next = next_of_all(ready);
        if (next == time_point::max()) {
            break;
        }
        now_ = next;
        fleet_->clock.advance_to(now_);
        go_on(ready.size() == 1 ? ready.front() : ready[turns_.below(ready.size())], now_);
        look_for_troubles();
    }
}

void fleet_world::go_on(std::size_t which, time_point now) {
    if (which == hosts_.size()) {
        fleet_->loop.run_until(now);
        return;
    }
    fleet_host& h = *hosts_[which];
    h.place.clock.advance_to(now);
    if (h.seat.frozen_until && *h.seat.frozen_until <= now) {
        h.seat.frozen_until.reset();
        h.seat.stillness.reset();
    }
    h.place.loop.run_until(now);
}

void fleet_world::look_for_troubles() {
    for (const std::unique_ptr<fleet_host>& h : hosts_) {
        if (!h->place.trouble.empty() || h->place.host.is_stuck()) {
            trouble_ = "host " + h->seat.host + ": " +
                       (h->place.trouble.empty() ? "a dead life does not come to its end" : h->place.trouble);
        }
    }
}

void fleet_world::finish(run_result& r) const {
    r.broke = trouble_;
    r.found = all_.found();
    r.rare = fleet_->rare;
    r.steps = fleet_->steps.steps();
    r.hash = fleet_->steps.hash();
    r.come_about = fleet_->dice.come_about();
    for (const std::unique_ptr<fleet_host>& h : hosts_) {
        const site& s = h->place;
        r.rare.add(s.rare);
        r.steps += s.steps.steps();
        r.lives += s.host.lives();
        r.kills += s.host.kills();
        r.hash = r.hash * 31 + s.steps.hash();
        std::ranges::copy(s.dice.come_about(), std::back_inserter(r.come_about));
        if (r.broke.empty() && s.loop.live_tasks() > 0) {
            r.broke = "host " + h->seat.host + " did not come to its end";
        }
    }
    r.messages = all_.messages();
    r.acts = all_.acts();
    if (!r.is_clean()) {
        std::ranges::transform(all_.last(), std::back_inserter(r.last_events), &to_line);
    }
}

}  // namespace

run_result run_fleet(std::uint64_t seed, std::size_t hosts, const run_options& options, telemetry::logging& log) {
    auto whole = std::make_unique<fleet_world>(seed, hosts, options, log);
    run_result r = whole->run();
    if (!r.broke.empty()) {
        (void)whole.release();  // what is left on its loops cannot be destroyed
    }
    return r;
}

}  // namespace mayhem::sim
