#include "actions/freeze.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <system_error>
#include <vector>

#include "actions/holder/holder_name.hpp"
#include "drivers/proc/process_table.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "system/pidfd.hpp"
#include "system/process_exit.hpp"

namespace mayhem::actions {

namespace {

using effect = ports::action::beginning::effect;

constexpr std::string_view alone = "alone";
constexpr std::chrono::seconds holder_answers_within{12};

hold_order order_of(const ports::undo_note& n, std::chrono::nanoseconds length) {
    hold_order o{.what = hold_order::kind::freeze,
                 .first = drivers::process_incarnation::parse(n.life).value_or(drivers::process_incarnation{}),
                 .length = std::chrono::ceil<std::chrono::microseconds>(length)};
    if (n.where != alone) {
        o.control_group = n.where;
    }
    return o;
}

/// Who traces the process of the note: nothing, if that life of it is over; 0: nobody.
std::optional<pid_t> find_tracer(const drivers::process_incarnation& first) {
    const drivers::process_table table;
    const std::optional<drivers::process_info> p = table.read(first.pid);
    return p && p->is_running() && table.incarnation_of(*p) == first ? std::optional(p->tracer) : std::nullopt;
}

/// Ours, and of a former life, if it goes by a holder's name.
bool is_holder(pid_t pid) {
    const std::optional<drivers::process_info> p = drivers::process_table().read(pid);
    return p && p->name == holder_name && p->command_line.ends_with(std::string(" ") + std::string(holder_command));
}

}  // namespace

ports::undo_note freeze::note_of(std::string subject, const drivers::process_incarnation& first,
                                 std::string control_group, std::string name) {
    return {.action = std::string(action_name),
            .subject = std::move(subject),
            .life = first.to_string(),
            .where = control_group.empty() ? std::string(alone) : std::move(control_group),
            .name = std::move(name)};
}

/// A holder that waits for its order does nothing, and one that is destroyed undoes it.
async::awaitable<ports::action::beginning> freeze::begin(ports::undo_note n, std::chrono::nanoseconds length,
                                                         const ports::go_ahead& may_act) {
    const async::frame here;
    beginning b;
    std::unique_ptr<held_fault> fault;
    try {
        fault = std::make_unique<held_fault>(program_);
        co_await fault->ready();
    } catch (const system::command_not_started& e) {
        b.trouble = e.what();
    }
    if (!b.trouble.empty()) {
        co_return b;
    }
    async::throw_if_cancelled();
    b.refused_by = may_act.withdrawn_by();
    if (b.refused_by) {
        co_return b;
    }
    hold_word answer;
    try {
        hold_word said = co_await async::shield(fault->hold(order_of(n, length)), holder_answers_within);
        answer = std::move(said);
    } catch (const async::shield_expired& e) {
        answer.text = e.what();
    }
    if (answer.is != hold_word::kind::held) {
        b.refused_by = answer.by;
        b.trouble = answer.text;
        co_return b;
    }
    b.came = effect::stands;
    b.seen = std::move(answer.text);
    standing_.insert_or_assign(n.subject, std::move(fault));
    co_return b;
}

std::optional<ports::action::early_end> freeze::ended_early(const ports::undo_note& n) {
    const auto found = standing_.find(n.subject);
    const std::optional<hold_word> word = found == standing_.end() ? std::nullopt : found->second->next_word();
    if (!word) {
        return std::nullopt;
    }
    if (word->ended_by == core::span_end::holder_gone) {
        return early_end{.how = word->ended_by, .why = "its holder was ended from outside"};
    }
    return early_end{.how = word->ended_by, .why = word->text};
}

async::awaitable<ports::action::ending> freeze::end(ports::undo_note n) {
    const async::frame here;
    const bool was_ours = standing_.contains(n.subject);
    if (was_ours) {
        const std::unique_ptr<held_fault> fault = std::move(standing_.extract(n.subject).mapped());
        co_await fault->end();
    }
    const auto first = drivers::process_incarnation::parse(n.life);
    const std::optional<pid_t> tracer = first ? find_tracer(*first) : std::nullopt;
    if (!tracer) {
        co_return ending::gone;
    }
    if (*tracer == 0 || !is_holder(*tracer)) {
        co_return was_ours ? ending::undone : ending::not_standing;
    }
    const async::loop::external_work working(async::this_loop());
    const std::optional<system::pidfd> holder = system::pidfd::open(*tracer);
    try {
        if (!holder || find_tracer(*first) != *tracer || !holder->send(SIGKILL)) {
            co_return ending::undone;  // it has ended meanwhile
        }
    } catch (const std::system_error& e) {
        throw core::undo_failed("cannot end its holder, pid " + std::to_string(*tracer) + ": " + e.code().message() +
                                "; kill that as root");
    }
    const auto ended = co_await async::with_timeout(system::process_exit(*holder), system::killed_within);
    if (!ended) {
        throw core::undo_failed("its holder, pid " + std::to_string(*tracer) + ", does not end");
    }
    co_return ending::undone;
}

std::string freeze::how_to_see(const ports::undo_note& n) const {
    const std::string pid = n.life.substr(0, n.life.find(':'));
    return "grep -E '^(State|TracerPid)' /proc/" + pid + "/status";
}

}  // namespace mayhem::actions
