#include "cli/moment_text.hpp"

#include <cmath>
#include <cstdint>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::cli {

namespace {

std::tm local(core::wall_time t) { return fmt::localtime(std::chrono::system_clock::to_time_t(t)); }

}  // namespace

std::string local_moment(core::wall_time t) { return fmt::format("{:%Y-%m-%d %H:%M:%S}", local(t)); }

std::string told_moment(std::string_view text) {
    const auto moment = core::parse_moment(text);
    return moment ? local_moment(*moment) : std::string(text);
}

std::string near_moment(core::wall_time t, core::wall_time now) {
    constexpr std::chrono::hours near{6 * 24};
    const std::tm there = local(t);
    const std::tm here = local(now);
    if (there.tm_year == here.tm_year && there.tm_yday == here.tm_yday) {
        return fmt::format("{:%H:%M:%S}", there);
    }
    const auto far = t > now ? t - now : now - t;
    return far < near ? fmt::format("{:%a %H:%M}", there) : fmt::format("{:%Y-%m-%d}", there);
}

std::string rough_length(std::chrono::duration<double> length) {
    constexpr std::uint64_t minute = 60;
    constexpr std::uint64_t hour = 60 * minute;
    constexpr std::uint64_t day = 24 * hour;
    const auto s = static_cast<std::uint64_t>(std::max(0.0, length.count()));
    if (s < minute) {
        return fmt::format("{} s", s);
    }
    if (s < hour) {
        return fmt::format("{} min", s / minute);
    }
    return s < 2 * day ? fmt::format("{} h {} min", s / hour, s % hour / minute)
                       : fmt::format("{} d {} h", s / day, s % day / hour);
}

std::string seconds_text(double seconds) {
    constexpr double fine_below = 0.995;
    constexpr double whole_from = 99.95;
    if (seconds < fine_below) {
        return fmt::format("{:.2f} s", seconds);
    }
    if (seconds < whole_from) {
        return fmt::format("{:.1f} s", seconds);
    }
    const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
    return fmt::format("{} min {} s", whole / 60, whole % 60);
}

}  // namespace mayhem::cli
