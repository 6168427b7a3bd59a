#include "actions/holder/hold_order.hpp"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"

namespace mayhem::actions {

namespace {

using nlohmann::json;

constexpr std::int64_t longest_us = 24LL * 3600 * 1'000'000;
constexpr std::array<std::pair<hold_word::kind, std::string_view>, 3> word_names{{
    {hold_word::kind::held, "held"},
    {hold_word::kind::refused, "refused"},
    {hold_word::kind::over, "over"},
}};

/// Takes the members of an object one by one; remembers the first that is wrong.
class members {
public:
    explicit members(std::string_view line) : all_(core::parse_json<json>(line)) {
        if (!all_.is_object()) {
            wrong_ = "it is no JSON object";
        }
    }

    std::string text(const char* key) {
        const json* const found = find(key, &json::is_string);
        return found == nullptr ? std::string() : found->get<std::string>();
    }

    std::int64_t number(const char* key, std::int64_t least, std::int64_t most) {
        const json* const found = find(key, &json::is_number_integer);
        const std::int64_t value = found == nullptr ? least : found->get<std::int64_t>();
        if (found != nullptr && (value < least || value > most)) {
            blame(key, "is out of range");
        }
        return value;
    }

    void blame(const char* key, std::string_view what) {
        if (wrong_.empty()) {
            wrong_ = std::string("\"").append(key).append("\" ").append(what);
        }
    }

    /// Why it cannot be used; empty: it can. After all were taken.
    [[nodiscard]] std::string wrong() {
        if (wrong_.empty() && all_.size() != taken_) {
            wrong_ = "it has members that are not known";
        }
        return std::move(wrong_);
    }

private:
    const json* find(const char* key, bool (json::*is)() const noexcept) {
        ++taken_;
        const auto found = all_.is_object() ? all_.find(key) : all_.end();
        if (found == all_.end() || !((*found).*is)()) {
            blame(key, "is missing, or of another type");
            return nullptr;
        }
        return &*found;
    }

    json all_;
    std::size_t taken_ = 0;
    std::string wrong_;
};

}  // namespace

std::string to_line(const hold_order& o) {
    const json order{{"action", "freeze"},
                     {"first", o.first.to_string()},
                     {"control_group", o.control_group},
                     {"for_us", o.length.count()}};
    return core::json_line(order) + '\n';
}

std::string to_line(const hold_word& w) {
    std::string_view name;
    for (const auto& [is, called] : word_names) {
        name = is == w.is ? called : name;
    }
    const json word{{"word", name},
                    {"text", w.text},
                    {"by", w.by ? core::to_string(*w.by) : std::string_view()},
                    {"ended_by", core::to_string(w.ended_by)}};
    return core::json_line(word) + '\n';
}

core::result<hold_order> parse_hold_order(std::string_view line) {
    members take(line);
    hold_order o;
    if (take.text("action") != "freeze") {
        take.blame("action", "is none that can be held: freeze");
    }
    if (auto first = drivers::process_incarnation::parse(take.text("first"))) {
        o.first = *std::move(first);
    } else {
        take.blame("first", "does not name a life of a process (PID:START_TICKS:BOOT_ID)");
    }
    o.control_group = take.text("control_group");
    if (!o.control_group.empty() && (o.control_group.front() != '/' || o.control_group.size() == 1)) {
        take.blame("control_group", "must be a path below the root");
    }
    o.length = std::chrono::microseconds{take.number("for_us", 1000, longest_us)};
    if (std::string why = take.wrong(); !why.empty()) {
        return core::failure{std::move(why)};
    }
    return o;
}

core::result<hold_word> parse_hold_word(std::string_view line) {
    members take(line);
    hold_word w;
    const std::string name = take.text("word");
    bool is_known = false;
    for (const auto& [is, called] : word_names) {
        if (called == name) {
            w.is = is;
            is_known = true;
        }
    }
    if (!is_known) {
        take.blame("word", "is none that a holder says");
    }
    w.text = take.text("text");
    const std::string by = take.text("by");
    w.by = core::parse_guard(by);
    if (!by.empty() && !w.by) {
        take.blame("by", "is no guard");
    }
    if (const auto ended_by = core::parse_span_end(take.text("ended_by"))) {
        w.ended_by = *ended_by;
    } else {
        take.blame("ended_by", "is no end of a span");
    }
    if (std::string why = take.wrong(); !why.empty()) {
        return core::failure{std::move(why)};
    }
    return w;
}

}  // namespace mayhem::actions
