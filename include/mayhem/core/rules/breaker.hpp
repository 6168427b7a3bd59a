#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "mayhem/core/rules/guard_limits.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// A group's breaker that is open: nothing is restarted in the group until a person closes it.
struct breaker {
    wall_time opened_at{};
    std::string reason;  ///< "web[12] did not recover", for a person

    friend bool operator==(const breaker&, const breaker&) = default;
};

/// Whether an attempt that ended so belongs to the row of failures: it failed, or ended the row by recovering. What did
/// not end, or could not be undone, is a failure of the act, as one that could not be carried out. What was refused or
/// cut, is not known to the end, or had no effect, says nothing about the target, and leaves the row as it is.
[[nodiscard]] constexpr bool belongs_to_the_row(verdict v) noexcept {
    return v == verdict::recovered || v == verdict::not_recovered || v == verdict::unstable ||
           v == verdict::not_tolerated || v == verdict::aborted || v == verdict::fault_stuck ||
           v == verdict::not_ended || v == verdict::restart_failed;
}

/// Does an attempt that ended so say how long its target takes to come back, or that it does not? What was not
/// tolerated, or was broken off, came back, but is held against no other recovery.
[[nodiscard]] constexpr bool tells_of_a_recovery(verdict v) noexcept {
    return belongs_to_the_row(v) && v != verdict::restart_failed && v != verdict::not_tolerated &&
           v != verdict::aborted && v != verdict::fault_stuck;
}

/// Counts what goes wrong in one group and says when that is too much. A value; pure.
class breaker_watch {
public:
    explicit breaker_watch(std::size_t failures_in_a_row = 0) noexcept : failures_(failures_in_a_row) {}

    /// An attempt ended so. Returns why the breaker opens with it, or nothing. A recovery ends the row, also one that
    /// opens the breaker because it was `slower` than the limits have it.
    [[nodiscard]] std::optional<std::string> judge(verdict v, std::string_view target, const guard_limits& limits,
                                                   const std::optional<slow_recovery>& slower = std::nullopt) {
        if (v == verdict::recovered) {
            failures_ = 0;
            return slower ? judge_slow(target, limits, *slower) : std::nullopt;
        }
        return belongs_to_the_row(v) ? judge_failure(v, target, limits) : std::nullopt;
    }

    /// The breaker was closed: the row begins anew.
    void reset() noexcept { failures_ = 0; }

    [[nodiscard]] std::size_t failures_in_a_row() const noexcept { return failures_; }

private:
    [[nodiscard]] std::optional<std::string> judge_failure(verdict v, std::string_view target,
                                                           const guard_limits& limits);
    [[nodiscard]] static std::optional<std::string> judge_slow(std::string_view target, const guard_limits& limits,
                                                               const slow_recovery& slower);

    std::size_t failures_;
};

/// How a person closes it: `"mayhem resume web" closes it`.
[[nodiscard]] std::string how_to_close(std::string_view group);

}  // namespace mayhem::core
