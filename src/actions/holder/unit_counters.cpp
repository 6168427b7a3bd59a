#include "actions/holder/unit_counters.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <system_error>

#include "drivers/proc/service_group.hpp"

namespace mayhem::actions {

namespace {

constexpr std::uint64_t us_per_second = 1'000'000;

std::string read_count_file(const std::string& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::optional<std::uint64_t> to_count(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} ? std::optional(number) : std::nullopt;
}

std::string mount_of_hierarchy(std::string_view hierarchy) {
    if (hierarchy == "0::") {
        return std::ifstream("/sys/fs/cgroup/cgroup.controllers") ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified";
    }
    const std::size_t names = hierarchy.find(':') + 1;
    return "/sys/fs/cgroup/" + std::string(hierarchy.substr(names, hierarchy.size() - names - 1));
}

/// Of a hierarchy of version 1, which has them in two files.
std::optional<std::uint64_t> read_quota(const std::string& folder) {
    const auto quota = to_count(read_count_file(folder + "/cpu.cfs_quota_us"));
    const auto period = to_count(read_count_file(folder + "/cpu.cfs_period_us"));
    return quota && period && *period > 0 ? std::optional(*quota * us_per_second / *period) : std::nullopt;
}

void take(const std::string& folder, unit_counters& into) {
    const std::string cpu = read_count_file(folder + "/cpu.stat");
    if (const auto periods = find_count(cpu, "nr_periods")) {
        into.periods = periods;
        into.throttled = find_count(cpu, "nr_throttled");
        into.cpu_us = read_cpu_max(read_count_file(folder + "/cpu.max"));
        into.cpu_us = into.cpu_us ? into.cpu_us : read_quota(folder);
    }
    if (const auto high = find_count(read_count_file(folder + "/memory.events"), "high")) {
        into.over_memory = high;
    }
    if (const std::string io = read_count_file(folder + "/io.stat"); !io.empty()) {
        into.read = sum_counts(io, "rbytes");
        into.written = sum_counts(io, "wbytes");
    }
}

}  // namespace

std::optional<std::uint64_t> find_count(std::string_view text, std::string_view word) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        if (line.starts_with(word) && line.substr(word.size()).starts_with(' ')) {
            return to_count(line.substr(word.size() + 1));
        }
        at = end + 1;
    }
    return std::nullopt;
}

std::uint64_t sum_counts(std::string_view text, std::string_view word) {
    std::uint64_t sum = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const bool is_whole = at > 0 && text[at - 1] == ' ' && text.substr(at + word.size()).starts_with('=');
        sum += is_whole ? to_count(text.substr(at + word.size() + 1)).value_or(0) : 0;
    }
    return sum;
}

std::optional<std::uint64_t> read_cpu_max(std::string_view text) {
    const std::size_t space = text.find(' ');
    const auto quota = to_count(text.substr(0, space));
    const auto period = space == std::string_view::npos ? std::nullopt : to_count(text.substr(space + 1));
    return quota && period && *period > 0 ? std::optional(*quota * us_per_second / *period) : std::nullopt;
}

unit_counters count_unit(pid_t member) {
    unit_counters c;
    const std::string groups = read_count_file("/proc/" + std::to_string(member) + "/cgroup");
    std::string_view left = groups;
    while (const auto line = drivers::take_line(left)) {
        take(mount_of_hierarchy(line->hierarchy) + std::string(line->path), c);
    }
    return c;
}

}  // namespace mayhem::actions
