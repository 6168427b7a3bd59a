#include "actions/network_action.hpp"

#include <cstdint>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>

#include "actions/holder/held_processes.hpp"
#include "actions/netfilter/nft_link.hpp"
#include "drivers/proc/process_network.hpp"
#include "drivers/proc/process_table.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::actions {

namespace {

ports::action::words words_of(network_action::kind k) noexcept {
    switch (k) {
        case network_action::kind::cut: return {core::to_string(k), "cut off", "reachable again"};
        case network_action::kind::loss: return {core::to_string(k), "losing packets", "losing none any more"};
        case network_action::kind::dns: break;
    }
    return {core::to_string(k), "without DNS", "with DNS again"};
}

/// Who owns a table in the network namespace of a process; 0: nobody. In a thread of its own, which may enter that.
std::uint32_t owner_within(pid_t pid, const std::string& table) {
    std::uint32_t owner = 0;
    std::exception_ptr trouble;
    std::thread([&] {
        try {
            drivers::enter_network_of(pid);
            owner = nft_link().owner_of(table).value_or(0);
        } catch (...) {
            trouble = std::current_exception();
        }
    }).join();
    if (trouble) {
        std::rethrow_exception(trouble);
    }
    return owner;
}

}  // namespace

network_action::network_action(kind k, std::string program) : held_action(words_of(k), std::move(program)) {}

hold_order network_action::order_of(const ports::undo_note& n, const core::span_terms& terms) const {
    hold_order o = order_on(n, terms.length);
    o.network = terms.network;
    o.table = table_of(n);
    return o;
}

std::optional<pid_t> network_action::find_keeper(const ports::undo_note& n) const {
    try {
        if (!is_on_network(n)) {
            return static_cast<pid_t>(nft_link().owner_of(table_of(n)).value_or(0));
        }
        const hold_order o = order_on(n, {});
        return is_that_life(drivers::process_table(), o.first)
                   ? std::optional(static_cast<pid_t>(owner_within(o.first.pid, table_of(n))))
                   : std::nullopt;
    } catch (const std::system_error& e) {
        throw core::undo_failed(std::string("cannot see whether its rules stand: ") + e.what() +
                                "; look as root: " + how_to_see(n));
    }
}

std::string network_action::how_to_see(const ports::undo_note& n) const {
    const std::string look = "nft list table inet " + table_of(n);
    return is_on_network(n) ? "nsenter -n -t " + std::to_string(order_on(n, {}).first.pid) + ' ' + look : look;
}

std::vector<std::unique_ptr<ports::action>> make_network_actions() {
    std::vector<std::unique_ptr<ports::action>> all;
    for (const auto k : {network_action::kind::cut, network_action::kind::loss, network_action::kind::dns}) {
        all.push_back(std::make_unique<network_action>(k));
    }
    return all;
}

}  // namespace mayhem::actions
