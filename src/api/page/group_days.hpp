#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "api/page/page_facts.hpp"
#include "api/page/plan_book.hpp"
#include "record/day_record.hpp"

namespace mayhem::app {

/// Null: there is none of that name.
[[nodiscard]] const group_now* find_group(const page_facts& f, const std::string& name);

/// Seven days of a group from today on, as rows of a day (`today_json.hpp`) with their beginning and end; `today` is
/// the record of the first.
[[nodiscard]] nlohmann::json days_json(const page_facts& f, const group_now& g, plan_book& plans,
                                       const core::zone& zone, const stores::day_record& today);

/// What a group is held to; null: it is not in the config.
[[nodiscard]] nlohmann::json limits_json(const page_facts& f, const std::string& name);

}  // namespace mayhem::app
