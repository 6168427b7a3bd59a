#include "mayhem/core/plan/fleet_fingerprint.hpp"

#include <cstdint>
#include <string_view>

#include "mayhem/core/random.hpp"

namespace mayhem::core {

namespace {

/// Raised when the same keys come to mean something else.
constexpr std::string_view meaning = "1";

std::string in_hexadecimal(std::uint64_t number) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(16, '0');
    for (std::size_t at = text.size(); at-- > 0; number >>= 4) {
        text[at] = digits[number & 15];
    }
    return text;
}

void append(std::string& text, std::int64_t number) { text.append("|").append(std::to_string(number)); }

}  // namespace

std::string fleet_fingerprint(const planner& plan, const guard_limits& limits, duration expires_after,
                              duration recovery_timeout) {
    std::string text(meaning);
    text.append("|").append(plan.identity());
    append(text, limits.min_age.count());
    append(text, limits.min_rest.count());
    append(text, limits.min_healthy ? static_cast<std::int64_t>(*limits.min_healthy) : -1);
    for (const std::size_t limit :
         {limits.max_unavailable, limits.max_per_day, limits.max_per_hour, limits.max_failures}) {
        append(text, static_cast<std::int64_t>(limit));
    }
    append(text, limits.breaks_when_lost ? 1 : 0);
    append(text, static_cast<std::int64_t>(limits.slower_than * 1000));
    append(text, expires_after.count());
    append(text, recovery_timeout.count());
    return in_hexadecimal(random_source(1).stream(text).next()) + in_hexadecimal(random_source(2).stream(text).next());
}

}  // namespace mayhem::core
