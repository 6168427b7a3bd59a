#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/history.hpp"
#include "record/recovery_rows.hpp"

namespace mayhem::stores {

/// A target beside its own past, with the acts that are drawn of it.
struct target_past {
    recovery_row row;
    std::vector<history_row> acts;  ///< the newest of which the end is known, oldest first; without reach
};

/// Every target beside its own past, kept up to date: the first look reads all attempts on record, later ones only the
/// targets of which something was recorded since. So whoever looks again and again, as a page does, costs next to
/// nothing, however long the record is. One thread at a time.
class recovery_book {
public:
    static constexpr std::size_t acts_max = 40;  ///< of a target
    static constexpr std::size_t targets_max =
        20'000;  ///< those of which there is too little to say are left out first

    /// Makes it what the record says at `now`. Synchronous; throws as `read_history`, and then it is as it was.
    void refresh(const std::filesystem::path& database, core::wall_time now, std::stop_token stop = {});

    /// The least usual first (`recovery_rows.hpp`). Valid until the next refresh.
    [[nodiscard]] std::vector<const target_past*> rows() const;

    /// Null: it was never acted on.
    [[nodiscard]] const target_past* find(const std::string& group, const std::string& target) const;

private:
    using key = std::pair<std::string, std::string>;

    void put(std::vector<history_row>& attempts);
    void leave_out();

    std::map<key, target_past> targets_;
    std::optional<core::wall_time> looked_at_;
};

/// All acts on one target of which the end is known, since then, and what refused it: oldest first, the newest
/// `limit`. With reach for the newest one alone.
[[nodiscard]] std::vector<history_row> read_target(const std::filesystem::path& database, std::string_view group,
                                                   std::string_view target, core::wall_time since, std::size_t limit,
                                                   std::stop_token stop = {});

}  // namespace mayhem::stores
