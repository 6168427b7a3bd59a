#include "drivers/docker/docker_pause.hpp"

#include <optional>
#include <string>
#include <utility>

#include "drivers/docker/docker_engine.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::drivers {

namespace {

using effect = ports::action::beginning::effect;

effect what_came_of(const engine_error& e) {
    if (!e.may_have_acted()) {
        return effect::none;
    }
    return e.is_answer() ? effect::failed : effect::unanswered;
}

}  // namespace

ports::undo_note docker_pause::note_of(const container& c, std::string socket) {
    return {.action = "pause",
            .subject = c.id,
            .life = c.started_at,
            .where = std::move(socket),
            .name = "container " + c.name};
}

async::awaitable<ports::action::beginning> docker_pause::begin(ports::undo_note n, core::span_terms /*terms*/,
                                                               const ports::go_ahead& may_act) {
    const async::frame here;
    const docker_engine engine(n.where, timeout_);
    beginning b;
    b.refused_by = may_act.withdrawn_by();
    if (b.refused_by) {
        co_return b;
    }
    try {
        const bool is_paused = co_await async::shield(engine.pause(n.subject), timeout_);
        b.came = is_paused ? effect::stands : effect::none;
        b.refused_by = is_paused ? std::nullopt : std::optional(core::guard::already_restarted);
    } catch (const engine_error& e) {
        b.came = what_came_of(e);
        b.trouble =
            b.came == effect::none ? e.what() : std::string("the engine was asked to pause it, and then: ") + e.what();
    } catch (const std::exception& e) {  // cut: the engine may do it yet
        b.came = effect::unanswered;
        b.trouble = std::string("the engine was asked to pause it, and then: ") + e.what();
    }
    co_return b;
}

std::string docker_pause::how_to_see(const ports::undo_note& n) const {
    return "curl --unix-socket " + n.where + " http://engine/containers/" + n.subject + "/json";
}

std::string docker_pause::how_to_end(const ports::undo_note& n) const {
    return "curl -X POST --unix-socket " + n.where + " http://engine/containers/" + n.subject + "/unpause";
}

async::awaitable<ports::action::ending> docker_pause::end(ports::undo_note n) {
    const async::frame here;
    const docker_engine engine(n.where, timeout_);
    try {
        const std::optional<container> found = co_await engine.inspect(n.subject);
        if (!found || found->started_at != n.life) {
            co_return ending::gone;
        }
        if (!found->is_paused) {
            co_return ending::not_standing;
        }
        const bool is_resumed = co_await engine.unpause(n.subject);
        co_return is_resumed ? ending::undone : ending::gone;
    } catch (const engine_error& e) {
        throw core::undo_failed(e.what());
    }
}

}  // namespace mayhem::drivers
