// How the process driver says why a process is no target: for a person who asks, never on the way to an act.
#include <string>

#include "drivers/process/process_driver.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/core/text/command_id.hpp"

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
    std::string why = settings_.selector.why_no_match(process);
    return why.empty() ? "it is a target" : why;
}

std::vector<std::string> process_driver::explain_now(const std::string& name) const {
    constexpr std::size_t told_max = 10;
    const own_place own = look_around();
    std::vector<std::string> told;
    std::size_t more = 0;
    for (const process_info& process : table_.scan([](const process_info&) { return true; })) {
        if (!goes_by(process, name)) {
            continue;
        }
        if (told.size() == told_max) {
            ++more;
            continue;
        }
        told.push_back("process " + called(process) + ": " + why_no_target(process, own));
    }
    if (more > 0) {
        told.push_back("and " + std::to_string(more) + " more processes go by that name");
    }
    return told;
}

async::awaitable<std::vector<std::string>> process_driver::explain(std::string name) {
    const async::frame here;
    std::vector<std::string> told = co_await async::run_blocking(pool_, [this, &name] { return explain_now(name); });
    co_return told;
}

}  // namespace mayhem::drivers
