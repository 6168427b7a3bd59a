#include "actions/holder/hold_question.hpp"

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::actions {

namespace {

using nlohmann::json;

constexpr std::string_view can = "can";
constexpr std::string_view keeper = "keeper";
constexpr const char* ask = "ask";
constexpr const char* order = "order";

std::optional<hold_question::kind> parse_kind(const json& text) {
    if (text == can) {
        return hold_question::kind::can;
    }
    return text == keeper ? std::optional(hold_question::kind::keeper) : std::nullopt;
}

}  // namespace

std::string to_line(const hold_question& q) {
    return core::json_line(json{{ask, q.is == hold_question::kind::can ? can : keeper}, {order, to_line(q.about)}}) +
           '\n';
}

bool is_hold_question(std::string_view line) {
    const json all = core::parse_json<json>(line);
    return all.is_object() && all.contains(ask);
}

core::result<hold_question> parse_hold_question(std::string_view line) {
    const json all = core::parse_json<json>(line);
    if (!all.is_object() || all.size() != 2 || !all.contains(ask) || !all.contains(order) || !all[order].is_string()) {
        return core::failure<std::string>{"it has not exactly the members \"ask\" and \"order\""};
    }
    const std::optional<hold_question::kind> is = parse_kind(all[ask]);
    if (!is) {
        return core::failure<std::string>{"\"ask\" is none of can, keeper"};
    }
    auto about = parse_hold_order(all[order].get<std::string>());
    if (!about) {
        return core::failure<std::string>{"\"order\": " + about.error()};
    }
    return hold_question{.is = *is, .about = *std::move(about)};
}

}  // namespace mayhem::actions
