#include "sim/world/sim_pause.hpp"

#include <optional>

#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;
using effect = ports::action::beginning::effect;
using stage = message_progress::stage;

constexpr std::chrono::nanoseconds usual = 20ms;

}  // namespace

async::awaitable<ports::action::beginning> sim_pause::begin(ports::undo_note n, core::span_terms terms,
                                                            const ports::go_ahead& may_act) {
    const async::frame here;
    beginning b;
    b.refused_by = may_act.withdrawn_by();
    if (b.refused_by || !process_.is_alive()) {
        b.trouble = "the engine is away";
        co_return b;
    }
    b = co_await ask_engine(std::move(n), terms.length);
    co_return b;
}

/// From here on something may have been done.
async::awaitable<ports::action::beginning> sim_pause::ask_engine(ports::undo_note n, std::chrono::nanoseconds length) {
    const async::frame here;
    const std::uint64_t id = scene_.log.next_id();
    const std::uint64_t number = herd::number_of(n.life);
    scene_.log.tell(act{.id = id,
                        .group = n.where,
                        .target = n.subject,
                        .incarnation = n.life,
                        .message = process_.messages().whose(n.where, n.subject, n.life),
                        .reach = {},
                        .action = "pause"});
    process_.messages().reach(n.subject, n.life, stage::acting);
    const dice::outcome doubtful = scene_.dice.roll(fault::doubtful_act);
    const dice::outcome failed = scene_.dice.roll(fault::failed_act);
    beginning b{.came = effect::stands};
    std::optional<standing_trouble> stands;
    if (doubtful || failed) {
        stands.emplace(scene_.log, trouble_kind::engine, n.where, "a pause without a true answer");
        b.came = doubtful ? effect::unanswered : effect::failed;
        b.trouble = "the engine does not say whether it is paused";
    }
    const bool comes = !doubtful && !failed ? true : (doubtful ? doubtful.choice >= 0.15 : failed.choice >= 0.5);
    if (doubtful && doubtful.choice >= 0.5) {
        const std::chrono::nanoseconds after = spread(doubtful.severity, 1s, 40s);
        herd_.pause_later({.name = n.subject, .number = number, .act = id, .group = n.where}, length, after);
    } else if (comes) {
        herd_.pause({.name = n.subject, .number = number, .act = id, .group = n.where}, length);
    }
    process_.messages().reach(n.subject, n.life, stage::acted);
    process_.note_call();
    try {
        co_await process_.take_time(fault::slow_act, usual, 10s, trouble_kind::engine, n.where);
    } catch (const std::exception& e) {  // cancelled: nobody knows what the answer would have been
        b.came = effect::unanswered;
        b.trouble = e.what();
    }
    co_return b;
}

async::awaitable<ports::action::ending> sim_pause::end(ports::undo_note n) {
    const async::frame here;
    co_await process_.spend(usual / 10);
    const dice::outcome fails = scene_.dice.roll(fault::failed_act);
    if (fails || !process_.is_alive()) {
        std::optional<standing_trouble> stands;
        if (process_.is_alive()) {
            stands.emplace(scene_.log, trouble_kind::engine, n.where, "a pause cannot be ended");
        }
        throw core::undo_failed("the engine is away");
    }
    const herd::life& now = herd_.of(n.subject);
    ending e = ending::not_standing;
    if (now.number != herd::number_of(n.life) || now.state == target_state::down) {
        e = ending::gone;
    } else if (herd_.resume(n.subject)) {
        e = ending::undone;
    }
    process_.note_call();
    co_return e;
}

}  // namespace mayhem::sim
