#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/judge/event_fields.hpp"
#include "sim/judge/event_names.hpp"

namespace mayhem::sim {

/// Puts the fields of an event into a JSON object, in their order; those without a value are left out.
class json_writer {
public:
    explicit json_writer(nlohmann::ordered_json& to) : to_(to) {}

    template <typename Value>
    void operator()(const char* key, const Value& value) {
        put(key, value);
    }
    template <typename Value>
    void maybe(const char* key, const Value& value) {
        put(key, value);
    }

private:
    template <typename Value>
    void put(const char* key, const Value& value) {
        if constexpr (std::is_enum_v<Value>) {
            to_[key] = name_of(value);
        } else if constexpr (std::is_class_v<Value> && !std::is_convertible_v<Value, std::string_view>) {
            json_writer inner(to_[key] = nlohmann::ordered_json::object());
            fields(inner, value);
        } else {
            to_[key] = value;
        }
    }
    template <typename Value>
    void put(const char* key, const std::optional<Value>& value) {
        if (value) {
            put(key, *value);
        }
    }
    void put(const char* key, const core::verdict& v) { to_[key] = core::to_string(v); }
    void put(const char* key, const core::guard& g) { to_[key] = core::to_string(g); }
    void put(const char* key, const core::duration& d) { to_[key] = d.count(); }
    void put(const char* key, const core::wall_time& t) { to_[key] = t.time_since_epoch().count(); }
    void put(const char* key, const std::vector<std::string>& texts) {
        if (!texts.empty()) {
            to_[key] = texts;
        }
    }
    void put(const char* key, const std::vector<group_in_force>& groups);
    void put(const char* key, const core::schedule& s);
    void put(const char* key, const core::calendar_rules& rules);

    nlohmann::ordered_json& to_;
};

}  // namespace mayhem::sim
