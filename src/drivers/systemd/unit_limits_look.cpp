#include "drivers/systemd/unit_limits_look.hpp"

#include <utility>

#include "actions/throttle.hpp"
#include "actions/units/unit_numbers.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::drivers {

namespace {

actions::limited_unit read(sd_bus_message* properties) {
    try {
        return actions::read_limits(properties);
    } catch (const actions::strange_answer& e) {
        throw systemd_bus_error("", e.what());
    }
}

}  // namespace

async::awaitable<ports::held_target> hold_limits(systemd_bus& bus, unit_to_limit of, core::unit_limits wanted) {
    const async::frame here;
    const bus_message reply = co_await bus.call(bus.make_properties_call(of.unit));
    const actions::limited_unit is = read(reply.get());
    const bool is_that_life = of.invocation.empty() || is.invocation == of.invocation;
    if (!is_that_life || is.invocation.empty() || is.active_state != "active") {
        co_return ports::held_target{.refusal = {core::guard::already_restarted}};
    }
    core::throttle_plan plan = core::plan_throttle(wanted, is.state);
    if (plan.why_not) {
        const core::guard by = plan.is_too_hard ? core::guard::protected_target : core::guard::no_effect_possible;
        co_return ports::held_target{.refusal = {by, *std::move(plan.why_not)}};
    }
    co_return ports::held_target{.note = actions::throttle::note_of(std::move(of.unit), of.first, is.invocation,
                                                                    std::move(plan.numbers), std::move(of.name))};
}

}  // namespace mayhem::drivers
