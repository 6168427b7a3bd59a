#include "sim/judge/json_writer.hpp"

#include <array>

namespace mayhem::sim {

namespace {

constexpr std::array<const char*, 7> weekdays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

}  // namespace

void json_writer::put(const char* key, const std::vector<group_in_force>& groups) {
    nlohmann::ordered_json& all = to_[key] = nlohmann::ordered_json::array();
    for (const group_in_force& g : groups) {
        all.push_back(nlohmann::ordered_json::object());
        json_writer inner(all.back());
        fields(inner, g);
    }
}

void json_writer::put(const char* key, const core::schedule& s) {
    if (s.mean_time_between <= std::chrono::nanoseconds{0}) {
        return;
    }
    nlohmann::ordered_json& plan = to_[key] = nlohmann::ordered_json::object();
    plan["mean_ns"] = s.mean_time_between.count();
    plan["min_ns"] = s.min_time_between.count();
    if (s.max_per_hour) {
        plan["max_per_hour"] = *s.max_per_hour;
    }
    if (s.max_per_day) {
        plan["max_per_day"] = *s.max_per_day;
    }
    plan["tolerance_ns"] = s.tolerance.count();
}

void json_writer::put(const char* key, const core::calendar_rules& rules) {
    nlohmann::ordered_json& allowed = to_[key] = nlohmann::ordered_json::object();
    allowed["zone"] = rules.zone.name();
    allowed["days"] = nlohmann::ordered_json::array();
    for (std::size_t day = 0; day < weekdays.size(); ++day) {
        if (rules.days.test(day)) {
            allowed["days"].push_back(weekdays[day]);
        }
    }
    allowed["hours"] = nlohmann::ordered_json::array();
    for (const core::time_window& w : rules.hours) {
        allowed["hours"].push_back(core::to_string(w));
    }
    allowed["excluded"] = nlohmann::ordered_json::array();
    for (const core::date_range& r : rules.excluded) {
        allowed["excluded"].push_back(r.to_string());
    }
}

}  // namespace mayhem::sim
