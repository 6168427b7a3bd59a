#include "actions/holder/held_processes.hpp"

#include <algorithm>

#include <unistd.h>

#include "drivers/proc/process_info.hpp"

namespace mayhem::actions {

namespace {

bool is_within(std::string_view group, std::string_view of) {
    return group == of || (group.starts_with(of) && group.substr(of.size()).starts_with('/'));
}

/// The path up to what was ordered; nothing: it is not on it.
std::optional<std::string_view> cut_at(std::string_view path, std::string_view as_ordered) {
    const std::size_t at = path.find(as_ordered);
    return at != std::string_view::npos && is_within(path.substr(at), as_ordered)
               ? std::optional(path.substr(0, at + as_ordered.size()))
               : std::nullopt;
}

bool is_member(std::string_view of_process, const drivers::control_group_line& group) {
    while (const std::optional<drivers::control_group_line> line = drivers::take_line(of_process)) {
        if (line->hierarchy == group.hierarchy) {
            return is_within(line->path, group.path);
        }
    }
    return false;
}

}  // namespace

std::optional<drivers::control_group_line> find_group(std::string_view of_process, std::string_view as_ordered) {
    while (std::optional<drivers::control_group_line> line = drivers::take_line(of_process)) {
        if (const std::optional<std::string_view> path = cut_at(line->path, as_ordered)) {
            line->path = *path;
            return line;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> find_group_of_version_2(std::string_view of_process, std::string_view as_ordered) {
    return cut_at(drivers::group_of_version_2(of_process), as_ordered);
}

std::vector<pid_t> find_processes(const drivers::process_table& table, const hold_order& o) {
    std::vector<pid_t> found{o.first.pid};
    if (!o.control_group.empty()) {
        const drivers::process_info first = table.read(o.first.pid).value_or(drivers::process_info{});
        const auto group = find_group(first.control_group, o.control_group);
        if (!group) {
            return {};
        }
        for (const drivers::process_info& p : table.scan([](const auto& seen) { return !seen.is_kernel_thread; })) {
            if (p.pid != o.first.pid && is_member(p.control_group, *group)) {
                found.push_back(p.pid);
            }
        }
    }
    const std::vector<pid_t> above = table.ancestors(::getpid());
    std::erase_if(found,
                  [&](pid_t p) { return p == 1 || p == ::getpid() || std::ranges::find(above, p) != above.end(); });
    return found;
}

bool is_that_life(const drivers::process_table& table, const drivers::process_incarnation& wanted) {
    const std::optional<drivers::process_info> p = table.read(wanted.pid);
    return p && p->is_running() && table.incarnation_of(*p) == wanted;
}

}  // namespace mayhem::actions
