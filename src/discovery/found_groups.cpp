#include "discovery/found_groups.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

#include "discovery/group_name.hpp"
#include "discovery/probe_choice.hpp"
#include "drivers/contract/container_engine.hpp"
#include "mayhem/core/text/escaped.hpp"

namespace mayhem::app {

namespace {

/// With these, and the engines of containers, goes more than they are: what they have started is theirs to end.
constexpr auto keepers =
    std::to_array<std::string_view>({"kubelet.service", "libvirtd.service", "virtqemud.service", "supervisor.service",
                                     "monit.service", "lxc.service", "lxc-net.service"});

bool is_keeper(const std::string& unit) {
    return drivers::why_engine_unit(unit) || std::ranges::find(keepers, unit) != keepers.end();
}

constexpr auto own_folders =
    std::to_array<std::string_view>({"/etc/systemd/system/", "/usr/local/lib/systemd/system/", "/run/systemd/system/"});

/// What may be in one group: each of them stands for the others.
struct family {
    std::vector<const service_facts*> services{};
    std::vector<const container_facts*> containers{};
};

std::string template_of(const std::string& unit) {
    const std::size_t at = unit.find('@');
    return at == std::string::npos ? unit : unit.substr(0, at + 1);
}

bool is_of_this_host(const service_facts& s) {
    return std::ranges::any_of(own_folders, [&s](std::string_view folder) { return s.file.starts_with(folder); });
}

std::string why_no_service(const service_facts& s) {
    if (s.unit.starts_with("re:")) {
        return "its name reads as a pattern: name it by hand";
    }
    if (!s.by.empty()) {
        return s.by.front() + " starts it when it is due: it does its work and is done";
    }
    if (!s.why_not.empty()) {
        return s.why_not;
    }
    if (is_keeper(s.unit)) {
        return "what it has started may end with it: name that instead";
    }
    if (s.listens.empty() && !is_of_this_host(s)) {
        return "a part of the system, as far as can be seen: it listens on no port, and its unit file is a package's";
    }
    return {};
}

/// As `core::why_out_of_reach` has it, with what it is said to do about it left out: nobody has written that group yet.
std::string why_too_far(core::reach reach, const std::set<std::string>& members) {
    for (core::neighbour& n : reach.falls) {
        n.is_meant = members.contains(n.id);
    }
    const std::string why = core::why_out_of_reach(reach, core::reach_policy::group).value_or("");
    return why.substr(0, why.find("; if that is meant"));
}

/// Leaves out whoever would take others along who are not in the family, until nobody would.
template <typename Facts>
void keep_within(std::vector<const Facts*>& members, const auto& name_of, const std::string& kind, findings& to) {
    for (bool is_done = false; !is_done;) {
        is_done = true;
        std::set<std::string> names;
        for (const Facts* const each : members) {
            names.insert(name_of(*each));
        }
        for (auto each = members.begin(); each != members.end(); ++each) {
            if (const std::string why = why_too_far((*each)->reach, names); !why.empty()) {
                to.left_out.push_back({kind + name_of(**each), why});
                members.erase(each);
                is_done = false;
                break;
            }
        }
    }
}

std::string list_of(const std::vector<std::string>& names) {
    return names.size() == 1 ? core::escaped(names.front()) : toml_list(names);
}

void limit_unavailable(std::size_t members, proposed_group& g) {
    if (members > 1) {
        g.keys.emplace_back("max_unavailable", "1");
    }
}

std::string after_a_crash(const service_facts& s) {
    constexpr auto upholding = std::to_array<std::string_view>({"always", "on-failure", "on-abnormal", "on-abort"});
    return std::ranges::find(upholding, s.restart) != upholding.end()
               ? "and would after a crash (Restart=" + s.restart + ")"
               : "but would not after a crash (Restart=" + s.restart + ")";
}

proposed_group group_of_services(const std::vector<const service_facts*>& services, const std::string& name) {
    proposed_group g{.name = name, .comments = {}};
    std::vector<std::string> units;
    std::vector<listener> listens;
    for (const service_facts* const s : services) {
        units.push_back(s->unit);
        listens.insert(listens.end(), s->listens.begin(), s->listens.end());
        g.comments.push_back(s->unit + " would come back: systemd restarts it, " + after_a_crash(*s) + "; " +
                             core::describe(s->reach) + ".");
    }
    g.keys = {{"driver", "\"systemd\""}, {"units", list_of(units)}};
    limit_unavailable(units.size(), g);
    if (const std::string probe = choose_probe(listens); !probe.empty()) {
        g.keys.emplace_back("probe", probe);
    } else {
        g.comments.emplace_back("No probe: it listens on no port of its own. That it runs is all that is asked.");
    }
    return g;
}

proposed_group group_of_containers(const std::vector<const container_facts*>& containers, const std::string& engine,
                                   const std::string& name) {
    proposed_group g{.name = name, .comments = {}};
    std::vector<std::string> names;
    for (const container_facts* const c : containers) {
        names.push_back(c->name);
        const bool is_upheld = !c->policy.empty() && c->policy != "no";
        g.comments.push_back(
            "container " + c->name + " would come back: its engine restarts it, " +
            (is_upheld ? "and would after a crash (" + c->policy + ")" : "but would not after a crash") + "; " +
            (c->has_check ? "its health check is asked; " : "it has no health check; ") + core::describe(c->reach) +
            ".");
    }
    g.keys = {{"driver", "\"docker\""}};
    if (engine != "/var/run/docker.sock") {
        g.keys.emplace_back("socket", core::escaped(engine));
    }
    const container_facts& first = *containers.front();
    if (first.project.empty()) {
        g.keys.emplace_back("name", list_of(names));
    } else {
        const std::vector<std::string> labels{"com.docker.compose.project=" + first.project,
                                              "com.docker.compose.service=" + first.service};
        g.keys.emplace_back("label", toml_list(labels));
    }
    g.keys.emplace_back("opt_in", "false");
    limit_unavailable(names.size(), g);
    return g;
}

std::string why_no_workers(const worker_facts& w) {
    if (w.program.ends_with("/postgres")) {
        return "they share memory: when one dies, PostgreSQL ends all of them";
    }
    return w.is_apart ? "" : "others run the same program with the same in their command lines, as their master does";
}

proposed_group group_of_workers(const worker_facts& w, const std::string& name) {
    const std::string kind = w.is_supervised ? (w.count == 1 ? " process" : " processes") : " workers of one master";
    return {
        .name = name,
        .comments = {std::to_string(w.count) + kind + ", of " + w.unit + "; each would come back: " + w.why_back + "."},
        .keys = {{"driver", "\"process\""},
                 {"executable", core::escaped(w.program)},
                 {"command_line", core::escaped(w.command_line)}}};
}

void find_groups_of_workers(const host_facts& host, std::set<std::string>& taken, findings& to) {
    for (const worker_facts& w : host.workers) {
        const std::string program = w.program.substr(w.program.rfind('/') + 1);
        if (std::string why = why_no_workers(w); !why.empty()) {
            to.left_out.push_back({"processes of " + program + " (" + w.unit + ")", std::move(why)});
            continue;
        }
        const std::string name = as_group_name(program + (w.is_supervised ? "" : "-workers"));
        proposed_group g = group_of_workers(w, take_name(name, taken));
        limit_unavailable(w.count, g);
        to.workers.push_back(std::move(g));
    }
}

/// By what its members are called in common.
std::map<std::string, family> find_families(const host_facts& host, findings& to) {
    std::map<std::string, family> families;
    for (const service_facts& s : host.services) {
        if (std::string why = why_no_service(s); why.empty()) {
            families["unit " + template_of(s.unit)].services.push_back(&s);
        } else {
            to.left_out.push_back({"unit " + s.unit, std::move(why)});
        }
    }
    for (const container_facts& c : host.containers) {
        if (c.why_not.empty()) {
            families["container " + (c.project.empty() ? c.name : c.project + "-" + c.service)].containers.push_back(
                &c);
        } else {
            to.left_out.push_back({"container " + c.name, c.why_not});
        }
    }
    return families;
}

}  // namespace

findings find_groups(const host_facts& host) {
    findings found;
    std::set<std::string> taken;
    for (auto& [called, members] : find_families(host, found)) {
        std::ranges::sort(members.services, {}, [](const service_facts* s) { return std::string_view(s->unit); });
        std::ranges::sort(members.containers, {}, [](const container_facts* c) { return std::string_view(c->name); });
        keep_within(members.services, [](const service_facts& s) { return s.unit; }, "unit ", found);
        keep_within(members.containers, [](const container_facts& c) { return c.name; }, "container ", found);
        if (!members.services.empty()) {
            std::vector<std::string> units;
            std::ranges::transform(members.services, std::back_inserter(units),
                                   [](const service_facts* s) { return s->unit; });
            found.units.insert(found.units.end(), units.begin(), units.end());
            found.groups.push_back(group_of_services(members.services, take_name(group_name_of(units), taken)));
        }
        if (!members.containers.empty()) {
            const std::string name = as_group_name(called.substr(called.find(' ') + 1));
            found.groups.push_back(group_of_containers(members.containers, host.engine, take_name(name, taken)));
        }
    }
    find_groups_of_workers(host, taken, found);
    std::ranges::sort(found.groups, {}, &proposed_group::name);
    std::ranges::sort(found.left_out, {}, &left_out::what);
    return found;
}

}  // namespace mayhem::app
