#include "actions/netfilter/fault_rules.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <sys/stat.h>

#include "mayhem/async/assertion.hpp"

namespace mayhem::actions {

namespace {

using core::network_fault;
using hook = nft_batch::hook;
using side = nft_batch::side;
using verdict = nft_batch::verdict;

constexpr std::array<std::uint8_t, 2> with_ports{IPPROTO_TCP, IPPROTO_UDP};
constexpr std::array<std::uint16_t, 2> of_name_servers{53, 853};

/// The other side's end of a packet, and the target's own.
side theirs(hook h) noexcept { return h == hook::input ? side::source : side::destination; }
side own(hook h) noexcept { return h == hook::input ? side::destination : side::source; }

std::string name_of_chain(hook h, std::string_view part) {
    return (h == hook::input ? "in_" : "out_") + std::string(part);
}

/// The chains for the packets of one direction: each hands on what it means, and the last one acts.
class direction_rules {
public:
    direction_rules(nft_batch& to, const network_fault& f, hook h, const std::optional<waiting_place>& wait_in)
        : to_(to), fault_(f), hook_(h), wait_in_(wait_in) {}

    void write(const std::optional<control_group_place>& of) {
        const std::vector<std::uint16_t> ports = find_ports();
        chain("act");
        write_act();
        std::string next = name("act");
        if (!fault_.peers.empty()) {
            write_peers(chain("peers"), next);
            next = name("peers");
        }
        if (!ports.empty()) {
            write_ports(chain("ports"), ports, next);
            next = name("ports");
        }
        to_.add_base_chain(name("all"), hook_);
        if (fault_.peers.empty() && fault_.what != network_fault::kind::dns) {
            rule(name("all"), [this] { to_.match_loopback(hook_); }, verdict::accept);
        }
        if (!of) {
            rule(name("all"), [] {}, verdict::go_to, next);
            return;
        }
        for (unsigned further = 0; further <= of->deeper_by_max; ++further) {  // the number is of one group alone
            rule(name("all"), [&] { to_.match_cgroup(of->id, of->level + further); }, verdict::go_to, next);
        }
    }

private:
    [[nodiscard]] std::string name(std::string_view part) const { return name_of_chain(hook_, part); }

    std::string chain(std::string_view part) {
        to_.add_chain(name(part));
        return name(part);
    }

    void rule(const std::string& in, const std::function<void()>& condition, verdict v, std::string_view next = {}) {
        to_.begin_rule(in);
        condition();
        to_.decide(v, next);
        to_.end_rule();
    }

    [[nodiscard]] std::vector<std::uint16_t> find_ports() const {
        return fault_.what == network_fault::kind::dns
                   ? std::vector<std::uint16_t>(of_name_servers.begin(), of_name_servers.end())
                   : fault_.ports;
    }

    void write_act() {
        if (wait_in_) {
            to_.begin_rule(name("act"));
            to_.count();
            to_.queue(wait_in_->queue, wait_in_->by);
            to_.end_rule();
            return;
        }
        if (fault_.how == network_fault::manner::lose) {
            to_.begin_rule(name("act"));
            if (fault_.percent < 100) {
                to_.match_share(fault_.percent);
            }
            to_.count();
            to_.decide(verdict::drop);
            to_.end_rule();
            return;
        }
        const auto is_a_word_of_it = [this] {
            to_.match_protocol(IPPROTO_TCP);
            to_.match_reset();
        };
        rule(name("act"), is_a_word_of_it, verdict::accept);
        for (const bool is_tcp : {true, false}) {
            to_.begin_rule(name("act"));
            if (is_tcp) {
                to_.match_protocol(IPPROTO_TCP);
            }
            to_.count();
            to_.reject(is_tcp);
            to_.end_rule();
        }
    }

    void write_peers(const std::string& in, const std::string& next) {
        for (const core::network_peer& p : fault_.peers) {
            const auto from = [&] { to_.match_address(theirs(hook_), p.is_version_6, p.address, p.prefix); };
            if (p.port == 0) {
                rule(in, from, verdict::go_to, next);
                continue;
            }
            for (const std::uint8_t protocol : with_ports) {
                const auto from_port = [&] {
                    from();
                    to_.match_protocol(protocol);
                    to_.match_port(theirs(hook_), p.port);
                };
                rule(in, from_port, verdict::go_to, next);
            }
        }
    }

    void write_ports(const std::string& in, std::span<const std::uint16_t> ports, const std::string& next) {
        const bool is_dns = fault_.what == network_fault::kind::dns;
        const bool serves = !is_dns && fault_.way != network_fault::direction::out;
        const bool calls = is_dns || fault_.way != network_fault::direction::in;
        for (const std::uint16_t port : ports) {
            for (const std::uint8_t protocol : with_ports) {
                for (const side s : {own(hook_), theirs(hook_)}) {
                    if (s == own(hook_) ? !serves : !calls) {
                        continue;
                    }
                    const auto to_port = [&] {
                        to_.match_protocol(protocol);
                        to_.match_port(s, port);
                    };
                    rule(in, to_port, verdict::go_to, next);
                }
            }
        }
    }

    nft_batch& to_;
    const network_fault& fault_;
    const hook hook_;
    const std::optional<waiting_place>& wait_in_;
};

}  // namespace

void with_either_way(std::uint16_t queue, const std::function<void(const waiting_place&)>& commit) {
    using queue_by = nft_batch::queue_by;
    try {
        commit({.queue = queue, .by = queue_by::expression});
    } catch (const std::system_error& e) {
        if (e.code() != std::errc::no_such_file_or_directory) {  // as nf_tables calls a word that it has not
            throw;
        }
        commit({.queue = queue, .by = queue_by::target});
    }
}

void write_rules(nft_batch& to, const core::network_fault& f, const std::optional<control_group_place>& of,
                 const std::optional<waiting_place>& wait_in) {
    MAYHEM_ASSERT(wait_in.has_value() == (f.what == network_fault::kind::delay), "only what is delayed waits");
    direction_rules(to, f, hook::input, wait_in).write(of);
    if (f.how == network_fault::manner::reject && !wait_in) {
        direction_rules(to, f, hook::output, wait_in).write(of);
    }
    to.close();
}

nft_batch end_of_rules(std::string table) {
    return nft_batch::emptying(std::move(table), name_of_chain(hook::input, "act"));
}

/// The fields of a line (proc(5)): id, parent, device, root, mount point, options, optional fields, "-", type.
std::optional<control_group_place> find_control_group(std::string_view mounts, std::string_view path, bool sees_root) {
    std::istringstream lines{std::string(mounts)};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t type = line.find(" - cgroup2 ");
        std::istringstream fields(line);
        std::string skipped;
        std::string root;
        std::string point;
        if (type == std::string::npos || !(fields >> skipped >> skipped >> skipped >> root >> point) || root != "/") {
            continue;
        }
        struct stat found{};
        if (::stat((point + std::string(path)).c_str(), &found) == 0 && S_ISDIR(found.st_mode)) {
            return control_group_place{.id = found.st_ino,
                                       .level = static_cast<unsigned>(std::ranges::count(path, '/')),
                                       .deeper_by_max = sees_root ? 0 : namespace_levels_max};
        }
    }
    return std::nullopt;
}

}  // namespace mayhem::actions
