#include "stores/sqlite/halt_record.hpp"

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"

namespace mayhem::stores {

using nlohmann::json;

std::string to_text(const std::optional<halt_record>& r) {
    if (!r) {
        return {};
    }
    return core::json_line(json{{"who", r->who}, {"why", r->why}, {"since_us", r->since.time_since_epoch().count()}});
}

std::optional<halt_record> parse_halt(const std::optional<std::string>& text) {
    if (!text || text->empty()) {
        return std::nullopt;
    }
    try {
        const json kept = json::parse(*text);
        return halt_record{.who = kept.at("who").get<std::string>(),
                           .why = kept.at("why").get<std::string>(),
                           .since = core::wall_time{core::duration{kept.at("since_us").get<std::int64_t>()}}};
    } catch (const json::exception&) {
        return halt_record{.who = "somebody", .why = "the record of it cannot be read: " + *text, .since = {}};
    }
}

bool is_text_of(const std::string& text, const halt_record& r) { return text == to_text(r) || parse_halt(text) == r; }

}  // namespace mayhem::stores
