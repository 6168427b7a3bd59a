#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "record/history.hpp"

namespace mayhem::stores {

/// What an attempt has come to, as far as a picture of many of them tells it apart.
enum class act_kind : std::uint8_t {
    recovered,      ///< came back
    not_recovered,  ///< did not, or not for good
    not_tolerated,  ///< came back, and did not tolerate what lasted
    aborted,        ///< came back, and what lasted was broken off
    no_effect,      ///< is there, and no effect of what lasted was seen
    fault_stuck,    ///< what lasted could not be ended in its time
    failed,         ///< was not acted on, or in vain
    refused,
    unwatched,  ///< acted on, and nobody knows what came of it
    under_way,  ///< no end on record
};

inline constexpr std::size_t act_kinds = 10;

/// "recovered", "not_recovered", ...: as JSON has them.
[[nodiscard]] std::string_view to_string(act_kind k) noexcept;

[[nodiscard]] act_kind kind_of(const std::optional<core::verdict>& v) noexcept;

/// So many attempts of a group that began in one stretch of ten minutes and ended so.
struct day_count {
    std::string group;
    std::size_t bin = 0;  ///< the stretch, counted from the beginning of the day
    act_kind kind{};
    std::size_t count = 0;
};

/// What was done on a day, or in any other stretch of time.
struct day_record {
    std::vector<day_count> counts;      ///< of all attempts
    std::vector<history_row> attempts;  ///< the newest of them, oldest first; without reach
    std::vector<history_row> open;      ///< attempts without an end at messages that are not settled, of any day
    std::vector<skip_row> skips;        ///< moments without a message; the newest, oldest first

    /// The newest attempt that was watched together with those within its reach.
    std::optional<history_row> with_reach;
};

inline constexpr core::duration day_bin = std::chrono::minutes{10};

/// Which part of the record is drawn.
struct day_question {
    core::wall_time from{};
    core::wall_time to{};                ///< not included
    std::size_t attempts_max = 3000;     ///< the newest so many; as many skips
    std::optional<std::string> group{};  ///< of this one alone
};

/// Reads what began in that time, and looks at attempts of that time alone. Synchronous; throws as `read_history`.
[[nodiscard]] day_record read_day(const std::filesystem::path& database, const day_question& q,
                                  std::stop_token stop = {});

}  // namespace mayhem::stores
