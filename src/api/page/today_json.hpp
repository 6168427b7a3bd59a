#pragma once

#include <cstddef>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "api/page/group_today.hpp"

namespace mayhem::app {

/// So many marks of what was done in one row, and of all marks of all rows together; a row with more is drawn by
/// counts, and of what is planned the next moments are drawn.
struct mark_budget {
    std::size_t row = 60;
    std::size_t left = 400;
};

[[nodiscard]] nlohmann::json row_json(const group_today& g, const page_facts& f, plan_book& plans, const local_day& day,
                                      mark_budget& budget);

/// What the sentence on the day says: acts by their end, moments without a message, what is planned, and how many of
/// that will be refused as things stand.
[[nodiscard]] nlohmann::json sums_json(const std::vector<group_today>& groups, const stores::day_record& d,
                                       const local_day& day);

/// The groups behind `from` in one row: `done` and `planned` by stretches of ten minutes.
[[nodiscard]] nlohmann::json rest_json(const std::vector<group_today>& groups, std::size_t from, const page_facts& f,
                                       const local_day& day);

}  // namespace mayhem::app
