#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/page/page_facts.hpp"
#include "api/page/plan_book.hpp"
#include "record/day_record.hpp"

namespace mayhem::app {

/// A group in the config, and its settings; null: it has none.
[[nodiscard]] const group_config* find_group_config(const page_facts& f, const std::string& name);
[[nodiscard]] const pipeline::group_settings* find_settings(const page_facts& f, const std::string& name);

/// A day of one group as it is drawn.
struct group_today {
    const group_now* group = nullptr;
    const planned_day* plan = nullptr;                 ///< null: it has none
    std::map<stores::act_kind, std::size_t> counts{};  ///< of its attempts
    std::map<std::size_t, std::map<stores::act_kind, std::size_t>> bins{};
    std::vector<const stores::history_row*> attempts{};  ///< oldest first, as far as they were read
    std::vector<const stores::history_row*> open{};
    std::vector<const stores::skip_row*> skips{};
    std::size_t planned = 0;                  ///< moments that are still to come that day
    std::optional<core::wall_time> next{};    ///< of any day
    core::act next_act{};                     ///< what that gets
    std::optional<core::guard> refused_by{};  ///< as things stand, all that are still to come

    [[nodiscard]] std::size_t count(stores::act_kind k) const;
    [[nodiscard]] std::size_t acts() const;                ///< everything that was or may have been touched
    [[nodiscard]] bool stands() const;                     ///< something that lasts is under way
    [[nodiscard]] std::chrono::nanoseconds lasts() const;  ///< so long: what stands; otherwise its one action
};

/// All groups, those first that want to be looked at first: a fault stands, under way, breaker open, then by their next
/// moment, then those without one, by name. `f`, `d` and `plans` outlive it.
[[nodiscard]] std::vector<group_today> sort_today(const page_facts& f, const stores::day_record& d, plan_book& plans,
                                                  const local_day& day);

}  // namespace mayhem::app
