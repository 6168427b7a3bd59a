#include "sim/world/sim_hold.hpp"

#include <exception>
#include <optional>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;
using effect = ports::action::beginning::effect;
using stage = message_progress::stage;

constexpr std::chrono::nanoseconds usual = 60ms;

}  // namespace

async::awaitable<ports::action::beginning> sim_hold::begin(ports::undo_note n, core::span_terms terms,
                                                           const ports::go_ahead& may_act) {
    const async::frame here;
    co_await process_.take_time(fault::slow_act, usual, 10s, trouble_kind::engine, n.where);
    beginning b;
    const dice::outcome fails = scene_.dice.roll(fault::failed_act);
    if (fails || !process_.is_alive()) {
        b.trouble = "no holder can be started";
        co_return b;
    }
    async::throw_if_cancelled();
    b.refused_by = may_act.withdrawn_by();
    if (b.refused_by) {
        co_return b;
    }
    const std::uint64_t id = scene_.log.next_id();
    scene_.log.tell(act{.id = id,
                        .group = n.where,
                        .target = n.subject,
                        .incarnation = n.life,
                        .message = process_.messages().whose(n.where, n.subject, n.life),
                        .reach = {},
                        .action = std::string(words_.name)});
    process_.messages().reach(n.subject, n.life, stage::acting);
    const dice::outcome idle = scene_.dice.roll(fault::idle_target);
    herd_.pause({.name = n.subject,
                 .number = herd::number_of(n.life),
                 .act = id,
                 .group = n.where,
                 .has_no_effect = idle.comes_about},
                terms.length);
    process_.messages().reach(n.subject, n.life, stage::acted);
    process_.note_call();
    if (!herd_.of(n.subject).is_paused || !process_.is_alive()) {
        (void)herd_.resume(n.subject);
        b.refused_by = core::guard::already_restarted;
        co_return b;
    }
    const dice::outcome dies = scene_.dice.roll(fault::holder_dies);
    const std::chrono::nanoseconds until = dies ? spread(dies.severity, 10ms, terms.length) : terms.length;
    held_->by_name[n.subject] = id;
    held_->stuck.erase(n.subject);
    constexpr double often_enough = 0.3;  // few things that last must be put back
    const dice::outcome stuck = scene_.dice.roll(fault::stuck_hold, often_enough);
    if (stuck && is_put_back_) {
        held_->stuck[n.subject].lasts = spread(stuck.severity, 3s, 2min);
    }
    held_->idle.erase(n.subject);
    if (idle) {
        held_->idle.insert(n.subject);
    }
    process_.tasks().spawn("holder", hold(held_, process_, herd_, n.subject, id, until, dies.comes_about));
    b.came = effect::stands;
    b.seen = effect_of(n).text;
    co_return b;
}

/// Its death is the undoing, however it comes about, unless that is its own work, which who is killed does not do.
async::awaitable<void> sim_hold::hold(std::shared_ptr<held> all, process& p, herd& h, std::string name,
                                      std::uint64_t fault, std::chrono::nanoseconds length, bool is_killed_then) {
    const async::frame here;
    try {
        co_await p.spend(length);
    } catch (const std::exception&) {  // the daemon ends, and with it whom it has started
    }
    const auto found = all->by_name.find(name);
    if (found == all->by_name.end() || found->second != fault) {
        co_return;  // it was let go
    }
    all->by_name.erase(found);
    if (is_killed_then && p.is_alive()) {
        all->killed.insert(fault);
    }
    if ((is_killed_then && all->outlives_its_holder) || all->stuck.contains(name)) {
        co_return;  // killed with the daemon, or before; or it cannot
    }
    (void)h.resume(name, is_killed_then && p.is_alive() ? fault_end::holder_killed : fault_end::undone);
}

std::optional<ports::action::early_end> sim_hold::ended_early(const ports::undo_note& n) {
    const herd::life& now = herd_.of(n.subject);
    if (held_->by_name.contains(n.subject)) {
        const bool lives = now.number == herd::number_of(n.life) && now.is_paused;
        return lives ? std::nullopt : std::optional(early_end{core::span_end::target_ended, "its process has ended"});
    }
    if (!held_->killed.empty()) {
        scene_.rare.note(rare_state::holder_was_killed);
    }
    return held_->killed.empty()
               ? std::nullopt
               : std::optional(early_end{core::span_end::holder_gone, "its holder was ended from outside"});
}

/// Who was killed has not told all.
core::seen_effect sim_hold::effect_of(const ports::undo_note& n) const {
    return held_->idle.contains(n.subject) ? core::seen_effect{.text = "no packet", .is_none = true}
                                           : core::seen_effect{.text = "3 tasks"};
}

void sim_hold::throw_if_stuck(const ports::undo_note& n) {
    const auto found = held_->stuck.find(n.subject);
    if (found == held_->stuck.end() || !herd_.of(n.subject).is_paused) {
        return;
    }
    const async::clock::time_point now = async::this_loop().now();
    if (!found->second.until) {
        found->second.until = now + found->second.lasts;
        found->second.stands =
            std::make_shared<standing_trouble>(scene_.log, trouble_kind::undo, n.where, "a limit is not put back");
    }
    if (now < *found->second.until) {
        throw core::undo_failed("systemd does not put it back");
    }
    held_->stuck.erase(found);
}

async::awaitable<ports::action::ending> sim_hold::end(ports::undo_note n) {
    const async::frame here;
    co_await process_.spend(usual / 10);
    if (!process_.is_alive()) {
        throw core::undo_failed("nobody is there any more");
    }
    throw_if_stuck(n);
    if (is_put_back_ && scene_.dice.roll(fault::failed_act)) {
        const standing_trouble stands(scene_.log, trouble_kind::engine, n.where, "a limit cannot be put back");
        throw core::undo_failed("systemd is away");
    }
    const bool was_held = held_->by_name.erase(n.subject) > 0;
    const bool was_killed = !held_->killed.empty();
    const herd::life& now = herd_.of(n.subject);
    const bool is_that_life = now.number == herd::number_of(n.life) && now.state != target_state::down;
    held_->killed.clear();
    if (was_killed) {
        held_->idle.erase(n.subject);
    }
    ending e = is_that_life ? ending::not_standing : ending::gone;
    const bool is_to_end = was_held || (is_put_back_ && is_that_life);
    if (is_to_end && herd_.resume(n.subject, was_killed ? fault_end::holder_killed : fault_end::undone)) {
        e = ending::undone;
    }
    process_.note_call();
    co_return e;
}

}  // namespace mayhem::sim
