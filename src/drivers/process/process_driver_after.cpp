// What the process driver sees of a process that it has acted on: whether it has ended, and who came after it.
#include <algorithm>
#include <chrono>
#include <utility>

#include "drivers/contract/driver_promises.hpp"
#include "drivers/process/process_driver.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/core/text/add_to.hpp"
#include "mayhem/core/text/command_id.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::drivers {

namespace {

/// In either form, because `show_arguments` may have changed since.
bool is_called(const process_info& process, const std::string& id) {
    return process.command_line == id || core::command_id(process.command_line) == id;
}

}  // namespace

async::awaitable<std::optional<core::target>> process_driver::successor(const core::target& t) {
    return unseen_on_trouble(find_successor(t), t.name, tell_once_);
}

async::awaitable<std::optional<core::target>> process_driver::find_successor(const core::target& t) {
    const async::frame here;
    const process_incarnation victim = incarnation_of(t);
    const sight seen = co_await async::run_blocking(pool_, [this, &victim] {
        remains left = find_remains(table_, victim, settings_.signal, settings_.proc_root);
        return left.stands() ? sight{.left = std::move(left)}
                             : sight{.left = std::move(left), .newer = select(victim.start_ticks).eligible};
    });
    if (seen.left.stands()) {
        const process_info& p = *seen.left.process;
        const bool is_back = is_lasting(settings_.action) && p.tracer == 0 && incarnation_text(p) != t.incarnation;
        co_return is_back ? std::optional(to_target(p)) : std::nullopt;
    }
    victims_.note_end(victim, async::this_loop().turn_time());
    const process_info* next =
        choose_successor(victim, seen.newer, [&t](const process_info& p) { return is_called(p, t.id); });
    if (next == nullptr) {
        next = choose_successor(victim, seen.newer, [&](const process_info& p) { return kin_.is_kin(victim, p); });
    }
    if (next == nullptr) {
        co_return std::nullopt;
    }
    core::target found = to_target(*next);
    found.id = t.id;
    found.started_at = start_of(*next, table_.now_ticks());
    co_return found;
}

const process_info* process_driver::choose_successor(const process_incarnation& victim,
                                                     const std::vector<process_info>& newer,
                                                     const std::function<bool(const process_info&)>& may_be) {
    std::vector<process_incarnation> running;
    for (const process_info& process : newer) {
        if (may_be(process)) {
            running.push_back(table_.incarnation_of(process));
        }
    }
    const std::optional<process_incarnation> chosen = ledger_.successor(victim, std::move(running));
    const auto found = std::ranges::find_if(
        newer, [&](const process_info& process) { return chosen && table_.incarnation_of(process) == *chosen; });
    return found == newer.end() ? nullptr : &*found;
}

async::awaitable<ports::departure> process_driver::departure_of(core::target t) {
    std::string name = t.name;
    return unseen_on_trouble(find_departure(std::move(t)), settings_.bus_limit, "/proc", std::move(name), tell_once_);
}

async::awaitable<ports::departure> process_driver::find_departure(core::target t) const {
    const async::frame here;
    const process_incarnation victim = incarnation_of(t);
    const remains left = co_await async::run_blocking(
        pool_, [this, &victim] { return find_remains(table_, victim, settings_.signal, settings_.proc_root); });
    ports::departure d;
    if (left.stands()) {
        d.is = core::passing::stands;
        d.seen = describe_standing(left, settings_.signal);
        co_return d;
    }
    d.is = core::passing::ended;
    d.seen = "pid " + std::to_string(victim.pid) + " ended";
    const victim_memory::act* const known = victims_.find(victim);
    if (known != nullptr && known->ended_at) {
        const auto after = std::chrono::round<std::chrono::milliseconds>(*known->ended_at - known->at);
        d.seen += " within " + core::format_duration(after);
    }
    d.seen += "; nothing like it has started since";
    if (known != nullptr) {
        core::add_to(d.seen, known->owner);
    }
    co_return d;
}

std::optional<async::clock::time_point> process_driver::ended_at(const core::target& t) const {
    const std::optional<process_incarnation> victim = process_incarnation::parse(t.incarnation);
    const victim_memory::act* const known = victim ? victims_.find(*victim) : nullptr;
    return known == nullptr ? std::nullopt : known->ended_at;
}

}  // namespace mayhem::drivers
