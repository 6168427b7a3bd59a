#include "config/foreign_keys.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "mayhem/core/text/lower.hpp"

namespace mayhem::app {

namespace {

struct foreign_key {
    std::string_view name;
    std::string_view advice;
};

constexpr std::string_view other_file =
    "it is of another tool's file: here each group of targets has a section [group.NAME], and how often and when "
    "stands "
    "in [schedule] or there";

constexpr auto of_the_head = std::to_array<foreign_key>({
    {"chaosmonkey", other_file},
    {"chaoskube", other_file},
    {"kubemonkey", other_file},
    {"targets", other_file},
});

constexpr std::string_view exclusion = "to leave targets out, write except = [\"name\", \"pattern-*\"]";
constexpr std::string_view mean = "write how long from one restart to the next, on average: mean_time_between = \"4h\"";
constexpr std::string_view days = "write on which days it may: days = [\"mon-fri\"]";
constexpr std::string_view hours = "write in which hours it may: hours = [\"09:00-17:00\"]";
constexpr std::string_view dates = "write the dates on which it may not: exclude = [\"12-24\"]";
constexpr std::string_view at_most = "write max_per_hour, max_per_day or max_unavailable";
constexpr std::string_view process =
    "the next life of a process has another number: select it by name, executable, command_line or user";

constexpr auto of_a_group = std::to_array<foreign_key>({
    {"blacklist", exclusion},
    {"cron", "write when it may, hours and days, and how often, mean_time_between"},
    {"deny", exclusion},
    {"denylist", exclusion},
    {"end_hour", hours},
    {"exclude_containers", exclusion},
    {"exclude_name", exclusion},
    {"exclude_names", exclusion},
    {"exclude_processes", exclusion},
    {"exclude_targets", exclusion},
    {"exclude_units", exclusion},
    {"excluded", exclusion},
    {"excluded_days_of_year", dates},
    {"excluded_times_of_day", hours},
    {"excluded_weekdays", days},
    {"excludes", exclusion},
    {"frequency", mean},
    {"ignore", exclusion},
    {"interval", mean},
    {"kill_mode", "write what is done, action, and how much at once, max_unavailable"},
    {"max_kill", at_most},
    {"mean_time_between_kills_in_work_days", mean},
    {"minimum_age", "write min_age"},
    {"mtbf", mean},
    {"not", exclusion},
    {"omit", exclusion},
    {"pid", process},
    {"pidfile", process},
    {"port", "select by name, executable, command_line or user; a probe asks a port: [group.NAME.probe] with tcp"},
    {"probability", mean},
    {"run_hour", hours},
    {"skip", exclusion},
    {"start_hour", hours},
    {"time_zone", "write timezone"},
    {"unless", exclusion},
    {"weekdays", days},
    {"without", exclusion},
});

std::string_view find_in(std::span<const foreign_key> keys, std::string_view key) {
    const auto found = std::ranges::find_if(keys, [key](const foreign_key& known) {
        return std::ranges::equal(key, known.name, {}, [](char c) { return c == '-' ? '_' : core::lower(c); });
    });
    return found == keys.end() ? std::string_view() : found->advice;
}

}  // namespace

std::string_view explain_foreign_key(std::string_view key, std::string_view section) noexcept {
    if (section.empty()) {
        const std::string_view whole = find_in(of_the_head, key);
        return whole.empty() ? find_in(of_a_group, key) : whole;
    }
    return section == "group" || section == "schedule" ? find_in(of_a_group, key) : std::string_view();
}

}  // namespace mayhem::app
