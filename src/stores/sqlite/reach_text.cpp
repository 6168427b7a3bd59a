#include "stores/sqlite/reach_text.hpp"

#include <cstdint>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::stores {

namespace {

std::string text_of(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<bool> flag_of(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() ? std::optional(found->get<bool>()) : std::nullopt;
}

std::optional<core::duration> time_of(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    const bool is_time = found != object.end() && found->is_number_integer();
    return is_time ? std::optional(core::duration{found->get<std::int64_t>()}) : std::nullopt;
}

nlohmann::json object_of(const core::neighbour& n) {
    nlohmann::json object{
        {"id", n.id}, {"incarnation", n.incarnation}, {"because", n.because}, {"is_meant", n.is_meant}};
    if (n.is_part) {
        object["is_part"] = true;
    }
    return object;
}

}  // namespace

std::string reach_text(const std::vector<core::neighbour>& falls) {
    nlohmann::json all = nlohmann::json::array();
    for (const core::neighbour& n : falls) {
        all.push_back(object_of(n));
    }
    return core::json_line(all);
}

std::string reach_text(const std::vector<core::fate>& fates) {
    nlohmann::json all = nlohmann::json::array();
    for (const core::fate& f : fates) {
        nlohmann::json one = object_of(f.who);
        if (f.has_fallen) {
            one["has_fallen"] = *f.has_fallen;
            one["back_us"] = f.back ? nlohmann::json(f.back->count()) : nlohmann::json();
            one["incarnation_after"] = f.incarnation_after;
            if (!f.is_foretold) {
                one["is_foretold"] = false;
            }
        }
        all.push_back(std::move(one));
    }
    return core::json_line(all);
}

std::vector<core::fate> parse_reach(std::string_view text) {
    std::vector<core::fate> fates;
    if (text.empty()) {
        return fates;
    }
    const auto all = core::parse_json<nlohmann::json>(text);
    if (!all.is_array()) {
        return fates;
    }
    for (const nlohmann::json& one : all) {
        if (one.is_object() && !text_of(one, "id").empty()) {
            fates.push_back({.who = {.id = text_of(one, "id"),
                                     .incarnation = text_of(one, "incarnation"),
                                     .because = text_of(one, "because"),
                                     .is_meant = flag_of(one, "is_meant").value_or(false),
                                     .is_part = flag_of(one, "is_part").value_or(false)},
                             .has_fallen = flag_of(one, "has_fallen"),
                             .back = time_of(one, "back_us"),
                             .incarnation_after = text_of(one, "incarnation_after"),
                             .is_foretold = flag_of(one, "is_foretold").value_or(true)});
        }
    }
    return fates;
}

}  // namespace mayhem::stores
