#include "actions/action_rights.hpp"

#include <chrono>
#include <utility>

#include <unistd.h>

#include "actions/fill.hpp"
#include "actions/fill_rights.hpp"
#include "actions/freeze.hpp"
#include "actions/freeze_rights.hpp"
#include "actions/network_rights.hpp"
#include "actions/served_holder.hpp"
#include "actions/throttle.hpp"
#include "actions/throttle_rights.hpp"
#include "drivers/proc/process_table.hpp"

namespace mayhem::actions {

namespace {

std::string why_not_by_itself(std::string_view action, const core::span_terms& terms, bool is_inside) {
    if (action == freeze::action_name) {
        return why_not_freeze();
    }
    if (action == fill::action_name) {
        return tell_fill(terms.disk);
    }
    if (action == throttle::action_name) {
        return why_not_throttle(terms.limits);
    }
    if (!core::parse_network_fault_kind(action)) {
        return {};
    }
    return is_inside ? why_not_network_of_others(terms.network) : why_not_network(terms.network);
}

/// Of one that would be done on this very process, which is nobody's intention: any other would do for a question.
hold_question could_do(std::string_view action, core::network_fault f, bool is_inside) {
    const drivers::process_table table;
    hold_question q{.is = hold_question::kind::can,
                    .about = {.first = table.incarnation_of(table.read(::getpid()).value_or(drivers::process_info{})),
                              .is_inside = is_inside,
                              .length = std::chrono::seconds{1}}};
    if (core::parse_network_fault_kind(action)) {
        f.way = core::network_fault::direction::in;
        f.peers.clear();
        f.ports = {1};
        q.about.network = std::move(f);
        q.about.table = "mayhem_00000000";
    }
    return q;
}

}  // namespace

std::string why_not_done(std::string_view action, const core::span_terms& terms, bool is_inside,
                         const holder_source& holders) {
    is_inside = is_inside && core::parse_network_fault_kind(action);
    std::string why = why_not_by_itself(action, terms, is_inside);
    if (why.empty() || !holders.is_served(action, is_inside)) {
        return why;
    }
    const auto answer = ask_holder(holders.socket, could_do(action, terms.network, is_inside));
    return answer ? std::string() : "action = \"" + std::string(action) + "\" cannot be done: " + answer.error();
}

}  // namespace mayhem::actions
