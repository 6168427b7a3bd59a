#include "mayhem/core/rules/disk_fill.hpp"

#include <algorithm>

#include "mayhem/core/text/size_text.hpp"

namespace mayhem::core {

namespace {

constexpr std::uint64_t whole = 100;

/// Without an overflow, also of what no disk has.
std::uint64_t share(std::uint64_t of, unsigned percent) noexcept {
    return of / whole * percent + of % whole * percent / whole;
}

/// That others are to have left.
std::uint64_t least_left(const disk_fill& wanted, const disk_space& is) noexcept {
    return std::max(wanted.keep_free, is.usable() / whole);
}

}  // namespace

unsigned disk_space::percent() const noexcept {
    const std::uint64_t all = usable();
    if (all < whole) {
        return 0;
    }
    return static_cast<unsigned>(std::min(used() / (all / whole), whole));
}

fill_plan plan_fill(const disk_fill& wanted, const disk_space& is) {
    const std::uint64_t least = least_left(wanted, is);
    const std::uint64_t up_to = share(is.usable(), wanted.percent);
    const std::string percent = std::to_string(wanted.percent) + " %";
    if (is.usable() - up_to < least) {
        return {.why_not = "of its " + format_size(is.usable()) + " only " + format_size(is.usable() - up_to) +
                           " would be free at " + percent + ", and " + format_size(least) +
                           " are to be kept: lower fill_to" + (wanted.keep_free < least ? "" : " or keep_free")};
    }
    if (is.used() >= up_to) {
        return {.why_not = "it is full to " + std::to_string(is.percent()) + " %, and was to be to " + percent +
                           " only: nothing is left to take"};
    }
    return {.bytes = std::min(up_to - is.used(), is.available)};
}

std::uint64_t owed(const disk_fill& wanted, const disk_space& is, std::uint64_t taken) noexcept {
    const std::uint64_t least = least_left(wanted, is);
    constexpr std::uint64_t quarter = 4;
    return is.available >= least ? 0 : std::min(taken, least - is.available + least / quarter);
}

}  // namespace mayhem::core
