#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/judge/event_fields.hpp"
#include "sim/judge/event_names.hpp"

namespace mayhem::sim {

/// Reads the fields of an event from a JSON object. The first that is wrong stays as the error, and nothing is read any
/// more.
class json_reader {
public:
    static constexpr std::size_t text_max = 4096;
    static constexpr std::size_t list_max = 65'536;

    /// `error` is grown by what is wrong; empty: nothing so far.
    json_reader(const nlohmann::json& from, std::string& error, std::string where = {})
        : from_(from), error_(error), where_(std::move(where)) {}

    template <typename Value>
    void operator()(const char* key, Value& value) {
        read(key, value, is_optional<Value>);
    }
    template <typename Value>
    void maybe(const char* key, Value& value) {
        read(key, value, true);
    }

    /// Complains about fields that nobody asked for. Call it last.
    void finish();

private:
    [[nodiscard]] const nlohmann::json* find(const char* key);
    void complain(std::string_view key, std::string_view what);

    template <typename Value>
    static constexpr bool is_optional = false;
    template <typename Value>
    static constexpr bool is_optional<std::optional<Value>> = true;

    template <typename Value>
    void read(const char* key, Value& value, bool may_be_absent) {
        const nlohmann::json* const given = find(key);
        if (given != nullptr) {
            take(*given, key, value);
        } else if (!may_be_absent) {
            complain(key, "is missing");
        } else if constexpr (is_optional<Value>) {
            value.reset();
        }
    }

    template <typename Value>
    void take(const nlohmann::json& given, const char* key, Value& value) {
        if constexpr (std::is_enum_v<Value>) {
            take_name(given, key, value);
        } else if constexpr (std::is_integral_v<Value>) {
            take_number(given, key, value);
        } else {
            take_object(given, key, value);
        }
    }
    template <typename Value>
    void take(const nlohmann::json& given, const char* key, std::optional<Value>& value) {
        take(given, key, value.emplace());
    }
    void take(const nlohmann::json& given, const char* key, bool& value);
    void take(const nlohmann::json& given, const char* key, std::string& value);
    void take(const nlohmann::json& given, const char* key, core::verdict& value);
    void take(const nlohmann::json& given, const char* key, core::guard& value);
    void take(const nlohmann::json& given, const char* key, core::duration& value);
    void take(const nlohmann::json& given, const char* key, std::chrono::nanoseconds& value);
    void take(const nlohmann::json& given, const char* key, core::wall_time& value);
    template <typename Point>
    void take(const nlohmann::json& given, const char* key, interval<Point>& value) {
        const bool is_pair = given.is_array() && given.size() == 2;
        take(is_pair ? given[0] : given, key, value.earliest);
        take(is_pair ? given[1] : given, key, value.latest);
        if (value.latest < value.earliest) {
            complain(key, "ends before it begins");
        }
    }
    void take(const nlohmann::json& given, const char* key, std::vector<std::string>& value);
    void take(const nlohmann::json& given, const char* key, std::vector<group_in_force>& value);
    void take(const nlohmann::json& given, const char* key, core::schedule& value);
    void take(const nlohmann::json& given, const char* key, core::calendar_rules& value);

    template <typename Number>
    void take_number(const nlohmann::json& given, const char* key, Number& value) {
        const bool fits = given.is_number_unsigned() &&
                          given.get<std::uint64_t>() <= static_cast<std::uint64_t>(std::numeric_limits<Number>::max());
        if (fits) {
            value = given.get<Number>();
        } else {
            complain(key, "is no whole number of at least 0 that fits");
        }
    }

    template <typename Enum>
    void take_name(const nlohmann::json& given, const char* key, Enum& value) {
        const std::string name = given.is_string() ? given.get<std::string>() : std::string();
        const auto found = std::ranges::find(names_of<Enum>, name);
        if (found != names_of<Enum>.end()) {
            value = static_cast<Enum>(found - names_of<Enum>.begin());
            return;
        }
        std::string known;
        for (const std::string_view n : names_of<Enum>) {
            known.append(known.empty() ? "is none of " : ", ").append(n);
        }
        complain(key, known);
    }

    template <typename Object>
    void take_object(const nlohmann::json& given, const char* key, Object& value) {
        json_reader inner(given, error_, where_ + key + ".");
        if (!given.is_object()) {
            complain(key, "is no object");
            return;
        }
        fields(inner, value);
        inner.finish();
    }

    const nlohmann::json& from_;
    std::string& error_;
    std::string where_;
    std::set<std::string> asked_for_;
};

}  // namespace mayhem::sim
