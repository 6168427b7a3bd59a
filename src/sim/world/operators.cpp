#include "sim/world/operators.hpp"

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "sim/world/next_of.hpp"
#include "sim/world/record_rows.hpp"
#include "sim/world/rethrow.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;
using config_state = sim_life::config_state;

// From one to the next, in a run in which they are rare.
constexpr std::chrono::nanoseconds halts = 4h;
constexpr std::chrono::nanoseconds reloads = 4h;
constexpr std::chrono::nanoseconds stops = 6h;
constexpr std::chrono::nanoseconds impatience = 2h;
constexpr std::chrono::nanoseconds drains = 12h;
constexpr std::chrono::nanoseconds restarts = 3h;
constexpr std::chrono::nanoseconds closings = 2h;
constexpr std::chrono::nanoseconds looks = 10min;

/// Who asks for a restart asks for one of every target, so often: all of them meet the limits at the same moment.
constexpr double all_at_once = 0.3;

/// Or for the same one twice.
constexpr double asked_twice = 0.3;

}  // namespace

operators::operators(sim_estate& e, sim_host& h)
    : estate_(e), scene_(e.world), host_(h), working_(e.world.loop, "operators", &rethrow) {}

void operators::start() {
    working_.spawn("halts", halt_now_and_then());
    working_.spawn("files", make_file_now_and_then());
    working_.spawn("config_halts", halt_by_config_now_and_then());
    working_.spawn("reloads", reload_now_and_then());
    working_.spawn("bad_reloads", break_config_now_and_then());
    working_.spawn("stops", stop_now_and_then());
    working_.spawn("impatience", lose_patience());
    working_.spawn("drains", drain_now_and_then());
    working_.spawn("restarts", ask_for_restarts());
    working_.spawn("breakers", close_breakers());
    working_.spawn("looks", look());
}

async::awaitable<void> operators::end() {
    const async::frame here;
    working_.cancel();
    co_await working_.join();
}

async::awaitable<void> operators::halt_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome how = co_await next_of(scene_, fault::halt, halts);
        const bool waits = scene_.ambush.waits(fault::halt, how, [this, how](const std::string& /*target*/) {
            if (front() != nullptr) {
                front()->halt();
                working_.spawn("resume", resume_after(how));
            }
        });
        if (waits || !how || front() == nullptr) {
            continue;
        }
        if (how.severity < 0.5) {
            front()->halt();
        } else {
            host_.strike(how, [this] {
                if (front() != nullptr) {
                    front()->halt();
                }
            });
        }
        co_await resume_after(how);
    }
}

/// As soon as somebody is there who answers; at times halted again meanwhile, and resumed once more, or forgotten.
async::awaitable<void> operators::resume_after(dice::outcome how) {
    const async::frame here;
    constexpr int changes_of_mind = 3;
    for (int i = 0; i < changes_of_mind; ++i) {
        const std::chrono::nanoseconds lasts = spread(how.severity, 1ms, 1h);
        co_await async::sleep_for(lasts);
        while (front() == nullptr) {
            co_await async::sleep_for(10s);
        }
        front()->resume();
        if (how.choice >= 0.5 || scene_.dice.is_quiet()) {
            co_return;
        }
        const std::chrono::nanoseconds soon = spread(how.choice * 2, 1us, 30s);
        co_await async::sleep_for(soon);
        if (front() != nullptr) {
            front()->halt();
        }
        if (how.choice < 0.1) {
            co_return;
        }
        how = scene_.dice.roll(fault::halt);
    }
    if (front() != nullptr) {
        front()->resume();
    }
}

sim_front* operators::front() {
    sim_life* const l = host_.life();
    return l == nullptr ? nullptr : l->front();
}

async::awaitable<void> operators::make_file_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome how = co_await next_of(scene_, fault::file_halt, halts);
        if (how) {
            estate_.files.make("the audit");
            const std::chrono::nanoseconds lasts = spread(how.severity, 1ms, 2h);
            co_await async::sleep_for(lasts);
            estate_.files.remove();
        }
    }
}

void operators::reload() {
    if (sim_life* const l = host_.life()) {
        l->reload();
    }
}

void operators::stop() {
    if (sim_life* const l = host_.life()) {
        l->stop();
    }
}

async::awaitable<void> operators::halt_by_config_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome how = co_await next_of(scene_, fault::config_halt, halts);
        if (how) {
            estate_.configs.is_halted = true;
            reload();
            const std::chrono::nanoseconds lasts = spread(how.severity, 100ms, 2h);
            co_await async::sleep_for(lasts);
            estate_.configs.is_halted = false;
            reload();
        }
    }
}

async::awaitable<void> operators::reload_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome how = co_await next_of(scene_, fault::reload, reloads);
        const auto edit = [this, how](const std::string& /*target*/) {
            if (how.choice < 0.6) {
                estate_.configs.change();
            }
            reload();
            if (how.severity < 0.2) {
                reload();
            }
        };
        if (!scene_.ambush.waits(fault::reload, how, edit) && how) {
            edit({});
        }
    }
}

async::awaitable<void> operators::break_config_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome how = co_await next_of(scene_, fault::bad_reload, reloads);
        sim_life* const l = host_.life();
        if (how && l != nullptr) {
            const std::uint64_t which = host_.lives();
            l->set_config(how.choice < 0.2 ? config_state::unreadable : config_state::mistaken);
            l->reload();
            co_await async::sleep_for(2min);
            if (host_.is_still(which)) {
                host_.life()->set_config(config_state::whole);
            }
        }
    }
}

async::awaitable<void> operators::stop_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome now = co_await next_of(scene_, fault::stop, stops);
        const bool waits = scene_.ambush.waits(fault::stop, now, [this](const std::string& /*target*/) { stop(); });
        const dice::outcome again = scene_.dice.befall(fault::second_stop);
        sim_life* const l = host_.life();
        if (waits || !now || l == nullptr) {
            continue;
        }
        const std::uint64_t which = host_.lives();
        l->stop();
        if (again && again.choice < 0.5) {
            const std::chrono::nanoseconds soon = spread(again.severity, 1us, 15s);
            co_await async::sleep_for(soon);
            if (host_.is_still(which)) {
                host_.life()->stop();
            }
        }
    }
}

async::awaitable<void> operators::lose_patience() {
    const async::frame here;
    for (;;) {
        const dice::outcome how = co_await next_of(scene_, fault::impatience, impatience);
        const bool waits =
            scene_.ambush.waits(fault::impatience, how, [this](const std::string& /*target*/) { stop(); });
        (void)waits;  // without a reason there is no impatience
    }
}

async::awaitable<void> operators::drain_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome now = co_await next_of(scene_, fault::drain, drains);
        if (now && front() != nullptr) {
            front()->drain();
        }
    }
}

async::awaitable<void> operators::ask_for_restarts() {
    const async::frame here;
    const std::vector<config_maker::herd_member>& members = estate_.configs.members();
    for (;;) {
        const dice::outcome whom = co_await next_of(scene_, fault::asked_restart, restarts);
        const bool waits = scene_.ambush.waits(
            fault::asked_restart, whom, [this, whom](const std::string& target) { ask_for_restart(whom, target); });
        if (!waits && whom) {
            ask_for_restart(
                whom, members[static_cast<std::size_t>(whom.severity * static_cast<double>(members.size()))].name);
        }
    }
}

void operators::ask_for_restart(const dice::outcome& whom, const std::string& target) {
    if (front() == nullptr) {
        return;
    }
    const bool is_for_all = whom.choice < all_at_once;
    const bool is_twice = !is_for_all && whom.choice < all_at_once + asked_twice;
    front()->restart(target);
    if (is_twice) {
        front()->restart(target);
    }
    for (const config_maker::herd_member& m : estate_.configs.members()) {
        if (is_for_all && m.name != target) {
            front()->restart(m.name);
        }
    }
}

async::awaitable<void> operators::close_breakers() {
    const async::frame here;
    for (;;) {
        const dice::outcome now = co_await next_of(scene_, fault::closed_breaker, closings);
        if (!now && !scene_.dice.is_quiet()) {
            continue;
        }
        const std::set<std::string> open = estate_.origins.open_breakers();
        for (const std::string& group : open) {
            close_breaker(group);
        }
    }
}

/// As the command does, which writes into the database beside the daemon.
void operators::close_breaker(const std::string& group) {
    const std::uint64_t wish = scene_.log.next_id();
    scene_.log.tell(
        asked{.wish = wish, .what = wish_kind::close_breaker, .door = door::database, .group = group, .target = {}});
    record_rows rows(scene_, sim_life::store_path);
    const bool is_closed = rows.close_breaker(group);
    if (is_closed) {
        estate_.origins.note_closed(group);
        scene_.rare.note(rare_state::breaker_closed);
    }
    scene_.log.tell(answered{.wish = wish, .answer = is_closed ? answer::ok : answer::failed, .error = {}});
}

async::awaitable<void> operators::look() {
    const async::frame here;
    core::random_source& random = scene_.dice.stream("looks");
    for (;;) {
        const std::chrono::nanoseconds gap = random.exponential(looks * slowness(scene_.dice.speed()));
        co_await async::sleep_for(gap);
        look_once();
    }
}

void operators::look_once() {
    if (front() != nullptr) {
        front()->ask_status();
    }
}

}  // namespace mayhem::sim
