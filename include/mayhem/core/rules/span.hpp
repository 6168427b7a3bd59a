#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mayhem/core/time.hpp"

namespace mayhem::core {

/// Why what lasted does not stand any more.
enum class span_end : std::uint8_t {
    time_over,       ///< it stood as long as it was to
    told_to_end,     ///< a halt, the end of the hours, a breaker, a reload, a drain, the end of Mayhem
    target_ended,    ///< the life on which it stood is over: whoever watches over the target has given up on it
    stop_requested,  ///< somebody has told the target to end, which it can only if it is let go
    holder_gone,     ///< whoever held it was ended from outside
    stop_condition,  ///< what its group names as a reason to stop has come about (`stop_if`)
};

/// Stable names, for records and JSON: "time_over", ...
[[nodiscard]] constexpr std::string_view to_string(span_end e) noexcept {
    switch (e) {
        case span_end::time_over: return "time_over";
        case span_end::told_to_end: return "told_to_end";
        case span_end::target_ended: return "target_ended";
        case span_end::stop_requested: return "stop_requested";
        case span_end::holder_gone: return "holder_gone";
        case span_end::stop_condition: break;
    }
    return "stop_condition";
}

/// Nothing for a name that is none.
[[nodiscard]] constexpr std::optional<span_end> parse_span_end(std::string_view name) noexcept {
    for (const span_end e : {span_end::time_over, span_end::told_to_end, span_end::target_ended,
                             span_end::stop_requested, span_end::holder_gone, span_end::stop_condition}) {
        if (to_string(e) == name) {
            return e;
        }
    }
    return std::nullopt;
}

/// What the probe of a group may say while something stands on its target.
enum class during_policy : std::uint8_t {
    may_fail,   ///< whatever it likes: that is what was to be seen
    must_pass,  ///< that all is well: the target has to tolerate it
};

/// "may_fail", "must_pass".
[[nodiscard]] constexpr std::string_view to_string(during_policy p) noexcept {
    return p == during_policy::may_fail ? "may_fail" : "must_pass";
}

/// Nothing for a name that is none.
[[nodiscard]] constexpr std::optional<during_policy> parse_during_policy(std::string_view name) noexcept {
    for (const during_policy p : {during_policy::may_fail, during_policy::must_pass}) {
        if (to_string(p) == name) {
            return p;
        }
    }
    return std::nullopt;
}

/// What the probe of the group said while it stood: looks that passed and that did not, those that came to no answer in
/// time among the latter.
struct looks_during {
    std::size_t green = 0;
    std::size_t red = 0;
    std::optional<duration> first_red{};  ///< so long after it began to stand
    std::string said{};                   ///< by the first that did not pass, for a person; not on record by itself

    [[nodiscard]] std::size_t count() const noexcept { return green + red; }
    friend bool operator==(const looks_during&, const looks_during&) = default;
};

/// "the probe did not pass 3 of 30 times, first after 2 s: no answer"; empty where it always has.
[[nodiscard]] std::string describe_red(const looks_during& seen);

/// What is seen of the effect of something that stands, or stood.
struct seen_effect {
    std::string text{};    ///< for a person: "312 packets"; empty: nobody has looked
    bool is_none = false;  ///< it was looked for, and so far there is none

    friend bool operator==(const seen_effect&, const seen_effect&) = default;
};

/// What there is to tell of an act that lasted, and stood.
struct span_facts {
    duration asked{};  ///< for so long
    duration held{};   ///< it stood so long
    span_end ended_by = span_end::time_over;
    seen_effect effect{};  ///< until its end, or as far as it was seen
    looks_during during{};
    std::string stuck{};  ///< why it could not be ended in its time, and what ends it, for a person; empty: it was

    friend bool operator==(const span_facts&, const span_facts&) = default;
};

}  // namespace mayhem::core
