#include "holding/permitted_order.hpp"

#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>

#include "actions/holder/held_processes.hpp"
#include "drivers/contract/container_engine.hpp"
#include "drivers/proc/process_network.hpp"
#include "drivers/proc/service_group.hpp"
#include "drivers/process/own_programs.hpp"
#include "drivers/process/protected_processes.hpp"
#include "drivers/systemd/systemd_unit.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::holding {

namespace {

using actions::hold_order;
using actions::refusal;
using drivers::process_info;

std::string name_of(const process_info& p) { return p.name + '[' + std::to_string(p.pid) + ']'; }

refusal not_allowed(std::string what) {
    return {.why = std::move(what) + ": root allows more in " + permission_file, .by = core::guard::not_opted_in};
}

/// One that may be hit, with its unit.
class look_around {
public:
    look_around(const holder_permission& p, const drivers::process_table& table)
        : permission_(p),
          table_(table),
          self_(table.read(table.self()).value_or(process_info{})),
          above_(table.ancestors(table.self())) {}

    [[nodiscard]] std::optional<refusal> why_not(const process_info& p) const {
        const std::string unit = drivers::find_unit(p.control_group);
        if (unit.empty()) {
            return not_allowed(name_of(p) + " is in no unit of systemd's");
        }
        if (!permission_.allows_unit(unit)) {
            return not_allowed(name_of(p) + " belongs to " + unit + ", which no pattern in \"units\" matches");
        }
        const bool is_named = permission_.names_unit(unit);
        if (unit.ends_with(".service")) {
            if (const auto why =
                    drivers::why_unit_protected({unit}, drivers::find_unit(self_.control_group), is_named)) {
                return spared(unit, *why);
            }
        }
        if (const auto why = drivers::why_protected(p, self_.pid, above_, is_named)) {
            return spared(name_of(p), *why);
        }
        if (const auto own = drivers::why_own_program(p, self_)) {
            return spared(name_of(p), *own);
        }
        return why_not_lasting(unit, p);
    }

    [[nodiscard]] const drivers::process_table& table() const noexcept { return table_; }

private:
    static std::optional<refusal> spared(const std::string& who, std::string_view why) {
        return refusal{.why = who + " is never hit: " + std::string(why), .by = core::guard::protected_target};
    }

    /// Whatever a holder does lasts. An engine inside of a container runs none of this host's.
    [[nodiscard]] std::optional<refusal> why_not_lasting(const std::string& unit, const process_info& p) const {
        if (const auto why = drivers::why_engine_unit(unit)) {
            return spared(unit, *why);
        }
        const bool is_elsewhere = p.pid_namespaces.value_or(0) > self_.pid_namespaces.value_or(0);
        const auto why =
            is_elsewhere ? std::nullopt : drivers::why_engine_program(p.name, drivers::file_name(p.executable));
        return why ? spared(name_of(p), *why) : std::optional<refusal>();
    }

    const holder_permission& permission_;
    const drivers::process_table& table_;
    const process_info self_;
    const std::vector<pid_t> above_;
};

/// Everybody in the network of a process.
std::vector<process_info> neighbours(const process_info& first, const drivers::process_table& table,
                                     const std::filesystem::path& root) {
    const auto network_of = [&](pid_t pid) {
        struct stat s{};
        return ::stat((root / std::to_string(pid) / "ns/net").c_str(), &s) == 0 ? s.st_ino : ino_t{};
    };
    const ino_t wanted = network_of(first.pid);
    std::vector<process_info> found{first};
    for (process_info& p : table.scan([](const process_info& seen) { return !seen.is_kernel_thread; })) {
        if (p.pid != first.pid && network_of(p.pid) == wanted) {
            found.push_back(std::move(p));
        }
    }
    return found;
}

std::vector<process_info> all_hit(const hold_order& o, const process_info& first, const drivers::process_table& table,
                                  const std::filesystem::path& root) {
    if (o.is_inside) {
        return neighbours(first, table, root);
    }
    std::vector<process_info> found;
    for (const pid_t pid : actions::find_processes(table, o)) {
        if (std::optional<process_info> p = table.read(pid); p && p->is_running()) {
            found.push_back(*std::move(p));
        }
    }
    return found;
}

/// Of an order alone, whoever it would hit.
std::optional<refusal> why_not_at_all(const holder_permission& p, const hold_order& o) {
    if (!p.allows_action(actions::action_of(o))) {
        return not_allowed("action \"" + std::string(actions::action_of(o)) + "\" is not in \"actions\"");
    }
    if (o.length > p.longest) {
        return not_allowed("it would last longer than \"for_max\", " + core::format_duration(p.longest));
    }
    if (o.network && !o.is_inside && o.control_group.empty()) {
        return refusal{.why =
                           "its packets would be told by ports alone, which may be anybody's: only a Mayhem with "
                           "rights of its own does that",
                       .by = core::guard::shares_its_cgroup};
    }
    return std::nullopt;
}

/// The unit is on the path of what is meant, so that whoever is below is in it.
bool is_within_unit(std::string_view control_group, const std::string& unit) {
    return drivers::find_unit("0::" + std::string(control_group)) == unit;
}

}  // namespace

std::optional<actions::refusal> why_not_permitted(const holder_permission& p, const hold_order& o,
                                                  const drivers::process_table& table,
                                                  const std::filesystem::path& root) {
    if (std::optional<refusal> refused = why_not_at_all(p, o)) {
        return refused;
    }
    if (!actions::is_that_life(table, o.first)) {
        return refusal{.why = "it has ended", .by = core::guard::already_restarted};
    }
    const process_info first = table.read(o.first.pid).value_or(process_info{});
    const std::string unit = drivers::find_unit(first.control_group);
    if (!o.control_group.empty() && !is_within_unit(o.control_group, unit)) {
        return refusal{.why = "its control group " + o.control_group + " is not within the unit " + unit,
                       .by = core::guard::shares_its_cgroup};
    }
    if (o.is_inside && drivers::shares_network(o.first.pid, root).value_or(true)) {
        return refusal{.why = "its network is the host's own", .by = core::guard::shares_its_cgroup};
    }
    const look_around look(p, table);
    if (std::optional<refusal> refused = look.why_not(first)) {
        return refused;
    }
    for (const process_info& each : all_hit(o, first, table, root)) {
        if (std::optional<refusal> refused = look.why_not(each)) {
            return refused;
        }
    }
    return std::nullopt;
}

}  // namespace mayhem::holding
