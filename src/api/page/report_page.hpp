#pragma once

#include <string>
#include <vector>

#include "mayhem/core/plan/zone.hpp"
#include "record/recovery_book.hpp"
#include "record/report.hpp"

namespace mayhem::app {

/// What a report in a file by itself is made of.
struct report_picture {
    const stores::report& report;
    const stores::history& history;                 ///< what it sums up
    std::vector<const stores::target_past*> pasts;  ///< the least usual first; those of its targets are drawn
    std::string title;                              ///< "6 restarts, 6 came back."
    std::string subtitle;
    std::string store;
    core::wall_time as_of{};
    core::zone zone;  ///< of all its times
};

/// One HTML file with everything in it: the page's pictures and style, the data, and, for whoever runs no script, as in
/// a mail, the same as tables. It may do nothing but what its content policy names by hash: no request, no other
/// script. Bounded: the newest 2,000 attempts, 50 targets beside their pasts. Pure, but for the host's name.
[[nodiscard]] std::string report_html(const report_picture& p);

}  // namespace mayhem::app
