#include "sim/world/sim_host.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "sim/world/next_of.hpp"
#include "sim/world/rethrow.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;

// From one to the next, in a run in which they are rare.
constexpr std::chrono::nanoseconds between_kills = 4h;
constexpr std::chrono::nanoseconds power_cuts = 8h;
constexpr std::chrono::nanoseconds failing_disks = 3h;
constexpr std::chrono::nanoseconds full_disks = 6h;
constexpr std::chrono::nanoseconds clock_jumps = 6h;

/// There are some sixty calls of the disk in a message's life, and in a start as many: with more of them most
/// lives would come to nothing at their start.
constexpr double one_call = 0.03;
constexpr double one_sync = 0.2;  // there are three

/// Writes that fail in a row, at most: some transactions with their repetitions.
constexpr std::uint64_t failing_writes_max = 6;

std::uint64_t up_to(double u, std::uint64_t bound) {
    return static_cast<std::uint64_t>(u * static_cast<double>(bound));
}

}  // namespace

sim_host::sim_host(sim_estate& e, trace& t)
    : estate_(e),
      scene_(e.world),
      trace_(t),
      befalling_(scene_.loop, "fate", &rethrow),
      burying_(scene_.loop, "graves", &rethrow),
      supervising_(scene_.loop, "supervisor", &rethrow) {}

sim_host::~sim_host() = default;

void sim_host::start() {
    supervising_.spawn("supervisor", supervise());
    befalling_.spawn("kills", kill_now_and_then());
    befalling_.spawn("power", cut_power_now_and_then());
    befalling_.spawn("disk_calls", fail_disk_now_and_then());
    befalling_.spawn("disk", fill_disk_now_and_then());
    befalling_.spawn("clock", set_clock_now_and_then());
}

async::awaitable<void> sim_host::supervise() {
    const async::frame here;
    core::random_source& pauses = scene_.dice.stream("restarts");
    while (!is_over_) {
        life_ = std::make_unique<sim_life>(estate_, ++lives_);
        life_->process().disk().inject([this](const disk_call& c) { return decide(c); });
        life_->process().after_call = [this] {
            if (calls_left_ > 0 && --calls_left_ == 0) {
                trace_.strike_after(steps_after_, std::exchange(blow_, nullptr));
            }
        };
        life_->start();
        if (std::exchange(is_next_hurt_, false)) {
            const std::uint64_t steps = pauses.below(120);
            trace_.strike_after(steps, [this] { kill(life_end::killed); });
        }
        co_await life_->ended().wait();
        kills_ += life_->was_killed() ? 1 : 0;
        trace_.forget_strike();
        calls_left_ = 0;
        burying_.spawn("grave", bury(std::move(life_)));
        const double u = pauses.uniform();
        const std::chrono::nanoseconds pause = scene_.dice.is_quiet() ? 100ms : spread(u, 10ms, 5min);
        if (!is_over_) {
            co_await async::sleep_for(pause);
        }
    }
}

async::awaitable<void> sim_host::bury(std::unique_ptr<sim_life> dead) {
    const async::frame here;
    std::unique_ptr<sim_life> mine = std::move(dead);
    const bool is_gone = co_await mine->bury();
    if (!is_gone) {
        is_stuck_ = true;
        (void)mine.release();  // its coroutines still use it
    }
}

void sim_host::kill(life_end how) {
    if (life() != nullptr) {
        life_->kill(how);
    }
}

void sim_host::kill_last() {
    befalling_.cancel();
    kill(life_end::killed);
}

async::awaitable<void> sim_host::kill_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome how = co_await next_of(scene_, fault::kill, between_kills);
        const bool waits = scene_.ambush.waits(fault::kill, how, [this, how](const std::string& /*target*/) {
            is_next_hurt_ = how.severity > 0.8;
            kill(life_end::killed);
        });
        if (waits || !how || life() == nullptr) {
            continue;
        }
        is_next_hurt_ = how.severity > 0.8;
        if (how.choice < 0.2) {
            life_->process().disk().die_at(life_->process().disk().calls() + 1 + up_to(how.severity, 60));
        } else {
            strike(how, [this] { kill(life_end::killed); });
        }
    }
}

void sim_host::strike(const dice::outcome& how, std::function<void()> blow) {
    if (how.choice < 0.7) {
        blow_ = std::move(blow);
        calls_left_ = 1 + up_to(how.severity, 24);
        steps_after_ = up_to(how.choice / 0.7, 4);
    } else {
        trace_.strike_after(up_to(how.severity, 300), std::move(blow));
    }
}

async::awaitable<void> sim_host::cut_power_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome now = co_await next_of(scene_, fault::power_cut, power_cuts);
        if (now && life() != nullptr) {
            scene_.disk.power_cut();
            kill(life_end::power_cut);
        }
    }
}

async::awaitable<void> sim_host::fail_disk_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome how = co_await next_of(scene_, fault::failing_disk, failing_disks);
        const auto fail = [this, how](const std::string& /*target*/) {
            writes_to_fail_ = 1 + up_to(how.severity, failing_writes_max);
            do_syncs_alone_fail_ = how.choice < 0.5;
        };
        if (!scene_.ambush.waits(fault::failing_disk, how, fail) && how) {
            fail({});
        }
    }
}

async::awaitable<void> sim_host::fill_disk_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome how = co_await next_of(scene_, fault::full_disk, full_disks);
        if (how) {
            const standing_trouble stands(scene_.log, trouble_kind::store, std::nullopt, "the disk is full");
            scene_.disk.limit(0);
            if (life() != nullptr && life_->process().messages().has_any()) {
                scene_.rare.note(rare_state::full_while_recording);
            }
            const std::chrono::nanoseconds lasts = spread(how.severity, 100ms, 20min);
            try {
                co_await async::sleep_for(lasts);
            } catch (...) {
                scene_.disk.limit(disk::unlimited);
                throw;
            }
            scene_.disk.limit(disk::unlimited);
        }
    }
}

async::awaitable<void> sim_host::set_clock_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome how = co_await next_of(scene_, fault::clock_jump, clock_jumps);
        const auto set = [this, how](std::chrono::nanoseconds least) {
            const auto by = std::chrono::duration_cast<std::chrono::microseconds>(spread(how.severity, least, 3h));
            const core::wall_time before = scene_.clock.wall_now();
            scene_.clock.jump_wall(how.choice < 0.5 ? by : -by);
            if (how.choice >= 0.5) {
                scene_.rare.note(rare_state::clock_set_back);
            }
            scene_.log.tell(clock_set{.from = before});
            scene_.jumps.note();
        };
        const bool waits =
            scene_.ambush.waits(fault::clock_jump, how, [set](const std::string& /*target*/) { set(1min); });
        if (!waits && how) {
            set(100ms);
        }
    }
}

/// Not the sync of a folder, whose failure SQLite does not look at: then a log may go with the power, and nobody is
/// told.
disk_fault sim_host::decide(const disk_call& c) {
    const bool is_sync = c.operation == disk_operation::sync;
    const dice::outcome o = scene_.dice.roll_seldom(fault::store_error, is_sync ? one_sync : one_call);
    const bool is_write = is_sync || (c.operation == disk_operation::write && !do_syncs_alone_fail_);
    const bool is_in_a_row = is_write && writes_to_fail_ > 0 && !scene_.dice.is_quiet();
    if ((!o && !is_in_a_row) || c.operation == disk_operation::sync_folder) {
        return disk_fault::none;
    }
    writes_to_fail_ -= is_in_a_row ? 1 : 0;
    if (is_sync) {
        scene_.ambush.spring(weak_moment::sync_failed, 3s);
    }
    const standing_trouble stands(scene_.log, trouble_kind::store, std::nullopt, "a call of the disk fails");
    if (is_in_a_row) {
        return disk_fault::io_error;  // without dropping pages, of which the next life would not know
    }
    return o.choice < 0.6 ? disk_fault::io_error : o.choice < 0.8 ? disk_fault::pages_dropped : disk_fault::cut_short;
}

async::awaitable<void> sim_host::shut_down() {
    const async::frame here;
    is_over_ = true;
    if (life() != nullptr) {
        life_->stop();
    }
    co_await supervising_.join();
    co_await burying_.join();
    befalling_.cancel();
    co_await befalling_.join();
}

}  // namespace mayhem::sim
