#include "sim/world/sim_life.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include "assembly/make_queue.hpp"
#include "config/config_file.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "sim/world/sim_driver.hpp"
#include "sim/world/sim_hold.hpp"
#include "sim/world/sim_pause.hpp"
#include "sim/world/sim_queue.hpp"
#include "sim/world/sim_record.hpp"

namespace mayhem::sim {

namespace {

constexpr int forced = 143;

/// That somebody asks for a restart of what a new life finds as it was, though a former one has acted on it.
constexpr double asked_again = 0.8;

/// What a dead life's clean-up may take: all its waits are over, but for some that time ends.
constexpr std::chrono::minutes decay_max{10};

}  // namespace

sim_life::sim_life(sim_estate& e, std::uint64_t number)
    : estate_(e),
      process_(e.world, number),
      threads_(process_),
      sight_(process_, e.files),
      notes_(process_, e.notes),
      actions_(make_actions()),
      life_(make_world(), options()) {
    process_.on_death_in_call = [this] { kill(life_end::killed); };
}

sim_life::~sim_life() = default;

app::config_result sim_life::parse() const { return app::parse_config(estate_.configs.text(), "mayhem.toml"); }

app::daemon_options sim_life::options() const {
    app::config_result read = parse();
    if (!read) {
        throw std::logic_error("a drawn config is wrong: " + to_string(read.error().front()));
    }
    app::daemon_options o;
    o.config = std::move(read).value();
    o.store = store_path;
    o.config_file = "mayhem.toml";
    return o;
}

std::vector<std::unique_ptr<ports::action>> sim_life::make_actions() {
    std::vector<std::unique_ptr<ports::action>> all;
    all.push_back(std::make_unique<sim_pause>(process_, estate_.targets));
    for (const ports::action::words w : {ports::action::words{"freeze", "frozen", "let go"},
                                         {"cut", "cut off", "reachable again"},
                                         {"loss", "losing packets", "losing none any more"},
                                         {"delay", "slowed down", "as fast as before"},
                                         {"dns", "without DNS", "with DNS again"},
                                         {"fill", "short of disk space", "given its disk space back"}}) {
        all.push_back(std::make_unique<sim_hold>(process_, estate_.targets, w));
    }
    all.push_back(std::make_unique<sim_hold>(process_, estate_.targets,
                                             ports::action::words{"throttle", "throttled", "as fast as it was"},
                                             sim_hold::undone_by::note));
    return all;
}

app::world sim_life::make_world() {
    core::random_source entropy = estate_.world.dice.stream("daemon").stream(std::to_string(process_.number()));
    return {.loop = estate_.world.loop,
            .jumps = estate_.world.jumps,
            .logging = estate_.logging,
            .threads = threads_,
            .sight = sight_,
            .undo_notes = notes_,
            .actions = actions_,
            .kept_by = *this,
            .draw_seed = [entropy]() mutable { return entropy.next() >> 1U; },
            .open_record =
                [this](std::uint64_t seed) { return sim_record::open(process_, estate_.origins, store_path, seed); },
            .read_config = [this] { return read_config(); },
            .make_queue = [this](const app::config& c) -> std::unique_ptr<ports::queue> {
                return std::make_unique<sim_queue>(process_, app::make_queue(estate_.world.loop, c));
            },
            .open_drivers = [this](const drivers::driver_surroundings&) -> std::unique_ptr<app::driver_source> {
                return std::make_unique<sim_driver_source>(process_, estate_.targets);
            },
            .open_front = [this](app::world::front_parts p) { return open_front(std::move(p)); },
            .open_fleet = [this](const app::fleet_config&, core::uuid life) -> std::unique_ptr<app::fleet_database> {
                return std::make_unique<sim_database>(process_, *estate_.seat, life);
            }};
}

std::unique_ptr<app::front> sim_life::open_front(app::world::front_parts p) {
    auto made = std::make_unique<sim_front>(process_, estate_.origins, std::move(p));
    front_ = made.get();
    return made;
}

void sim_life::start() {
    estate_.world.log.tell(life_began{.life = static_cast<std::int64_t>(process_.number())});
    life_.start();
}

async::awaitable<app::config_result> sim_life::read_config() {
    const async::frame here;
    co_await process_.take_time(fault::slow_thread, std::chrono::milliseconds{5}, std::chrono::minutes{5},
                                trouble_kind::disk, std::nullopt, weak_moment::reload_hangs);
    reloads_read_.insert(reloads_read_.end(), reloads_asked_.begin(), reloads_asked_.end());
    reloads_asked_.clear();
    if (config_state_ == config_state::unreadable) {
        throw std::bad_alloc();
    }
    if (config_state_ == config_state::mistaken) {
        co_return app::parse_config("dry_runs = true\n", "mayhem.toml");
    }
    app::config_result read = parse();
    note_removed_groups(*read);
    if (process_.is_alive()) {
        estate_.world.log.tell(
            config_read{.shutdown_grace = std::chrono::duration_cast<core::duration>(read->shutdown_grace)});
    }
    co_return read;
}

void sim_life::note_removed_groups(const app::config& next) {
    for (const app::group_config& g : front_->daemon().current_config().groups) {
        const bool stays = std::ranges::any_of(
            next.groups, [&g](const app::group_config& n) { return n.settings.name == g.settings.name; });
        if (!stays && process_.messages().has_group(g.settings.name)) {
            estate_.world.rare.note(rare_state::group_removed_with_message);
        }
    }
}

void sim_life::ready(const std::string& status) {
    if (!process_.is_alive()) {
        return;
    }
    if (std::exchange(phase_, phase::running) == phase::starting) {
        ask_again_for(estate_.targets.meet_new_life());
    }
    if (status == "running with the former config") {
        answer_reloads(answer::failed);
        return;
    }
    app::controlled& daemon = front_->daemon();
    estate_.world.log.tell(in_force(daemon.current_config(), daemon.facts().seed));
    answer_reloads(answer::ok);
}

void sim_life::ask_again_for(const std::vector<std::string>& targets) {
    for (const std::string& name : targets) {
        const dice::outcome is_asked = estate_.world.dice.roll(fault::slow_death, asked_again);
        if (is_asked && front() != nullptr) {
            front()->restart(name);
        }
    }
}

void sim_life::reloading(const std::string& /*status*/) {
    phase_ = phase::reloading;
    if (is_alive()) {
        estate_.world.ambush.spring(weak_moment::reload_goes_on, std::chrono::seconds{10});
    }
}

void sim_life::answer_reloads(answer a) {
    for (const std::uint64_t wish : std::exchange(reloads_read_, {})) {
        estate_.world.log.tell(answered{.wish = wish, .answer = a, .error = {}});
    }
}

void sim_life::stop() {
    if (!is_alive()) {
        return;
    }
    estate_.world.log.tell(
        asked{.wish = estate_.world.log.next_id(), .what = wish_kind::stop, .group = {}, .target = {}});
    if (++stops_ == 2) {
        estate_.world.rare.note(rare_state::forced_end);
    }
    // The end is weak as a reload is: what is in hand must be put away.
    estate_.world.ambush.spring(weak_moment::reload_goes_on, std::chrono::milliseconds{100});
    life_.stop("SIGTERM", forced);
}

void sim_life::reload() {
    if (!is_alive()) {
        return;
    }
    const std::uint64_t wish = estate_.world.log.next_id();
    estate_.world.log.tell(asked{.wish = wish, .what = wish_kind::reload, .group = {}, .target = {}});
    reloads_asked_.push_back(wish);
    life_.hang_up("SIGHUP");
}

void sim_life::kill(life_end how) {
    if (!is_alive()) {
        return;
    }
    process_.messages().note_kill(estate_.world.rare);
    if (estate_.notes.does_anything_stand()) {
        estate_.world.rare.note(rare_state::killed_in_span);
    }
    estate_.world.rare.note(phase_ == phase::starting    ? rare_state::killed_at_start
                            : phase_ == phase::reloading ? rare_state::killed_in_reload
                            : phase_ == phase::stopping  ? rare_state::killed_in_shutdown
                                                         : rare_state::killed_running);
    was_killed_ = true;
    end(how, 0);
}

void sim_life::end(life_end how, int status) {
    process_.die();
    estate_.origins.look_what_is_there(store_path);
    estate_.world.log.tell(
        life_ended{.life = static_cast<std::int64_t>(process_.number()), .how = how, .status = status});
    ended_.set();
}

void sim_life::over() {
    is_over_ = true;
    gone_.set();
    if (is_alive()) {
        end(life_end::orderly, life_.status());
    }
}

void sim_life::give_up(int status) {
    if (is_alive()) {
        estate_.world.rare.note(rare_state::ended_by_last_resort);
        end(life_end::orderly, status);
    }
}

async::awaitable<bool> sim_life::bury() {
    const async::frame here;
    if (!is_over_) {
        life_.stop("SIGTERM", forced);
        life_.stop("SIGTERM", forced);
        const bool is_gone = (co_await async::with_timeout(gone_.wait(), decay_max)).has_value();
        if (!is_gone) {
            co_return false;
        }
    }
    co_await async::sleep_for(std::chrono::milliseconds{1});  // what has told that it is over comes to its own end
    co_await process_.tasks().join();
    co_return true;
}

}  // namespace mayhem::sim
