#include "config/config_schedule.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

namespace mayhem::app {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr settings::range<nanoseconds> mean_range{1ms, 365 * 24h};
constexpr settings::range<nanoseconds> min_range{0ns, 365 * 24h};
constexpr settings::range<nanoseconds> tolerance_range{1s, 24h};
constexpr settings::range<int> per_hour_range{1, 3600};
constexpr settings::range<int> per_day_range{1, 86'400};
constexpr std::size_t list_max = 1000;

/// The elements of a list of texts, each read by `parse` and handed to `add`, which may say what is wrong with it.
/// True if the list is there and right.
template <typename Parse, typename Add>
bool read_list(settings::section& section, std::string_view key, std::string_view example, Parse parse, Add add) {
    const toml::node* const found = section.find(key);
    if (found == nullptr) {
        return false;
    }
    const toml::array* const list = found->as_array();
    if (list == nullptr || list->size() > list_max) {
        section.fail(key, "must be a list of at most 1000 texts, such as " + std::string(example) + ", but is " +
                              std::string(settings::describe(found->type())));
        return false;
    }
    bool is_right = true;
    for (const toml::node& element : *list) {
        const auto* const text = element.as_string();
        std::string trouble;
        if (text == nullptr) {
            trouble = "must hold texts in quotes, but this is " + std::string(settings::describe(element.type()));
        } else if (auto parsed = parse(text->get()); !parsed) {
            trouble = parsed.error();
        } else {
            trouble = add(*std::move(parsed));
        }
        if (!trouble.empty()) {
            section.fail_at(element, key, trouble);
            is_right = false;
        }
    }
    return is_right;
}

void read_days(settings::section& section, schedule_keys& to) {
    core::weekday_set days;
    const auto add = [&days](core::weekday_set more) {
        const bool is_repeated = (days & more).any();
        days |= more;
        return is_repeated ? std::string("names a day that the list has already") : std::string();
    };
    if (read_list(section, "days", R"(["mon-fri"])", core::parse_weekdays, add)) {
        if (days.none()) {
            section.fail("days", "is empty, so that nothing would ever happen: leave the key out for every day");
        } else {
            to.days = days;
        }
    }
}

void read_hours(settings::section& section, schedule_keys& to) {
    std::vector<core::time_window> hours;
    const auto add = [&hours](const core::time_window& w) {
        const auto other =
            std::ranges::find_if(hours, [&w](const core::time_window& known) { return core::overlap(w, known); });
        if (other != hours.end()) {
            return '"' + core::to_string(w) + "\" overlaps \"" + core::to_string(*other) + "\": join them";
        }
        hours.push_back(w);
        return std::string();
    };
    if (read_list(section, "hours", R"(["09:00-12:30"])", core::parse_time_window, add)) {
        if (hours.empty()) {
            section.fail("hours", "is empty, so that nothing would ever happen: leave the key out for the whole day");
        } else {
            to.hours = std::move(hours);
        }
    }
}

/// Whoever writes a name here means targets.
core::result<core::date_range> parse_excluded(std::string_view text) {
    core::result<core::date_range> range = core::date_range::parse(text);
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (!range && std::ranges::any_of(text, is_letter)) {
        return core::failure{range.error() + "; to leave targets out, write them to except"};
    }
    return range;
}

void read_exclude(settings::section& section, schedule_keys& to) {
    std::vector<core::date_range> exclude;
    const auto add = [&exclude](core::date_range r) {
        exclude.push_back(r);
        return std::string();
    };
    if (read_list(section, "exclude", R"(["2026-12-24", "12-20..01-06"])", parse_excluded, add)) {
        to.exclude = std::move(exclude);
    }
}

template <typename T>
std::optional<T> first_of(const std::optional<T>& own, const std::optional<T>& other) {
    return own ? own : other;
}

}  // namespace

bool schedule_keys::is_empty() const noexcept {
    return !mean_time_between && !min_time_between && !max_per_hour && !max_per_day && !tolerance && !days && !hours &&
           !exclude;
}

schedule_keys schedule_keys::or_else(const schedule_keys& fallback) const {
    return {.mean_time_between = first_of(mean_time_between, fallback.mean_time_between),
            .min_time_between = first_of(min_time_between, fallback.min_time_between),
            .max_per_hour = first_of(max_per_hour, fallback.max_per_hour),
            .max_per_day = first_of(max_per_day, fallback.max_per_day),
            .tolerance = first_of(tolerance, fallback.tolerance),
            .days = first_of(days, fallback.days),
            .hours = first_of(hours, fallback.hours),
            .exclude = first_of(exclude, fallback.exclude),
            .timezone = first_of(timezone, fallback.timezone)};
}

schedule_keys read_schedule_keys(settings::section& section) {
    schedule_keys keys;
    section.read("mean_time_between", keys.mean_time_between, mean_range);
    section.read("min_time_between", keys.min_time_between, min_range);
    section.read("max_per_hour", keys.max_per_hour, per_hour_range);
    section.read("max_per_day", keys.max_per_day, per_day_range);
    section.read("tolerance", keys.tolerance, tolerance_range);
    read_days(section, keys);
    read_hours(section, keys);
    read_exclude(section, keys);
    keys.timezone = read_timezone(section);
    return keys;
}

std::optional<core::zone> read_timezone(settings::section& section) {
    std::string name;
    if (!section.read("timezone", name)) {
        return std::nullopt;
    }
    auto found = core::zone::find(name);
    if (!found) {
        section.fail("timezone", found.error());
        return std::nullopt;
    }
    return *found;
}

core::zone system_zone() {
    const char* const variable = std::getenv("TZ");
    std::string_view name = variable == nullptr ? std::string_view() : variable;
    name.remove_prefix(name.starts_with(':') ? 1 : 0);
    const auto found = core::zone::find(name);
    return found ? *found : core::zone::of_system();
}

std::optional<core::schedule> make_schedule(settings::section& group, const schedule_keys& keys, bool is_required) {
    if (!keys.mean_time_between) {
        if (!group.has("mean_time_between") && (is_required || !keys.is_empty())) {
            group.fail(R"(lacks mean_time_between: how long on average from one restart to the next, such as "4h")");
        }
        return std::nullopt;
    }
    core::schedule s;
    s.mean_time_between = *keys.mean_time_between;
    s.min_time_between = keys.min_time_between.value_or(s.min_time_between);
    s.max_per_hour = keys.max_per_hour;
    s.max_per_day = keys.max_per_day;
    s.tolerance = keys.tolerance.value_or(s.tolerance);
    s.allowed.days = keys.days.value_or(s.allowed.days);
    s.allowed.hours = keys.hours.value_or(s.allowed.hours);
    s.allowed.excluded = keys.exclude.value_or(s.allowed.excluded);
    s.allowed.zone = keys.timezone ? *keys.timezone : system_zone();
    if (const auto gap = core::candidate_gap(s); !gap && !group.has_failed()) {
        group.fail("mean_time_between", gap.error());
        return std::nullopt;
    }
    return s;
}

}  // namespace mayhem::app
