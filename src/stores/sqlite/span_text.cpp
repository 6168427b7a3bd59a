#include "stores/sqlite/span_text.hpp"

#include <cstdint>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::stores {

namespace {

using nlohmann::json;

std::int64_t number(const json& of, const char* key) {
    const auto found = of.find(key);
    return found != of.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::string text(const json& of, const char* key) {
    const auto found = of.find(key);
    return found != of.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::string span_text(const core::span_facts& s) {
    json all{{"asked_us", s.asked.count()}, {"held_us", s.held.count()}, {"ended_by", core::to_string(s.ended_by)},
             {"effect", s.effect.text},     {"green", s.during.green},   {"red", s.during.red}};
    if (s.effect.is_none) {
        all["no_effect_seen"] = true;
    }
    if (!s.stuck.empty()) {
        all["stuck"] = s.stuck;
    }
    if (s.during.first_red) {
        all["first_red_us"] = s.during.first_red->count();
    }
    return core::json_line(all);
}

std::shared_ptr<const core::span_facts> parse_span(std::string_view of) {
    const json all = core::parse_json<json>(of);
    if (!all.is_object()) {
        return nullptr;
    }
    core::span_facts s;
    s.asked = core::duration{number(all, "asked_us")};
    s.held = core::duration{number(all, "held_us")};
    s.ended_by = core::parse_span_end(text(all, "ended_by")).value_or(core::span_end::told_to_end);
    const auto none = all.find("no_effect_seen");
    s.effect = {.text = text(all, "effect"), .is_none = none != all.end() && none->is_boolean() && none->get<bool>()};
    s.stuck = text(all, "stuck");
    s.during.green = static_cast<std::size_t>(number(all, "green"));
    s.during.red = static_cast<std::size_t>(number(all, "red"));
    if (all.contains("first_red_us")) {
        s.during.first_red = core::duration{number(all, "first_red_us")};
    }
    return std::make_shared<const core::span_facts>(std::move(s));
}

}  // namespace mayhem::stores
