#include "sim/world/world_run.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "sim/judge/event_json.hpp"
#include "sim/world/drawn_run.hpp"
#include "sim/world/rethrow.hpp"
#include "sim/world/site.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;

/// One whole world.
class world {
public:
    world(std::uint64_t seed, const run_options& options, telemetry::logging& log);

    run_result run();

    /// What went wrong with the run itself; empty: nothing.
    [[nodiscard]] const std::string& trouble() const noexcept { return site_.trouble; }

private:
    async::awaitable<void> tell_story(std::chrono::nanoseconds storm);
    void finish(run_result& r) const;

    const std::uint64_t seed_;
    const run_options& options_;
    core::random_source root_;
    core::random_source character_;
    chronicle all_;
    site site_;
    async::task_group story_;
};

world::world(std::uint64_t seed, const run_options& options, telemetry::logging& log)
    : seed_(seed),
      options_(options),
      root_(seed),
      character_(root_.stream("personality")),
      site_(
          [this] {
              site::terms t{.name = "host", .root = root_, .start = draw_start(character_)};
              t.in_order = character_.below(2) == 0;
              const dice::personality drawn = dice::draw(character_);
              t.faults = options_.faults.value_or(drawn);
              t.pace = options_.pace.value_or(draw_pace(root_.stream("pace")));
              t.groups = options_.groups;
              return t;
          }(),
          all_, log),
      story_(site_.loop, "story", &rethrow) {
    site_.configs.log_level = options_.logs ? "info" : "critical";
    if (options_.only) {
        site_.dice.allow_only(*options_.only);
    }
    if (options_.events != nullptr) {
        all_.write_to(*options_.events);
    }
}

run_result world::run() {
    run_result r;
    r.seed = seed_;
    const std::chrono::nanoseconds drawn = spread(character_.uniform(), 30min, 8h) * slowness(site_.dice.speed());
    const async::clock::time_point began = site_.clock.now();
    story_.spawn("story", tell_story(options_.storm.value_or(drawn)));
    site_.loop.run();
    r.simulated = site_.clock.now() - began;
    finish(r);
    return r;
}

async::awaitable<void> world::tell_story(std::chrono::nanoseconds storm) {
    const async::frame here;
    site_.log.tell(phase_begins{.phase = phase_kind::storm, .within = {}});
    site_.begin();
    co_await async::sleep_for(storm);
    site_.calm_down();
    if (options_.falsify) {
        options_.falsify(site_.log);
    }
    site_.log.tell(
        phase_begins{.phase = phase_kind::calm, .within = std::chrono::duration_cast<core::duration>(due_within)});
    if (character_.below(2) == 0) {
        site_.host.kill_last();
    }
    co_await async::sleep_for(calm_lasts);
    site_.tell_record();
    site_.log.tell(phase_begins{.phase = phase_kind::over, .within = {}});
    co_await site_.end();
    all_.end();
    if (site_.host.is_stuck()) {
        site_.loop.stop();
    }
}

void world::finish(run_result& r) const {
    r.broke = site_.trouble;
    r.found = all_.found();
    r.come_about = site_.dice.come_about();
    r.is_stuck = site_.host.is_stuck();
    r.rare = site_.rare;
    r.steps = site_.steps.steps();
    r.lives = site_.host.lives();
    r.kills = site_.host.kills();
    r.hash = site_.steps.hash();
    r.hashes = site_.steps.hashes();
    r.messages = all_.messages();
    r.acts = all_.acts();
    if (!r.is_clean()) {
        std::ranges::transform(all_.last(), std::back_inserter(r.last_events), &to_line);
    }
}

}  // namespace

run_result run_world(std::uint64_t seed, const run_options& options, telemetry::logging& log) {
    auto whole = std::make_unique<world>(seed, options, log);
    run_result r = whole->run();
    if (r.is_stuck || !r.broke.empty()) {
        (void)whole.release();  // what is left on its loop cannot be destroyed
    }
    return r;
}

}  // namespace mayhem::sim
