#pragma once

#include <filesystem>
#include <optional>

#include <nlohmann/json_fwd.hpp>

#include "mayhem/core/rules/usual_recovery.hpp"
#include "record/recovery_book.hpp"

namespace mayhem::app {

/// p10, p50, p90 and n, in seconds; null: too few to say.
[[nodiscard]] nlohmann::json usual_json(const std::optional<core::usual_recovery>& u);

/// A target beside its own past: where it stands, and the acts that are drawn of it (seconds, null where it did not
/// come back), oldest first.
[[nodiscard]] nlohmann::json past_json(const stores::target_past& p);

/// Who fell with the target of an act that was watched, and when each stood again; the target itself first. At most 12.
[[nodiscard]] nlohmann::json lanes_json(const stores::history_row& r, const std::optional<core::usual_recovery>& usual);

/// What was told of outside in that time, the newest 50.
[[nodiscard]] nlohmann::json outside_json(const std::filesystem::path& store, core::wall_time from, core::wall_time to);

}  // namespace mayhem::app
