#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mayhem/core/time.hpp"
#include "mayhem/core/uuid.hpp"

namespace mayhem::cli {

/// Where the seed of a printed plan comes from.
enum class seed_origin { flag, config, record, drawn };

/// One moment of it.
struct planned_moment {
    core::wall_time at{};
    std::string local;  ///< "2026-11-23 22:13:37 +0100", in the time zone of its group
    std::string weekday;
    std::string group;
    std::string zone;
    std::string draw;  ///< how the victim will be chosen
    core::uuid message;
};

struct printed_plan {
    std::uint64_t seed = 0;
    seed_origin origin = seed_origin::drawn;
    core::wall_time printed_at{};
    bool is_dry_run = true;
    std::vector<planned_moment> moments;  ///< in order
    bool is_cut = false;                  ///< there are more
    std::vector<std::string> unplanned;   ///< groups that follow no schedule
};

/// For a person: the seed and where it comes from, then a row for each moment. Ends with a newline.
std::string to_text(const printed_plan& p);

/// For a program: docs/commands.md has the fields.
std::string to_json(const printed_plan& p);

}  // namespace mayhem::cli
