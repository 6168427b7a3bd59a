#include <charconv>

#include <nlohmann/json.hpp>

#include "fleet/sql/sql_states.hpp"
#include "sim/fleet/fleet_tables.hpp"

namespace mayhem::sim {

namespace {

[[noreturn]] void fail(const std::string& why) { throw call_refused(fleet::sql_states::bad_value.code, why); }

std::string written(const nlohmann::json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

member_limit limit_in(const std::string& key, std::string text) {
    member_limit l{.is_percent = text.ends_with('%')};
    if (l.is_percent) {
        text.pop_back();
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), l.value);
    if (error != std::errc() || end != text.data() + text.size()) {
        fail(key + " must be a number of members, or a percentage such as \"80%\"");
    }
    return l;
}

/// "10 s", "360000 ms": the two forms that are written.
core::duration length_in(const std::string& key, const std::string& text) {
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    if (error == std::errc() && unit == " s") {
        return std::chrono::seconds{n};
    }
    if (error == std::errc() && unit == " ms") {
        return std::chrono::milliseconds{n};
    }
    fail(key + " is no length: \"" + text + "\"");
}

}  // namespace

fleet_terms terms_in(std::string_view json) {
    const nlohmann::json all = nlohmann::json::parse(json, nullptr, false);
    if (!all.is_object() || !all.contains("min_healthy")) {
        fail("a group needs min_healthy: how many members, over all hosts, are left standing");
    }
    fleet_terms t;
    for (const auto& [key, value] : all.items()) {
        const std::string text = written(value);
        if (key == "min_healthy") {
            t.min_healthy = limit_in(key, text);
        } else if (key == "max_unavailable") {
            t.max_unavailable = limit_in(key, text);
        } else if (key == "max_per_day") {
            t.max_per_day = limit_in(key, text).value;
        } else if (key == "max_per_hour") {
            t.max_per_hour = limit_in(key, text).value;
        } else if (key == "max_failures") {
            t.max_failures = limit_in(key, text).value;
        } else if (key == "tolerance") {
            t.tolerance = length_in(key, text);
        } else if (key == "lost_after") {
            t.lost_after = length_in(key, text);
        } else if (key == "zone") {
            t.zone = text;
        } else if (key == "adopt") {
            t.may_majority_adopt = text == "majority";
        } else if (key != "seed") {
            fail("\"" + key + "\" is no limit that this database knows; is its schema older than the program?");
        }
    }
    return t;
}

}  // namespace mayhem::sim
