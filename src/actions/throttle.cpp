#include "actions/throttle.hpp"

#include <chrono>
#include <utility>

#include "actions/held_fault.hpp"
#include "actions/holder/holder_name.hpp"
#include "actions/holder/put_back.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/rules/unit_limits.hpp"
#include "system/run_command.hpp"

namespace mayhem::actions {

namespace {

constexpr std::chrono::seconds put_back_within{12};

ports::action::ending ending_of(put_back_result r) noexcept {
    switch (r) {
        case put_back_result::undone: return ports::action::ending::undone;
        case put_back_result::was_not_there: return ports::action::ending::not_standing;
        case put_back_result::taken_over: return ports::action::ending::taken_over;
        case put_back_result::gone: break;
    }
    return ports::action::ending::gone;
}

/// As `systemctl set-property` has what it was before: "CPUQuota=80%".
std::string as_setting(const core::changed_number& c) {
    const bool has_no_limit = c.before == core::unit_number::no_limit;
    if (c.name == core::unit_number::cpu) {
        constexpr std::uint64_t us_per_percent = 10'000;
        return has_no_limit ? "CPUQuota=" : "CPUQuota=" + std::to_string(c.before / us_per_percent) + '%';
    }
    const std::string number = has_no_limit ? "infinity" : std::to_string(c.before);
    return c.of.empty() ? c.name + '=' + number : "'" + c.name + '=' + c.of + ' ' + number + "'";
}

}  // namespace

ports::undo_note throttle::note_of(std::string unit, const drivers::process_incarnation& first, std::string invocation,
                                   std::vector<core::changed_number> numbers, std::string name) {
    return {.action = std::string(action_name),
            .subject = std::move(unit),
            .life = first.to_string(),
            .where = std::move(invocation),
            .name = std::move(name),
            .numbers = std::move(numbers)};
}

hold_order throttle::order_of(const ports::undo_note& n, const core::span_terms& terms) const {
    hold_order o = order_on(n, terms.length);
    o.control_group.clear();  // it is a life
    o.unit = held_unit{.name = n.subject, .invocation = n.where, .numbers = n.numbers};
    return o;
}

async::awaitable<ports::action::ending> throttle::end(ports::undo_note n) {
    const async::frame here;
    const ending let_go = co_await held_action::end(n);
    const ending put = co_await put_back(n);
    co_return put == ending::not_standing&& let_go == ending::undone ? ending::undone : put;
}

async::awaitable<ports::action::ending> throttle::put_back(ports::undo_note n) const {
    const async::frame here;
    std::string trouble;
    try {
        held_fault other(holders().start({std::string(holder_command), std::string(action_name)}));
        co_await other.ready();
        hold_order o = order_of(n, {.length = std::chrono::seconds{1}});
        o.unit->is_to_undo = true;
        const hold_word said = co_await async::shield(other.hold(std::move(o)), put_back_within);
        const auto result = parse_put_back_result(said.text);
        if (said.is == hold_word::kind::held && result) {
            co_return ending_of(*result);
        }
        trouble = said.text;
    } catch (const system::command_not_started& e) {
        trouble = e.what();
    } catch (const async::shield_expired& e) {
        trouble = e.what();
    }
    throw core::undo_failed("cannot put its limits back: " + trouble + "; see " + how_to_see(n));
}

std::string throttle::how_to_end(const ports::undo_note& n) const {
    std::string all = "systemctl set-property --runtime '" + n.subject + "'";
    for (const core::changed_number& c : n.numbers) {
        all += ' ' + as_setting(c);
    }
    return all;
}

std::string throttle::how_to_see(const ports::undo_note& n) const {
    std::string properties;
    for (const core::changed_number& c : n.numbers) {
        properties += " -p " + c.name;
    }
    return "systemctl show" + properties + " '" + n.subject + "'";
}

}  // namespace mayhem::actions
