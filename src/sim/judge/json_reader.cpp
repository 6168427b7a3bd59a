#include "sim/judge/json_reader.hpp"

#include <cmath>

#include "mayhem/core/plan/date_range.hpp"
#include "mayhem/core/plan/time_window.hpp"
#include "mayhem/core/plan/zone.hpp"

namespace mayhem::sim {

namespace {

/// Some 140 years on either side: whatever is added to it stays a number.
constexpr std::int64_t microseconds_max = 4'500'000'000'000'000;

std::optional<std::int64_t> read_count(const nlohmann::json& given) {
    const bool fits = given.is_number_integer() &&
                      (!given.is_number_unsigned() || given.get<std::uint64_t>() <= std::uint64_t{1} << 62U);
    return fits ? std::optional(given.get<std::int64_t>()) : std::nullopt;
}

}  // namespace

const nlohmann::json* json_reader::find(const char* key) {
    asked_for_.insert(key);
    const auto found = from_.find(key);
    return found == from_.end() ? nullptr : &*found;
}

void json_reader::complain(std::string_view key, std::string_view what) {
    if (error_.empty()) {
        error_.append("field \"").append(where_).append(key).append("\" ").append(what);
    }
}

void json_reader::finish() {
    for (const auto& [key, value] : from_.items()) {
        if (!asked_for_.contains(key)) {
            complain(key, "belongs to no event of this kind");
        }
    }
}

void json_reader::take(const nlohmann::json& given, const char* key, bool& value) {
    if (given.is_boolean()) {
        value = given.get<bool>();
    } else {
        complain(key, "is neither true nor false");
    }
}

void json_reader::take(const nlohmann::json& given, const char* key, std::string& value) {
    if (given.is_string() && given.get_ref<const std::string&>().size() <= text_max) {
        value = given.get<std::string>();
    } else {
        complain(key, "is no text, or one of more than 4096 bytes");
    }
}

void json_reader::take(const nlohmann::json& given, const char* key, core::verdict& value) {
    const auto read = given.is_string() ? core::parse_verdict(given.get<std::string>()) : std::nullopt;
    if (read) {
        value = *read;
    } else {
        complain(key, "is no verdict");
    }
}

void json_reader::take(const nlohmann::json& given, const char* key, core::guard& value) {
    const auto read = given.is_string() ? core::parse_guard(given.get<std::string>()) : std::nullopt;
    if (read) {
        value = *read;
    } else {
        complain(key, "is no guard");
    }
}

void json_reader::take(const nlohmann::json& given, const char* key, core::duration& value) {
    const std::optional<std::int64_t> count = read_count(given);
    if (count && std::abs(*count) <= microseconds_max) {
        value = core::duration{*count};
    } else {
        complain(key, "is no whole number of microseconds within 140 years");
    }
}

void json_reader::take(const nlohmann::json& given, const char* key, std::chrono::nanoseconds& value) {
    const std::optional<std::int64_t> count = read_count(given);
    if (count && *count >= 0) {
        value = std::chrono::nanoseconds{*count};
    } else {
        complain(key, "is no whole number of nanoseconds");
    }
}

void json_reader::take(const nlohmann::json& given, const char* key, core::wall_time& value) {
    core::duration since_1970{};
    take(given, key, since_1970);
    value = core::wall_time{since_1970};
}

void json_reader::take(const nlohmann::json& given, const char* key, std::vector<std::string>& value) {
    if (!given.is_array() || given.size() > list_max) {
        complain(key, "is no list of texts, or one of more than 65536");
        return;
    }
    for (const nlohmann::json& one : given) {
        take(one, key, value.emplace_back());
    }
}

void json_reader::take(const nlohmann::json& given, const char* key, std::vector<group_in_force>& value) {
    if (!given.is_array() || given.size() > list_max) {
        complain(key, "is no list of groups, or one of more than 65536");
        return;
    }
    for (const nlohmann::json& one : given) {
        take_object(one, key, value.emplace_back());
    }
}

void json_reader::take(const nlohmann::json& given, const char* key, core::schedule& value) {
    json_reader inner(given, error_, where_ + key + ".");
    if (!given.is_object()) {
        complain(key, "is no object");
        return;
    }
    const auto take_cap = [&inner](const char* cap, std::optional<int>& into) { inner(cap, into); };
    inner("mean_ns", value.mean_time_between);
    inner.maybe("min_ns", value.min_time_between);
    take_cap("max_per_hour", value.max_per_hour);
    take_cap("max_per_day", value.max_per_day);
    inner.maybe("tolerance_ns", value.tolerance);
    inner.finish();
}

void json_reader::take(const nlohmann::json& given, const char* key, core::calendar_rules& value) {
    json_reader inner(given, error_, where_ + key + ".");
    if (!given.is_object()) {
        complain(key, "is no object");
        return;
    }
    std::string zone = "Etc/UTC";
    std::vector<std::string> days{"mon-sun"};
    std::vector<std::string> hours{"00:00-24:00"};
    std::vector<std::string> excluded;
    const auto replace = [&inner](const char* list, std::vector<std::string>& texts) {
        std::optional<std::vector<std::string>> read;
        inner(list, read);
        texts = read.value_or(texts);
    };
    inner.maybe("zone", zone);
    replace("days", days);
    replace("hours", hours);
    replace("excluded", excluded);
    inner.finish();
    const auto understand = [&](const auto& read, const char* field, auto&& use) {
        if (read) {
            use(*read);
        } else {
            inner.complain(field, "cannot be understood: " + read.error());
        }
    };
    understand(core::zone::find(zone), "zone", [&](const core::zone& z) { value.zone = z; });
    value.days.reset();
    for (const std::string& text : days) {
        understand(core::parse_weekdays(text), "days", [&](const core::weekday_set& d) { value.days |= d; });
    }
    value.hours.clear();
    for (const std::string& text : hours) {
        understand(core::parse_time_window(text), "hours",
                   [&](const core::time_window& w) { value.hours.push_back(w); });
    }
    for (const std::string& text : excluded) {
        understand(core::date_range::parse(text), "excluded",
                   [&](const core::date_range& r) { value.excluded.push_back(r); });
    }
}

}  // namespace mayhem::sim
