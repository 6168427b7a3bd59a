#include "cli/junit_text.hpp"

#include <string_view>

#include <fmt/format.h>

#include "cli/moment_text.hpp"
#include "mayhem/core/text/printable_text.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::cli {

namespace {

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : core::printable_text(text)) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            default: result += c;
        }
    }
    return result;
}

bool has_failed(const stores::attempt_counts& c) { return c.not_recovered > 0 || c.unstable > 0 || c.failed > 0; }

bool is_skipped(const stores::attempt_counts& c) { return !has_failed(c) && c.restarts == 0; }

std::string test_case(const stores::target_report& t) {
    const stores::attempt_counts& c = t.counts;
    const double worst = c.recovery ? core::to_seconds(c.recovery->worst) : 0.0;
    std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.6f}\"", escaped(t.group),
                                   escaped(t.target), worst);
    if (has_failed(c)) {
        text += fmt::format(
            ">\n      <failure message=\"{} restarts: {} recovered, {} did not, {} came back and did not stay, {} "
            "failed\"/>\n",
            c.restarts, c.recovered, c.not_recovered, c.unstable, c.failed);
    } else if (is_skipped(c)) {
        text += fmt::format(">\n      <skipped message=\"not restarted, {} times refused\"/>\n", c.refused);
    } else {
        return text + "/>\n";
    }
    return text + "    </testcase>\n";
}

}  // namespace

std::string to_junit(const stores::report& r) {
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mayhem\">\n";
    for (const stores::group_report& g : r.groups) {
        std::string cases;
        std::size_t tests = 0;
        std::size_t failures = 0;
        std::size_t skipped = 0;
        for (const stores::target_report& t : r.targets) {
            if (t.group == g.group) {
                ++tests;
                failures += has_failed(t.counts) ? 1 : 0;
                skipped += is_skipped(t.counts) ? 1 : 0;
                cases += test_case(t);
            }
        }
        text += fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{}  "
            "</testsuite>\n",
            escaped(g.group), tests, failures, skipped, cases);
    }
    return text + "</testsuites>\n";
}

}  // namespace mayhem::cli
