#include "actions/network_rights.hpp"

#include <system_error>

#include <fmt/format.h>
#include <linux/capability.h>
#include <unistd.h>

#include "actions/netfilter/fault_rules.hpp"
#include "actions/netfilter/nft_batch.hpp"
#include "actions/netfilter/nft_link.hpp"
#include "actions/netfilter/queue_link.hpp"
#include "actions/own_capability.hpp"

namespace mayhem::actions {

namespace {

using core::network_fault;

constexpr const char* chain = "none";

nft_batch begin_trial(const std::string& table) {
    nft_batch b(table, "mayhem tries what this kernel can do");
    b.add_chain(chain);
    b.begin_rule(chain);
    b.match_cgroup(1, 1);
    b.decide(nft_batch::verdict::drop);
    b.end_rule();
    return b;
}

void try_filter(const std::string& table, const network_fault& f) {
    nft_batch b = begin_trial(table);
    if (f.percent < 100) {
        b.begin_rule(chain);
        b.match_share(f.percent);
        b.decide(nft_batch::verdict::drop);
        b.end_rule();
    }
    if (f.how == network_fault::manner::reject) {
        b.begin_rule(chain);
        b.match_protocol(6);
        b.reject(true);
        b.end_rule();
    }
    b.close();
    nft_link().commit(b);
}

void try_queue(const std::string& table) {
    nft_link link;
    const queue_link queue(table);
    with_either_way(queue.number(), [&](const waiting_place& w) {
        nft_batch b = begin_trial(table);
        b.begin_rule(chain);
        b.queue(w.queue, w.by);
        b.end_rule();
        b.close();
        link.commit(b);
    });
}

/// In a chain that no packet comes to.
std::string try_rules(const network_fault& f) {
    const std::string table = fmt::format("mayhem_try_{}", ::getpid());
    try {
        if (f.what == network_fault::kind::delay) {
            try_queue(table);
        } else {
            try_filter(table, f);
        }
    } catch (const std::system_error& e) {
        return e.what();
    }
    return {};
}

}  // namespace

std::string why_not_network(network_fault::kind k, bool has_capability, const std::string& trouble) {
    const std::string name(core::to_string(k));
    if (!has_capability) {
        return "Mayhem has no CAP_NET_ADMIN, so that nothing can be done with action = \"" + name +
               "\": run it as root, " + served_instead +
               ", or give its own that capability (AmbientCapabilities=, and RestrictAddressFamilies=AF_NETLINK)";
    }
    return trouble.empty() ? std::string()
                           : "action = \"" + name + "\" cannot be done on this host: " + trouble +
                                 "; it needs Linux 5.13 with nf_tables (CONFIG_NF_TABLES_INET)";
}

std::string why_not_network(const network_fault& f) {
    const bool may = has_capability(CAP_NET_ADMIN);
    return why_not_network(f.what, may, may ? try_rules(f) : std::string());
}

std::string why_not_network_of_others(const network_fault& f) {
    if (std::string why = why_not_network(f); !why.empty()) {
        return why;
    }
    if (has_capability(CAP_SYS_ADMIN) && has_capability(CAP_SYS_PTRACE)) {
        return {};
    }
    return "Mayhem has not both CAP_SYS_ADMIN and CAP_SYS_PTRACE, without which the network of a container is not "
           "entered, "
           "so that nothing can be done with action = \"" +
           std::string(core::to_string(f.what)) + "\": run it as root, or " + served_instead;
}

}  // namespace mayhem::actions
