#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/table.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::cli {

/// How a status is to be shown.
struct status_shape {
    static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

    std::size_t room = table::no_limit;  ///< characters in a line of the table
    std::size_t rows_max = 20;           ///< groups in it; the others are summed up
    bool has_counts = false;             ///< also what was counted since the start, and the queue
    core::wall_time now{};               ///< of the command's clock
};

/// What the daemon is about, for a person: armed or halted, what stands, what is under way, and for each group when
/// its next moment is and what came of its last act. Takes what GET /v1/status and /v1/outlook say; of a daemon that
/// has no outlook (null) the names of the groups are listed. Ends with a newline; throws `nlohmann::json::exception`
/// for anything else.
std::string status_text(const nlohmann::json& status, const nlohmann::json& outlook, const status_shape& shape);

/// The same in a window of so many lines, each cut to `shape.room`: as many groups as there is place for.
std::string status_window(const nlohmann::json& status, const nlohmann::json& outlook, status_shape shape,
                          std::size_t lines);

/// Who halts, since when, why, and how it is taken back; one line a door.
std::string halt_text(const nlohmann::json& j);

}  // namespace mayhem::cli
