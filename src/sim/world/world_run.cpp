#include "sim/world/world_run.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/tasks.hpp"
#include "sim/judge/event_json.hpp"
#include "sim/world/operators.hpp"
#include "sim/world/record_rows.hpp"
#include "sim/world/rethrow.hpp"
#include "sim/world/sim_host.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;

/// So long what is due in the calm may take: the longest recovery, all attempts with their back-offs, and some room.
constexpr std::chrono::nanoseconds due_within = 15min;
constexpr std::chrono::nanoseconds calm = 45min;

/// The year begins anywhere; one run in four lies in a week in which the clocks change.
async::clock::wall_time_point draw_start(core::random_source& random) {
    constexpr std::int64_t year = 1'767'225'600;         // 2026-01-01
    constexpr std::int64_t changes[] = {1'774'742'400,   // 2026-03-29, Europe
                                        1'792'886'400,   // 2026-10-25, Europe
                                        1'772'928'000,   // 2026-03-08, America
                                        1'775'347'200,   // 2026-04-05, Australia
                                        1'793'491'200,   // 2026-11-01, America
                                        1'790'467'200};  // 2026-09-27, New Zealand
    const std::uint64_t which = random.below(4 * std::size(changes));
    const auto within = static_cast<std::int64_t>(random.below(36 * 3600));
    const auto anywhere = static_cast<std::int64_t>(random.below(365UL * 86'400));
    const std::int64_t at = which < std::size(changes) ? changes[which] - 12 * 3600 + within : year + anywhere;
    return async::clock::wall_time_point{std::chrono::seconds{at}};
}

/// Half of the runs are hectic.
pace draw_pace(core::random_source random) {
    const std::uint64_t which = random.below(4);
    return which < 2 ? pace::hectic : which == 2 ? pace::busy : pace::ordinary;
}

/// One whole world.
class world {
public:
    world(std::uint64_t seed, const run_options& options, telemetry::logging& log);

    run_result run();

    /// What went wrong with the run itself; empty: nothing.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }

private:
    async::awaitable<void> tell_story(std::chrono::nanoseconds storm);
    [[nodiscard]] std::string describe_tasks();
    void finish(run_result& r) const;

    const std::uint64_t seed_;
    const run_options& options_;
    core::random_source root_;
    core::random_source character_;
    async::virtual_clock clock_;
    async::loop loop_{clock_};
    async::wall_jumps jumps_;
    trace trace_;
    disk disk_;
    dice dice_;
    world_log log_;
    sometimes rare_;
    ambush ambush_;
    scene scene_;
    config_maker configs_;
    undo_shelf notes_;
    herd herd_;
    halt_files files_;
    message_origins origins_;
    sim_estate estate_;
    std::string trouble_;
    sim_host host_;
    operators operators_;
    async::task_group story_;
};

world::world(std::uint64_t seed, const run_options& options, telemetry::logging& log)
    : seed_(seed),
      options_(options),
      root_(seed),
      character_(root_.stream("personality")),
      clock_(draw_start(character_)),
      trace_(root_.stream("order"), character_.below(2) == 0),
      disk_(root_.stream("disk")),
      dice_(
          root_,
          [this] {
              const dice::personality drawn = dice::draw(character_);
              return options_.faults.value_or(drawn);
          }(),
          options.pace.value_or(draw_pace(root_.stream("pace")))),
      log_(clock_, "host"),
      ambush_(loop_, dice_),
      scene_{.clock = clock_,
             .loop = loop_,
             .jumps = jumps_,
             .dice = dice_,
             .log = log_,
             .rare = rare_,
             .disk = disk_,
             .ambush = ambush_},
      configs_(root_.stream("config"), dice_.speed(), options.groups),
      notes_(scene_),
      herd_(scene_, notes_),
      files_(scene_),
      origins_(scene_),
      estate_{.world = scene_,
              .targets = herd_,
              .notes = notes_,
              .files = files_,
              .origins = origins_,
              .configs = configs_,
              .logging = log},
      host_(estate_, trace_),
      operators_(estate_, host_),
      story_(loop_, "story", &rethrow) {
    loop_.set_scheduler(&trace_);
    trace_.on_spin = [this] {
        trouble_ = "time does not go on, because these tasks never wait:\n" + describe_tasks();
        loop_.stop();
    };
    configs_.log_level = options_.logs ? "info" : "critical";
    if (options_.only) {
        dice_.allow_only(*options_.only);
    }
    if (options_.events != nullptr) {
        log_.write_to(*options_.events);
    }
}

run_result world::run() {
    run_result r;
    r.seed = seed_;
    const std::chrono::nanoseconds drawn = spread(character_.uniform(), 30min, 8h) * slowness(dice_.speed());
    const async::clock::time_point began = clock_.now();
    story_.spawn("story", tell_story(options_.storm.value_or(drawn)));
    loop_.run();
    r.simulated = clock_.now() - began;
    finish(r);
    return r;
}

async::awaitable<void> world::tell_story(std::chrono::nanoseconds storm) {
    const async::frame here;
    log_.tell(phase_begins{.phase = phase_kind::storm, .within = {}});
    for (const config_maker::herd_member& m : configs_.members()) {
        herd_.add(m);
    }
    herd_.tasks().spawn("deaths", herd_.run());
    host_.start();
    operators_.start();
    co_await async::sleep_for(storm);
    dice_.be_quiet();
    if (options_.falsify) {
        options_.falsify(log_);
    }
    log_.tell(
        phase_begins{.phase = phase_kind::calm, .within = std::chrono::duration_cast<core::duration>(due_within)});
    if (character_.below(2) == 0) {
        host_.kill_last();
    }
    co_await async::sleep_for(calm);
    operators_.look_once();
    {
        const record_rows rows(scene_, sim_life::store_path);
        rows.tell_all();
    }
    log_.tell(phase_begins{.phase = phase_kind::over, .within = {}});
    co_await ambush_.end();
    co_await operators_.end();
    co_await host_.shut_down();
    herd_.tasks().cancel();
    co_await herd_.tasks().join();
    log_.end();
    if (host_.is_stuck()) {
        loop_.stop();
    }
}

std::string world::describe_tasks() {
    std::string text;
    for (const async::task_info& t : async::tasks(loop_)) {
        text += async::to_string(t);
    }
    return text;
}

void world::finish(run_result& r) const {
    r.broke = trouble_;
    r.found = log_.found();
    r.come_about = dice_.come_about();
    r.is_stuck = host_.is_stuck();
    r.rare = rare_;
    r.steps = trace_.steps();
    r.lives = host_.lives();
    r.kills = host_.kills();
    r.hash = trace_.hash();
    r.hashes = trace_.hashes();
    r.messages = log_.messages();
    r.acts = log_.acts();
    if (!r.is_clean()) {
        std::ranges::transform(log_.last(), std::back_inserter(r.last_events), &to_line);
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
