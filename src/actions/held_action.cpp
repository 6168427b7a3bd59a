#include "actions/held_action.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <system_error>

#include <fmt/format.h>

#include "actions/holder/holder_name.hpp"
#include "drivers/proc/process_table.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "system/command.hpp"
#include "system/pidfd.hpp"
#include "system/process_exit.hpp"

namespace mayhem::actions {

namespace {

using effect = ports::action::beginning::effect;

constexpr std::string_view alone = "alone";
constexpr std::string_view its_network = "its network";
constexpr std::chrono::seconds holder_answers_within{12};

/// Ours, and of a former life, if it goes by a holder's name.
bool is_called_so(const drivers::process_info& p, const std::vector<std::string>& call) {
    std::string words;
    for (const std::string& word : call) {
        words += ' ' + word;
    }
    return p.name == holder_name && p.command_line.ends_with(words);
}

}  // namespace

ports::undo_note held_action::note_of(std::string_view action, std::string subject,
                                      const drivers::process_incarnation& first, std::string control_group,
                                      std::string name) {
    return {.action = std::string(action),
            .subject = std::move(subject),
            .life = first.to_string(),
            .where = control_group.empty() ? std::string(alone) : std::move(control_group),
            .name = std::move(name)};
}

ports::undo_note held_action::note_on_network(std::string_view action, std::string subject,
                                              const drivers::process_incarnation& first, std::string name) {
    return note_of(action, std::move(subject), first, std::string(its_network), std::move(name));
}

bool held_action::is_on_network(const ports::undo_note& n) { return n.where == its_network; }

hold_order held_action::order_on(const ports::undo_note& n, std::chrono::nanoseconds length) {
    return {.first = drivers::process_incarnation::parse(n.life).value_or(drivers::process_incarnation{}),
            .control_group = n.where == alone || is_on_network(n) ? std::string() : n.where,
            .is_inside = is_on_network(n),
            .length = std::chrono::ceil<std::chrono::microseconds>(length)};
}

std::string held_action::mark_of(const ports::undo_note& n) {
    std::uint32_t hash = 2'166'136'261;  // FNV-1a of 32 bits: the next version of Mayhem must find the same
    for (const char c : n.action + ' ' + n.subject + ' ' + n.life) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
    }
    return fmt::format("{}{:08x}", holder_mark, hash);
}

std::vector<std::string> held_action::call_for(const ports::undo_note& n) const {
    std::vector<std::string> words{std::string(holder_command), std::string(words_.name)};
    if (is_on_network(n)) {
        words.emplace_back(holder_inside);
    }
    if (is_marked()) {
        words.push_back(mark_of(n));
    }
    return words;
}

bool held_action::is_holder_for(pid_t pid, const ports::undo_note& n) const {
    const std::optional<drivers::process_info> p = drivers::process_table().read(pid);
    return p && (is_called_so(*p, call_for(n)) ||
                 is_called_so(*p, {std::string(holder_command), std::string(holder_served)}));
}

pid_t held_action::find_marked(const ports::undo_note& n) const {
    const drivers::process_table table;
    const auto found = table.scan([](const drivers::process_info& p) { return p.name == holder_name; });
    const auto ours =
        std::ranges::find_if(found, [call = call_for(n)](const auto& p) { return is_called_so(p, call); });
    return ours == found.end() ? 0 : ours->pid;
}

/// A holder that waits for its order does nothing, and one that is destroyed undoes it.
async::awaitable<ports::action::beginning> held_action::begin(ports::undo_note n, core::span_terms terms,
                                                              const ports::go_ahead& may_act) {
    const async::frame here;
    beginning b;
    std::unique_ptr<held_fault> fault;
    try {
        fault = std::make_unique<held_fault>(holders_.start(call_for(n)));
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
        hold_word said = co_await async::shield(fault->hold(order_of(n, terms)), holder_answers_within);
        answer = std::move(said);
    } catch (const async::shield_expired& e) {
        answer.text = e.what();
    }
    if (answer.is != hold_word::kind::held) {
        b.came = answer.by ? effect::none : without_a_word();
        b.refused_by = answer.by;
        b.trouble = answer.text;
        co_return b;
    }
    b.came = effect::stands;
    b.seen = std::move(answer.text);
    standing_.insert_or_assign(n.subject, std::move(fault));
    co_return b;
}

std::optional<ports::action::early_end> held_action::ended_early(const ports::undo_note& n) {
    const auto found = standing_.find(n.subject);
    const std::optional<hold_word> word = found == standing_.end() ? std::nullopt : found->second->find_end();
    if (!word) {
        return std::nullopt;
    }
    if (word->ended_by == core::span_end::holder_gone) {
        return early_end{.how = word->ended_by, .why = "its holder was ended from outside"};
    }
    return early_end{.how = word->ended_by, .why = word->text};
}

core::seen_effect held_action::effect_of(const ports::undo_note& n) const {
    if (const auto found = standing_.find(n.subject); found != standing_.end()) {
        return found->second->effect();
    }
    return last_effect_.first == n.subject ? last_effect_.second : core::seen_effect{};
}

std::string held_action::how_to_end(const ports::undo_note& /*n*/) const {
    return "pkill -KILL -x " + std::string(holder_name);
}

async::awaitable<ports::action::ending> held_action::end(ports::undo_note n) {
    const async::frame here;
    const bool was_ours = standing_.contains(n.subject);
    if (was_ours) {
        const std::unique_ptr<held_fault> fault = std::move(standing_.extract(n.subject).mapped());
        co_await fault->end();
        last_effect_ = {n.subject, fault->effect()};
    }
    if (was_ours) {
        co_return ending::undone;
    }
    const std::optional<pid_t> keeper = find_keeper(n);
    if (!keeper) {
        co_return ending::gone;
    }
    if (*keeper == 0 || !is_holder_for(*keeper, n)) {
        co_return ending::not_standing;
    }
    const async::loop::external_work working(async::this_loop());
    const std::optional<system::pidfd> holder = system::pidfd::open(*keeper);
    try {
        if (!holder || find_keeper(n) != *keeper || !holder->send(SIGKILL)) {
            co_return ending::undone;  // it has ended meanwhile
        }
    } catch (const std::system_error& e) {
        throw core::undo_failed("cannot end its holder, pid " + std::to_string(*keeper) + ": " + e.code().message() +
                                "; kill that as root");
    }
    const auto ended = co_await async::with_timeout(system::process_exit(*holder), system::killed_within);
    if (!ended) {
        throw core::undo_failed("its holder, pid " + std::to_string(*keeper) + ", does not end");
    }
    co_return ending::undone;
}

}  // namespace mayhem::actions
