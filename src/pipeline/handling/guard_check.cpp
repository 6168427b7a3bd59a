#include "pipeline/handling/guard_check.hpp"

#include <string>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::pipeline {

namespace {

constexpr std::chrono::seconds store_retry{2};

core::wall_time wall_now() noexcept { return async::this_loop().clock().wall_now(); }

}  // namespace

std::optional<core::guard> guard_check::pass_at_once(const ports::delivery& d, const group* g,
                                                     acted_incarnations::key k) const {
    const core::guard_facts facts = look_.at_once(*d.message, g, k);
    const std::optional<core::guard> refused_by = core::refuse(facts);
    if (refused_by) {
        to_.requests.note_refusal(*d.message, *refused_by, facts);
    }
    return refused_by;
}

async::awaitable<std::optional<core::guard>> guard_check::pass(const ports::delivery& d, group& g,
                                                               acted_incarnations::key k, place& taken) {
    const async::frame here;
    for (;;) {
        std::string trouble;
        try {
            co_return co_await try_to_pass(d, g, k, taken);
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
        taken = {};
        if (wall_now() >= d.message->expires_at) {
            co_return core::guard::expired;
        }
        to_.observer.warn(trouble + "; " + core::to_string(*d.message) +
                          " is not acted on without the record, retrying in 2 s");
        co_await async::sleep_for(store_retry);
    }
}

async::awaitable<std::optional<core::guard>> guard_check::try_to_pass(const ports::delivery& d, group& g,
                                                                      acted_incarnations::key k, place& taken) {
    const async::frame here;
    const core::message& m = *d.message;
    if (g.state.breaker()) {
        const ports::restarts_so_far so_far = co_await to_.limits.restarts(query_for(m, g, wall_now()));
        note_breaker(g, so_far.breaker);
    }
    const own_acts::moment since = to_.acted.acts().now();
    core::guard_facts facts = co_await look_.ask(m, g, k);
    if (g.state.breaker()) {
        facts.breaker = g.state.breaker()->reason;
    }
    std::optional<core::guard> refused_by = core::refuse(facts);
    if (refused_by) {
        to_.requests.note_refusal(m, *refused_by, facts);
        if (refused_by == core::guard::breaker_open) {
            to_.observer.warn("group '" + g.settings.name + "': the breaker is open since " + *facts.breaker + "; " +
                              core::how_to_close(g.settings.name));
        } else if (refused_by == core::guard::unsteady) {
            to_.observer.warn("group '" + g.settings.name + "' is unsteady: " + *facts.unsteady);
        } else if (refused_by == core::guard::out_of_reach) {
            to_.observer.warn(m.target.name + " in group '" + g.settings.name +
                              "' is left alone: " + *facts.out_of_reach);
            taken.reach = facts.reach;
        }
        co_return refused_by;
    }
    taken.reach = facts.reach;
    taken.beside = {.stood = facts.beside, .since = since};
    taken.act = group_state::act(g.state, m, taken.reach);
    if (g.settings.is_shared || wants_record(g.settings.limits)) {
        const ports::restarts_query query = query_for(m, g, facts.now);
        refused_by = co_await to_.limits.claim(m, d.attempt, query, g.settings.limits, taken.reach.get());
        if (g.settings.limits.max_per_day > 0 || g.settings.limits.max_per_hour > 0) {
            taken.taken_in = query.windows;
        }
        if (!refused_by && g.state.breaker()) {
            refused_by = core::guard::breaker_open;
        }
        if (!refused_by && wall_now() >= m.expires_at) {
            refused_by = core::guard::expired;
        }
        if (refused_by) {
            to_.requests.note_refusal(m, *refused_by, facts);
        }
    }
    co_return refused_by;
}

void guard_check::note_breaker(group& g, const std::optional<core::breaker>& on_record) {
    if (g.state.note_breaker(on_record)) {
        to_.observer.warn("group '" + g.settings.name + "': the breaker was closed; restarts go on");
    }
}

void guard_check::judge(const core::message& m, group& g, core::outcome& o) {
    if (g.state.judge(o, m.target, g.settings.limits)) {
        to_.observer.observe(
            {.kind = ports::step_kind::breaker_opened, .message = m, .attempt = o.attempt, .detail = o.opens_breaker});
    }
}

}  // namespace mayhem::pipeline
