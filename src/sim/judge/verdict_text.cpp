#include "sim/judge/verdict_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mayhem::sim {

std::string to_text(const findings& f) {
    std::string text;
    for (const violation& v : f.violations()) {
        text += fmt::format("BROKEN {}: {} (events {})\n", v.promise, v.text, fmt::join(v.events, ", "));
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
