#include "cli/junit_text.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "cli/moment_text.hpp"
#include "cli/pace_text.hpp"
#include "mayhem/core/text/markup_text.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::cli {

namespace {

/// A target, and how it is beside its past: null where it was never acted on.
struct tested {
    const stores::attempt_counts& counts;
    const stores::recovery_row* pace;
    bool is_too_slow;
};

bool is_bad(const stores::attempt_counts& c) {
    return c.not_recovered > 0 || c.unstable > 0 || c.not_tolerated > 0 || c.aborted > 0 || c.fault_stuck > 0 ||
           c.failed > 0 || c.not_ended > 0;
}

bool has_failed(const tested& t) { return is_bad(t.counts) || t.is_too_slow; }

/// Nothing is known of it: it was not restarted, each time somebody else took it over, or what lasted had no effect.
bool is_skipped(const tested& t) {
    return !has_failed(t) && t.counts.restarts == t.counts.taken_over + t.counts.no_effect;
}

tested find(const stores::report& r, const stores::target_report& t, const slow_limits& too_slow) {
    const auto row = std::ranges::find_if(r.recoveries, [&t](const stores::recovery_row& row) {
        return row.group == t.group && row.target == t.target && row.host == t.host;
    });
    if (row == r.recoveries.end()) {
        return {t.counts, nullptr, false};
    }
    const auto limit = too_slow.find(t.group);
    const bool is_limited = limit != too_slow.end() && limit->second > 0;
    return {t.counts, &*row, is_limited && row->word == stores::recovery_word::slow && row->factor >= limit->second};
}

std::string test_case(const stores::target_report& t, const tested& how) {
    const stores::attempt_counts& c = t.counts;
    const double worst = c.recovery ? core::to_seconds(c.recovery->worst) : 0.0;
    std::string text =
        fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.6f}\"", core::markup_text(t.group),
                    core::markup_text(t.host.empty() ? t.target : t.host + " " + t.target), worst);
    const std::string pace =
        how.pace != nullptr && how.pace->factor > 0 ? "it is " + pace_text(*how.pace) : std::string();
    std::string inside;
    if (has_failed(how)) {
        inside = fmt::format(
            "      <failure message=\"{} restarts: {} recovered, {} did not, {} came back and did not stay, {} "
            "failed; {} times it did not end{}{}{}{}\"/>\n",
            c.restarts, c.recovered, c.not_recovered, c.unstable, c.failed, c.not_ended,
            c.not_tolerated > 0 ? fmt::format("; {} times it did not tolerate what lasted", c.not_tolerated) : "",
            c.aborted > 0 ? fmt::format("; {} times what lasted was broken off", c.aborted) : "",
            c.fault_stuck > 0 ? fmt::format("; {} times what lasted could not be undone in its time", c.fault_stuck)
                              : "",
            how.is_too_slow ? "; " + core::markup_text(pace) : "");
    } else if (is_skipped(how)) {
        const std::string why = c.no_effect > 0    ? fmt::format("{} times what lasted had no effect", c.no_effect)
                                : c.taken_over > 0 ? fmt::format("{} times taken over by somebody else", c.taken_over)
                                                   : "not restarted";
        inside = fmt::format("      <skipped message=\"{}, {} times refused\"/>\n", why, c.refused);
    }
    if (!pace.empty()) {
        inside += "      <system-out>" + core::markup_text(pace) + "</system-out>\n";
    }
    return text + (inside.empty() ? "/>\n" : ">\n" + inside + "    </testcase>\n");
}

}  // namespace

std::string to_junit(const stores::report& r, const slow_limits& too_slow) {
    std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mayhem\">\n";
    for (const stores::group_report& g : r.groups) {
        std::string cases;
        std::size_t tests = 0;
        std::size_t failures = 0;
        std::size_t skipped = 0;
        for (const stores::target_report& t : r.targets) {
            if (t.group == g.group) {
                ++tests;
                const tested how = find(r, t, too_slow);
                failures += has_failed(how) ? 1 : 0;
                skipped += is_skipped(how) ? 1 : 0;
                cases += test_case(t, how);
            }
        }
        text += fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{}  "
            "</testsuite>\n",
            core::markup_text(g.group), tests, failures, skipped, cases);
    }
    return text + "</testsuites>\n";
}

}  // namespace mayhem::cli
