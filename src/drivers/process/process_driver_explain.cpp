// How the process driver says why a process is no target: for a person who asks, never on the way to an act.
// And whom a group selects, where that is not what somebody may have meant.
#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "drivers/process/process_driver.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/core/text/command_id.hpp"
#include "mayhem/core/text/first_few.hpp"

namespace mayhem::drivers {

namespace {

std::string called(const process_info& process) { return process.name + '[' + std::to_string(process.pid) + ']'; }

bool goes_by(const process_info& process, const std::string& name) {
    return process.name == name || called(process) == name || std::to_string(process.pid) == name ||
           file_name(process.executable) == name || core::command_id(process.command_line) == name;
}

}  // namespace

std::string process_driver::why_no_target(const process_info& process, const own_place& own) const {
    if (!process.is_running()) {
        return "it has ended, and waits for its parent";
    }
    if (const auto spared = why_spared(process, own, given_)) {
        return spared->why;
    }
    return settings_.selector.why_no_match(process);
}

std::vector<process_driver::told_process> process_driver::find_called(const std::string& name,
                                                                      std::size_t& more) const {
    constexpr std::size_t told_max = 10;
    const own_place own = look_around();
    std::vector<told_process> found;
    for (const process_info& process : table_.scan([](const process_info&) { return true; })) {
        if (!goes_by(process, name)) {
            continue;
        }
        if (found.size() == told_max) {
            ++more;
            continue;
        }
        told_process told{.process = process, .why = why_no_target(process, own)};
        if (told.why.empty() && !settings_.allow_dead) {
            told.origin = origin_of(process);
        }
        found.push_back(std::move(told));
    }
    return found;
}

async::awaitable<std::vector<std::string>> process_driver::explain(std::string name) {
    const async::frame here;
    std::size_t more = 0;
    std::vector<told_process> found =
        co_await async::run_blocking(pool_, [this, &name, &more] { return find_called(name, more); });
    std::vector<std::string> told;
    for (told_process& one : found) {
        co_await ask_systemd(one.origin);
        if (one.why.empty()) {
            const upholder u = one.origin.empty() ? upholder{} : judge_origin(one.origin.front());
            one.why = u.is == upholder::answer::leaves_it ? u.why
                      : one.origin.empty()                ? "it is a target"
                                                          : "it is a target; " + describe(u);
        }
        told.push_back("process " + called(one.process) + ": " + one.why);
    }
    if (more > 0) {
        told.push_back("and " + std::to_string(more) + " more processes go by that name");
    }
    co_return told;
}

async::awaitable<std::vector<std::string>> process_driver::near_misses() {
    const async::frame here;
    std::size_t there = 0;
    std::vector<std::string> counts = co_await async::run_blocking(pool_, [this, &there] {
        const std::vector<process_info> all =
            table_.scan([](const process_info& p) { return p.is_running() && !p.is_kernel_thread; });
        there = all.size();
        return settings_.selector.count_matches(all);
    });
    std::string text = "of " + std::to_string(there) + " processes, so many meet each condition by itself: ";
    for (const std::string& count : counts) {
        text.append(&count == &counts.front() ? "" : "; ").append(count);
    }
    co_return std::vector<std::string>{text};
}

void process_driver::tell_breadth(const std::vector<process_info>& eligible) {
    constexpr std::size_t programs_max = 3;
    constexpr std::size_t named_max = 5;
    if (settings_.selector.names_program() || is_breadth_told_) {
        return;
    }
    std::map<std::string, std::size_t> counts;
    for (const process_info& p : eligible) {
        ++counts[std::string(p.executable.empty() ? std::string_view(p.name) : file_name(p.executable))];
    }
    if (counts.size() <= programs_max) {
        return;
    }
    std::vector<std::pair<std::string, std::size_t>> programs(counts.begin(), counts.end());
    std::ranges::sort(programs, [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    std::vector<std::string> names;
    std::ranges::transform(programs, std::back_inserter(names),
                           [](const auto& p) { return p.first + ' ' + std::to_string(p.second); });
    is_breadth_told_ = true;
    tell_once_("the selector (" + settings_.selector.describe() + ") matches " + std::to_string(eligible.size()) +
               " processes of " + std::to_string(programs.size()) + " programs: " + core::first_few(names, named_max) +
               "; name the one that is meant with executable or name, or leave the others out with except");
}

}  // namespace mayhem::drivers
