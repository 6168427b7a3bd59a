#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// One recovery, as far as it was seen: it came after `not_before`, the last look that saw it not to have come, and no
/// later than `back`. Whoever looks seldom knows little.
struct seen_recovery {
    duration back{};
    duration not_before{};

    friend bool operator==(const seen_recovery&, const seen_recovery&) = default;
};

/// By nearest rank: the smallest of these values that at least so many percent of them do not exceed. Not of none.
[[nodiscard]] duration nearest_rank(std::span<const duration> ascending, std::size_t percent);

/// How long a target takes to come back, by nearest rank.
struct usual_recovery {
    duration p10{};
    duration p50{};
    duration p90{};
    std::size_t count = 0;  ///< of so many recoveries

    friend bool operator==(const usual_recovery&, const usual_recovery&) = default;
};

/// The past of a target: its recoveries under the same action, within so long before the act that is judged, and of
/// those the newest so many, of so many attempts at most. The act itself is left out.
inline constexpr std::chrono::days past_reaches_back{90};
inline constexpr std::size_t past_recoveries_max = 100;
inline constexpr std::size_t past_attempts_max = 1000;

/// With fewer, nothing is said.
inline constexpr std::size_t past_recoveries_min = 8;

/// What is not slower than its usual by so much is not called slow.
inline constexpr duration slower_by_min = std::chrono::milliseconds{250};

enum class pace : std::uint8_t {
    not_known,  ///< it was not judged, or the record could not be read
    too_few,    ///< recoveries on record to say anything
    as_usual,
    slow,      ///< this one was slower than its own past explains
    creeping,  ///< the last few were slower, taken together, than those before them
};

/// Stable names, used in records and JSON: "not_known", "too_few", "as_usual", "slow", "creeping".
std::string_view to_string(pace p) noexcept;
std::optional<pace> parse_pace(std::string_view name) noexcept;

/// A recovery held against the past of its target.
struct recovery_judgement {
    core::pace pace = pace::not_known;
    std::optional<usual_recovery> usual{};  ///< of the past; nothing: too few

    /// Slow: how many times its usual (p50) it took. Creeping: the median of the last few by that of those before. Zero
    /// otherwise.
    double factor = 0;
};

/// Nothing: fewer than `past_recoveries_min`.
[[nodiscard]] std::optional<usual_recovery> usual_of(std::span<const seen_recovery> past);

/// Whether it may be slow, whatever its past: nobody needs to be asked about what cannot.
[[nodiscard]] constexpr bool may_be_slow(const seen_recovery& last) noexcept {
    return last.not_before >= slower_by_min;
}

/// Holds `last` against its past, newest first; more than `past_recoveries_max` do not count. Pure.
///
/// Slow: it came certainly (`not_before`)
///  - at least `slower_by_min` after p50, and
///  - later than all of the past but a twentieth, itself counted in, and
///  - beyond the one-sided prediction limit of 1 in 1000 for log-normal times: exp(max(mean, median) + t s sqrt(1+1/n))
///    of the logarithms, where s is the larger of their standard deviation, that of those above the median, and a
///    tenth.
/// The second bounds how often it is said of a target that has two ways of coming back, the third of one whose times
/// scatter. The upper half counts on its own because recoveries have a shortest time and no longest. docs/operations.md
/// has how often that is wrong, and what it misses.
///
/// Creeping: the median of the newest 5, or of the newest 10, this one included, is certainly 1.3 times that of up to
/// 30 before them, 9 at least, by `slower_by_min` or more, and the rank-sum test of Mann and Whitney, exact and with
/// ties against it, gives that less than 1 chance in 2000 if nothing has changed.
[[nodiscard]] recovery_judgement judge_recovery(const seen_recovery& last, std::span<const seen_recovery> past);

/// A recovery that was slow, for whoever is told.
struct slow_recovery {
    duration usual{};   ///< p50
    double factor = 0;  ///< so many times of it
};

/// So many times its usual.
[[nodiscard]] constexpr double times_usual(duration took, duration usual) noexcept {
    return to_seconds(took) / std::max(to_seconds(usual), 0.001);  // what takes no time was seen to take none
}

/// "4.1 x", two figures.
[[nodiscard]] std::string factor_text(double factor);

/// "slower than its usual: 4.1 x of 3.4 s".
[[nodiscard]] std::string describe(const slow_recovery& s);

}  // namespace mayhem::core
