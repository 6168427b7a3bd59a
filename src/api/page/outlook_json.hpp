#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "api/page/group_today.hpp"
#include "record/recovery_book.hpp"

namespace mayhem::app {

/// What is under way, an attempt each, with what it usually takes; at most a dozen.
[[nodiscard]] nlohmann::json under_way_json(const std::vector<group_today>& groups, const stores::recovery_book& book);

/// What is next and what was last, a row for each of the groups, in their order: for `mayhem status`.
[[nodiscard]] nlohmann::json outlook_rows(const std::vector<group_today>& groups, const stores::recovery_book& book);

}  // namespace mayhem::app
