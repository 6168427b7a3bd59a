#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace mayhem::core {

/// On that day (UTC) some list of a group showed so many members, and none showed more.
struct size_on_day {
    std::chrono::sys_days day{};
    std::size_t members = 0;

    friend bool operator==(const size_on_day&, const size_on_day&) = default;
};

/// How many members a group has, those that are down included: what the config says, or else the most that any list
/// of it has shown within the last `days_counted` days, in this life of the daemon or a former one. So no limit depends
/// on whom one life happened to see; and a group that has really become smaller is taken for smaller after that time,
/// or as soon as the config says how many it has.
class group_size {
public:
    static constexpr std::chrono::days days_counted{7};

    /// Of former lives, from the record.
    void restore(const std::vector<size_on_day>& former);

    /// A list of that day showed so many: those on it, and those that are named and were not on it.
    void note(std::chrono::sys_days day, std::size_t members);

    struct count {
        std::size_t members = 0;                          ///< 0: nothing is known
        std::optional<std::chrono::sys_days> shown_on{};  ///< no list of today showed so many, but one of that day
        bool is_stated = false;                           ///< the config says so
    };
    /// `stated`: what the config says; more than that only if a list of today shows more.
    [[nodiscard]] count at(std::chrono::sys_days today,
                           std::optional<std::size_t> stated = std::nullopt) const noexcept;

    /// What the record does not say yet of that day; nothing: it says all of it.
    [[nodiscard]] std::optional<size_on_day> unrecorded(std::chrono::sys_days day) const noexcept {
        return has_news_ ? unrecorded_of(day) : std::nullopt;
    }
    void recorded(const size_on_day& on);

private:
    struct known {
        std::size_t members = 0;
        std::size_t recorded = 0;
    };

    void add(known& k, std::size_t members) noexcept;
    [[nodiscard]] std::optional<size_on_day> unrecorded_of(std::chrono::sys_days day) const noexcept;

    static constexpr std::size_t days_kept = 32;  ///< more than are counted: the clock may be set, and set back

    std::map<std::chrono::sys_days, known> days_;
    bool has_news_ = false;  ///< of some day there is more than the record says
};

}  // namespace mayhem::core
