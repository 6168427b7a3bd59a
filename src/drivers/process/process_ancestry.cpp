#include "drivers/process/process_ancestry.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>
#include <utility>

namespace mayhem::drivers {

namespace {

constexpr std::size_t ancestors_max = 64;

/// Of the environment that a process was started with; empty: it has none of that name, or it may not be read.
std::string variable_of(const std::filesystem::path& process, std::string_view name) {
    std::ifstream file(process / "environ");
    for (std::string entry; std::getline(file, entry, '\0');) {
        if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
            return entry.substr(name.size() + 1);
        }
    }
    return {};
}

/// A pattern that is none means nobody.
bool is_match(const std::string& pattern, const std::string& text) try {
    return !pattern.empty() && std::regex_search(text, std::regex(pattern, std::regex::extended));
} catch (const std::regex_error&) {
    return false;
}

}  // namespace

const std::optional<process_info>& process_ancestry::read(pid_t pid) {
    const auto [found, is_new] = known_.try_emplace(pid);
    if (is_new) {
        found->second = table_.read(pid);
    }
    return found->second;
}

process_origin process_ancestry::origin_of(const process_info& process) {
    process_origin o{.process = process, .service = find_service(process.control_group)};
    o.does = system::disposition_of(process.pid, signal_, proc_root_);
    for (pid_t pid = process.parent; pid > 0 && o.ancestors.size() < ancestors_max;) {
        const std::optional<process_info>& ancestor = read(pid);
        if (!ancestor) {
            break;
        }
        o.ancestors.push_back(*ancestor);
        pid = ancestor->parent;
    }
    o.entry = find_entry(o);
    ask_monit(o);
    return o;
}

std::optional<supervised_program> process_ancestry::find_entry(const process_origin& o) const {
    if (o.ancestors.empty() || o.ancestors.front().name != "supervisord") {
        return std::nullopt;
    }
    const std::filesystem::path own = proc_root_ / std::to_string(o.process.pid);
    const std::filesystem::path config = config_on_command_line(o.ancestors.front().command_line);
    for (const char* const variable : {"SUPERVISOR_GROUP_NAME", "SUPERVISOR_PROCESS_NAME"}) {
        const std::string name = variable_of(own, variable);
        if (auto found = name.empty() ? std::nullopt : look_up_program(config, name)) {
            return found;
        }
    }
    return std::nullopt;
}

/// Monit is nobody's parent: it knows a process by the number in a file, or by its command line.
void process_ancestry::ask_monit(process_origin& o) {
    if (!monit_) {
        const std::vector<process_info> running = table_.scan([](const process_info& p) { return p.name == "monit"; });
        monit_ = monit{.runs = !running.empty()};
        if (monit_->runs) {
            monit_->checks = read_monit_config(config_on_command_line(running.front().command_line));
        }
    }
    o.is_monit_silent = monit_->runs && !monit_->checks;
    if (!monit_->checks) {
        return;
    }
    const auto means_it = [&o](const monit_check& c) {
        if (!c.pid_file.empty()) {
            pid_t pid = 0;
            return (std::ifstream(c.pid_file) >> pid) && pid == o.process.pid;
        }
        return is_match(c.pattern, o.process.command_line);
    };
    const auto found = std::ranges::find_if(*monit_->checks, means_it);
    if (found != monit_->checks->end()) {
        o.monit = *found;
    }
}

}  // namespace mayhem::drivers
