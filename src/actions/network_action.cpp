#include "actions/network_action.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "actions/holder/held_processes.hpp"
#include "actions/holder/table_owner.hpp"
#include "actions/served_holder.hpp"
#include "drivers/proc/process_table.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::actions {

namespace {

ports::action::words words_of(network_action::kind k) noexcept {
    switch (k) {
        case network_action::kind::cut: return {core::to_string(k), "cut off", "reachable again"};
        case network_action::kind::loss: return {core::to_string(k), "losing packets", "losing none any more"};
        case network_action::kind::delay: return {core::to_string(k), "slowed down", "as fast as before"};
        case network_action::kind::dns: break;
    }
    return {core::to_string(k), "without DNS", "with DNS again"};
}

}  // namespace

network_action::network_action(kind k, holder_source holders) : held_action(words_of(k), std::move(holders)) {}

hold_order network_action::order_of(const ports::undo_note& n, const core::span_terms& terms) const {
    hold_order o = order_on(n, terms.length);
    o.network = terms.network;
    o.table = table_of(n);
    return o;
}

std::optional<pid_t> network_action::find_keeper(const ports::undo_note& n) const {
    hold_order o = order_on(n, std::chrono::seconds{1});
    o.table = table_of(n);
    if (is_on_network(n) && !is_that_life(drivers::process_table(), o.first)) {
        return std::nullopt;
    }
    try {
        return holders().is_served(called().name, is_on_network(n)) ? ask_for_owner(std::move(o)) : find_table_owner(o);
    } catch (const std::runtime_error& e) {
        throw core::undo_failed(std::string("cannot see whether its rules stand: ") + e.what() +
                                "; look as root: " + how_to_see(n));
    }
}

/// Without rights of our own, the holders' service looks.
pid_t network_action::ask_for_owner(hold_order o) const {
    o.network = {.what = core::parse_network_fault_kind(called().name).value_or(kind::cut),
                 .way = core::network_fault::direction::in,
                 .ports = {1}};  // any: an order has some
    const auto answer = ask_holder(holders().socket, {.is = hold_question::kind::keeper, .about = std::move(o)});
    pid_t owner = 0;
    if (!answer || std::from_chars(answer->data(), answer->data() + answer->size(), owner).ec != std::errc()) {
        throw std::runtime_error(answer ? "the holder's answer is no number" : answer.error());
    }
    return owner;
}

std::string network_action::how_to_see(const ports::undo_note& n) const {
    const std::string look = "nft list table inet " + table_of(n);
    return is_on_network(n) ? "nsenter -n -t " + std::to_string(order_on(n, {}).first.pid) + ' ' + look : look;
}

std::vector<std::unique_ptr<ports::action>> make_network_actions(const holder_source& holders) {
    std::vector<std::unique_ptr<ports::action>> all;
    for (const auto k : core::network_fault::kinds) {
        all.push_back(std::make_unique<network_action>(k, holders));
    }
    return all;
}

}  // namespace mayhem::actions
