#include "cli/pace_text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/table.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::cli {

namespace {

std::string usual_text(const stores::recovery_row& row) {
    return row.usual ? fmt::format("{} ({} to {})", core::format_duration(row.usual->p50),
                                   core::format_duration(row.usual->p10), core::format_duration(row.usual->p90))
                     : "-";
}

std::string last_text(const stores::recovery_row& row) {
    const bool is_back = row.last && row.last->verdict == core::verdict::recovered && row.last->recovery;
    return is_back ? core::format_duration(*row.last->recovery) : "-";
}

bool says_something(const stores::recovery_row& row) {
    return row.usual || row.word == stores::recovery_word::slow || row.word == stores::recovery_word::creeping;
}

}  // namespace

std::string pace_text(const stores::recovery_row& row) {
    switch (row.word) {
        using enum stores::recovery_word;
        case not_back: return "did not come back";
        case slow: return "slower than its usual, " + core::factor_text(row.factor);
        case creeping: return "creeping, " + core::factor_text(row.factor);
        case under_way: return "under way";
        case as_usual: return "as usual";
        case too_few: return "too few to say";
        case never: break;
    }
    return "never came back";
}

std::string pace_table(const std::vector<stores::recovery_row>& rows, std::size_t room) {
    if (std::ranges::none_of(rows, &says_something)) {
        return {};
    }
    const bool has_groups = std::ranges::any_of(rows, [&](const auto& row) { return row.group != rows.front().group; });
    std::vector<column> columns{{.title = "TARGET", .width_min = 14},
                                {.title = "USUAL", .may_go = 1},
                                {"LAST", column::side::right},
                                {"WHICH IS"}};
    const bool has_hosts = !rows.front().host.empty();
    if (has_hosts) {
        columns.insert(columns.begin(), {.title = "HOST", .width_min = 8});
    }
    if (has_groups) {
        columns.insert(columns.begin(), {.title = "GROUP", .width_min = 8});
    }
    table t(std::move(columns));
    for (const stores::recovery_row& row : rows) {
        std::vector<std::string> cells{row.target, usual_text(row), last_text(row), pace_text(row)};
        if (has_hosts) {
            cells.insert(cells.begin(), row.host);
        }
        if (has_groups) {
            cells.insert(cells.begin(), row.group);
        }
        t.add_row(std::move(cells));
    }
    return t.to_text(room);
}

}  // namespace mayhem::cli
