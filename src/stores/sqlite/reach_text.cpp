#include "stores/sqlite/reach_text.hpp"

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::stores {

namespace {

std::string text_of(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_set(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

}  // namespace

std::string reach_text(const std::vector<core::neighbour>& falls) {
    nlohmann::json all = nlohmann::json::array();
    for (const core::neighbour& n : falls) {
        all.push_back({{"id", n.id}, {"incarnation", n.incarnation}, {"because", n.because}, {"is_meant", n.is_meant}});
    }
    return core::json_line(all);
}

std::vector<core::neighbour> parse_reach(std::string_view text) {
    std::vector<core::neighbour> falls;
    if (text.empty()) {
        return falls;
    }
    const auto all = core::parse_json<nlohmann::json>(text);
    if (!all.is_array()) {
        return falls;
    }
    for (const nlohmann::json& one : all) {
        if (one.is_object() && !text_of(one, "id").empty()) {
            falls.push_back({.id = text_of(one, "id"),
                             .incarnation = text_of(one, "incarnation"),
                             .because = text_of(one, "because"),
                             .is_meant = is_set(one, "is_meant")});
        }
    }
    return falls;
}

}  // namespace mayhem::stores
