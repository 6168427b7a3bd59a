#include "sim/judge/text.hpp"

#include <chrono>

#include <fmt/format.h>

#include "mayhem/core/time.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono;

std::string as_seconds(steady_time t) { return fmt::format("{:.6f}", core::to_seconds(t)); }

}  // namespace

std::string describe(const when& at) {
    return at.steady.is_point()
               ? fmt::format("at {} s", as_seconds(at.steady.earliest))
               : fmt::format("at {} to {} s", as_seconds(at.steady.earliest), as_seconds(at.steady.latest));
}

std::string describe(core::wall_time t) {
    const auto day = floor<days>(t);
    const year_month_day date{day};
    const hh_mm_ss time{t - day};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06} UTC", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::string describe(const interval<core::wall_time>& wall) {
    return wall.is_point() ? describe(wall.earliest) : describe(wall.earliest) + " to " + describe(wall.latest);
}

std::string who(const std::string& target, const std::string& incarnation) {
    return target + " (life " + incarnation + ")";
}

}  // namespace mayhem::sim
