#include "discovery/found_workers.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <map>
#include <string_view>
#include <utility>

namespace mayhem::app {

namespace {

constexpr auto shells = std::to_array<std::string_view>({"sh", "bash", "dash", "zsh", "fish", "busybox", "systemd"});

std::string trimmed(const std::string& text) {
    const std::size_t end = text.find_last_not_of(' ');
    return end == std::string::npos ? "" : text.substr(0, end + 1);
}

bool is_of_service(const drivers::process_origin& o) {
    const drivers::process_info& p = o.process;
    return p.is_running() && !p.executable.empty() && !trimmed(p.command_line).empty() && !o.ancestors.empty() &&
           o.ancestors.front().pid > 1 && !o.service.unit.empty() && !o.service.is_of_user &&
           std::ranges::find(shells, drivers::file_name(p.executable)) == shells.end();
}

/// By its parent itself: what somebody further up may do is not evident.
drivers::upholder find_parent_who_upholds(drivers::process_origin o) {
    o.ancestors.resize(1);
    o.unit.reset();
    return drivers::find_upholder(o, SIGTERM);
}

bool is_selected(const worker_facts& w, const drivers::process_info& p) {
    return p.executable == w.program && p.command_line.find(w.command_line) != std::string::npos;
}

}  // namespace

std::vector<worker_facts> find_workers(std::span<const drivers::process_origin> origins) {
    std::map<std::pair<std::string, std::string>, worker_facts> found;
    for (const drivers::process_origin& o : origins) {
        if (!is_of_service(o)) {
            continue;
        }
        const drivers::upholder by = find_parent_who_upholds(o);
        if (by.is != drivers::upholder::answer::starts_it_again) {
            continue;
        }
        worker_facts& w = found[{o.process.executable, trimmed(o.process.command_line)}];
        w.program = o.process.executable;
        w.command_line = trimmed(o.process.command_line);
        w.unit = o.service.unit;
        w.why_back = by.why;
        w.is_supervised = !drivers::is_same_program(o.ancestors.front(), o.process);
        ++w.count;
    }
    std::vector<worker_facts> workers;
    for (auto& [called, w] : found) {
        if (w.count < 2 && !w.is_supervised) {
            continue;
        }
        const auto selected = std::ranges::count_if(
            origins, [&w](const drivers::process_origin& o) { return is_selected(w, o.process); });
        w.is_apart = static_cast<std::size_t>(selected) == w.count;
        workers.push_back(std::move(w));
    }
    return workers;
}

}  // namespace mayhem::app
