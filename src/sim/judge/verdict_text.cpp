#include "sim/judge/verdict_text.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/judge/event_json.hpp"

namespace mayhem::sim {

std::string to_text(const findings& f, const std::vector<event>& log) {
    std::string text;
    for (const violation& v : f.violations()) {
        text += fmt::format("BROKEN {}: {} (events {})\n", v.promise, v.text, fmt::join(v.events, ", "));
        for (const std::uint64_t seq : v.events) {
            const auto found = std::ranges::find_if(log, [seq](const event& e) { return e.at.seq == seq; });
            text += found == log.end() ? std::string() : "    " + to_line(*found) + '\n';
        }
    }
    for (const std::string& fault : f.faults_of_log()) {
        text += fmt::format("BAD LOG {}\n", fault);
    }
    for (const std::string& excuse : f.excuses()) {
        text += fmt::format("excused {}\n", excuse);
    }
    text += fmt::format("{:<24}{:>10}{:>10}{:>10}{:>10}\n", "PROMISE", "DECIDED", "BROKEN", "EXCUSED", "UNKNOWN");
    for (const auto& [promise, t] : f.tallies()) {
        text += fmt::format("{:<24}{:>10}{:>10}{:>10}{:>10}\n", promise, t.decided, t.broken, t.excused, t.undecided);
    }
    return text;
}

}  // namespace mayhem::sim
