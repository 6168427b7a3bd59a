#include "sim/world/sim_fleet.hpp"

#include <algorithm>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "sim/world/rethrow.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;
using reach = ledger_place::reach;

// From one to the next, in a run in which they are rare.
constexpr std::chrono::nanoseconds absences = 4h;
constexpr std::chrono::nanoseconds losses = 6h;
constexpr std::chrono::nanoseconds fleet_halts = 3h;

constexpr std::chrono::minutes breakers_are_closed_every{20};

}  // namespace

sim_fleet::sim_fleet(terms t, chronicle& all)
    : clock(t.start),
      loop(clock),
      steps(t.root.stream("order"), t.in_order),
      dice(t.root, t.faults, t.pace),
      log(all, clock, "database"),
      group_(std::move(t.group)),
      befalling_(loop, "database", &rethrow),
      story(loop, "story", &rethrow) {
    loop.set_scheduler(&steps);
}

void sim_fleet::begin() {
    look_what_is_new(true);
    befalling_.spawn("crashes", be_away_now_and_then(fault::database_crash, reach::away));
    befalling_.spawn("silences", be_away_now_and_then(fault::database_silence, reach::silent));
    befalling_.spawn("losses", fall_back_now_and_then());
    befalling_.spawn("halts", halt_now_and_then());
    befalling_.spawn("breakers", close_breakers());
}

void sim_fleet::calm_down() {
    dice.be_quiet();
    state_ = reach::there;
    if (std::exchange(has_lost_, false)) {
        tables.accept_loss(group_, now());
    }
    (void)tables.resume({}, now());
    (void)tables.resume(group_, now());
    (void)tables.close_breaker(group_, now());
    look_what_is_new(true);
}

bool sim_fleet::has_claim_of(const std::string& host) const {
    return std::ranges::any_of(claimed_, [&](const core::uuid& m) {
        const auto found = tables.acts().find(m);
        return found != tables.acts().end() && found->second.host == host;
    });
}

async::awaitable<void> sim_fleet::end() {
    const async::frame here;
    befalling_.cancel();
    co_await befalling_.join();
}

async::awaitable<dice::outcome> sim_fleet::next(fault f, std::chrono::nanoseconds mean) {
    const async::frame here;
    const std::chrono::nanoseconds gap = dice.gap(f, mean);
    co_await async::sleep_for(gap);
    co_return dice.befall(f);
}

async::awaitable<void> sim_fleet::be_away_now_and_then(fault f, reach how) {
    const async::frame here;
    for (;;) {
        const dice::outcome comes = co_await next(f, absences);
        if (!comes || state_ != reach::there) {
            continue;
        }
        state_ = how;
        if (how == reach::away) {
            tables.crash();
        }
        const std::chrono::nanoseconds lasts = spread(comes.severity, 100ms, 5min);
        co_await async::sleep_for(lasts);
        state_ = reach::there;
    }
}

/// As whoever takes over from a server that did not wait for its standby.
async::awaitable<void> sim_fleet::fall_back_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome comes = co_await next(fault::database_loss, losses);
        if (!comes) {
            continue;
        }
        const fleet_tables standby = tables;
        const std::chrono::nanoseconds behind = spread(comes.severity, 10ms, 1min);
        co_await async::sleep_for(behind);
        if (dice.is_quiet() || standby.groups().at(group_).version == tables.groups().at(group_).version) {
            continue;
        }
        fall_back_to(standby);
        const std::chrono::nanoseconds unseen = spread(comes.choice, 1s, 10min);
        co_await async::sleep_for(unseen);
        if (std::exchange(has_lost_, false)) {
            tables.accept_loss(group_, now());
            look_what_is_new(true);
        }
    }
}

void sim_fleet::fall_back_to(const fleet_tables& standby) {
    tables = standby;
    tables.crash();
    told_ = tables.journal().size();
    has_lost_ = true;
    rare.note(rare_state::fleet_commits_lost);
    log.tell(fleet_did{.step = fleet_step::lost});
    tell_halts();
}

/// Which of them hold, where some may have been forgotten.
void sim_fleet::tell_halts() {
    const bool are_all = tables.is_halted({});
    log.tell(fleet_did{.step = are_all ? fleet_step::halted : fleet_step::resumed});
    const bool is_group = !are_all && tables.is_halted(group_);
    log.tell(fleet_did{.step = is_group ? fleet_step::halted : fleet_step::resumed, .group = group_});
}

/// Most likely when somebody is about to act. No host is told.
async::awaitable<void> sim_fleet::halt_now_and_then() {
    const async::frame here;
    for (;;) {
        const dice::outcome comes = co_await next(fault::fleet_halt, fleet_halts);
        if (!comes) {
            continue;
        }
        if (comes.choice < 0.7) {
            async::event& weak = comes.choice < 0.35 ? has_granted_ : has_claimed_;
            weak.clear();
            const bool has_come = (co_await async::with_timeout(weak.wait(), 1h)).has_value();
            (void)has_come;
            const std::chrono::nanoseconds after = spread(dice.stream("halts").uniform(), 1ms, 2s);
            co_await async::sleep_for(after);
        }
        if (dice.is_quiet()) {
            continue;
        }
        core::random_source& ids = dice.stream("halts");
        const std::string whom = comes.severity < 0.5 ? std::string() : group_;
        (void)tables.halt(core::uuid::random(ids), whom, "somebody", now());
        if (!claimed_.empty()) {
            rare.note(rare_state::fleet_halted_after_claim);
        }
        look_what_is_new(true);
        const std::chrono::nanoseconds lasts = spread(comes.severity, 1s, 30min);
        co_await async::sleep_for(lasts);
        (void)tables.resume(whom, now());
        look_what_is_new(true);
    }
}

async::awaitable<void> sim_fleet::close_breakers() {
    const async::frame here;
    for (;;) {
        co_await async::sleep_for(breakers_are_closed_every);
        (void)tables.close_breaker(group_, now());
        look_what_is_new(true);
    }
}

void sim_fleet::look_what_is_new(bool is_heard) {
    for (; told_ < tables.journal().size(); ++told_) {
        const fleet_tables::entry& e = tables.journal()[told_];
        note_rare(e, is_heard);
        tell(e);
    }
}

void sim_fleet::tell(const fleet_tables::entry& e) {
    const auto of_group = [&e] { return e.group.empty() ? std::nullopt : std::optional(e.group); };
    if (e.what == "grant" || e.what == "claim") {
        const fleet_tables::act& a = tables.acts().at(e.message);
        const bool is_claim = e.what == "claim";
        log.tell(fleet_did{.step = is_claim ? fleet_step::claimed : fleet_step::granted,
                           .group = e.group,
                           .message = e.message.to_string(),
                           .by = a.host,
                           .planned_at = is_claim ? std::nullopt : std::optional(a.planned_at)});
    } else if (e.what == "skip") {
        log.tell(fleet_did{.step = fleet_step::skipped,
                           .group = e.group,
                           .message = e.message.to_string(),
                           .planned_at = tables.groups().at(e.group).last});
    } else if (e.what == "halt" || e.what == "resume") {
        log.tell(fleet_did{.step = e.what == "halt" ? fleet_step::halted : fleet_step::resumed, .group = of_group()});
    }
}

void sim_fleet::note_rare(const fleet_tables::entry& e, bool is_heard) {
    if (e.what == "grant") {
        has_granted_.set();
    } else if (e.what == "claim") {
        claimed_.insert(e.message);
        has_claimed_.set();
        if (!is_heard) {
            rare.note(rare_state::fleet_claim_unheard);
        }
    } else if (e.what == "settle") {
        const fleet_tables::act& a = tables.acts().at(e.message);
        const bool was_claimed = claimed_.erase(e.message) > 0;
        if (was_claimed && !a.counts) {
            rare.note(rare_state::fleet_leave_unused);
        }
        if (was_claimed && a.life != tables.life_of(a.host)) {
            rare.note(rare_state::fleet_left_over);
        }
    } else if (e.what == "revoke") {
        rare.note(rare_state::fleet_grant_revoked);
    } else if (e.what == "lost") {
        claimed_.erase(e.message);
        rare.note(rare_state::fleet_host_vanished);
    } else if (e.what == "refused" && e.detail == "halted") {
        rare.note(rare_state::fleet_claim_halted);
    } else if (e.what == "skip") {
        if (e.detail == "too_few_healthy") {
            rare.note(rare_state::fleet_too_few);
        } else if (e.detail == "too_many_at_once") {
            rare.note(rare_state::fleet_too_many);
        } else if (e.detail == "breaker_open") {
            rare.note(rare_state::fleet_breaker);
        }
    }
}

}  // namespace mayhem::sim
