#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "drivers/systemd/systemd_unit.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::drivers {

/// What the systemd driver remembers of units from one look to the next: how often each was started lately, because
/// systemd tells nobody, and in which SubState it was before the act.
///
/// systemd lets a unit start `StartLimitBurst=` times within `StartLimitIntervalSec=` and then leaves it dead. It
/// counts in windows that begin with a start; here any span of that length counts, which is never more generous. A life
/// that was seen counts as one start, and so does each automatic restart since the look before (NRestarts). What nobody
/// saw cannot be counted: so a unit first seen with a life younger than its interval is not known well enough until
/// that life is older.
///
/// At most `units_max` units, the ones seen last, and `starts_max` starts of each: of a larger burst nothing is
/// refused. What is forgotten is as if never seen. Pure: the time is an argument. One thread.
class unit_ledger {
public:
    static constexpr std::size_t starts_max = 1000;

    explicit unit_ledger(std::size_t units_max = 10'000) : units_max_(units_max) {}

    /// Somebody looked at the unit, and it was so.
    void note(const systemd_unit& u);

    /// It is about to be acted on, in this SubState.
    void note_act(const systemd_unit& u);

    /// So systemd's job for that act ended: "done", "canceled", ...
    void note_job(const std::string& id, std::string result);

    /// Of the last act; empty if nobody knows.
    [[nodiscard]] std::string job_result(const std::string& id) const;

    /// When it was looked at last and systemd had not unloaded it; empty if nobody did.
    [[nodiscard]] std::string sub_state_seen(const std::string& id) const;

    /// Before the last act; nothing if there was none that is remembered.
    [[nodiscard]] std::optional<std::string> sub_state_before_act(const std::string& id) const;

    /// Why one more start now might be one too many; nothing if it is not. `u` was noted before.
    [[nodiscard]] std::optional<std::string> why_start_limit(const systemd_unit& u, core::wall_time now) const;

    [[nodiscard]] std::size_t size() const noexcept { return units_.size(); }

private:
    struct history {
        std::deque<core::wall_time> starts;  ///< in the order in which they were seen
        core::wall_time known_since{};       ///< every start since is in `starts`, as far as it was looked
        std::string invocation;
        std::uint32_t automatic_restarts = 0;
        std::optional<std::string> sub_state;
        std::string sub_state_seen;
        std::string job_result;
        std::uint64_t used = 0;
    };

    history& find(const std::string& id);

    const std::size_t units_max_;
    std::map<std::string, history> units_;
    std::uint64_t uses_ = 0;
};

}  // namespace mayhem::drivers
