#include "fleet/sql_values.hpp"

#include <charconv>

namespace mayhem::fleet {

namespace {

template <typename Number>
Number number_in(std::string_view text) {
    Number n{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw unreadable_answer("\"" + std::string(text) + "\" came where a number was expected");
    }
    return n;
}

core::uuid id_in(std::string_view text) {
    const std::optional<core::uuid> id = core::uuid::parse(text);
    if (!id) {
        throw unreadable_answer("\"" + std::string(text) + "\" came where a UUID was expected");
    }
    return *id;
}

}  // namespace

std::string microseconds_text(core::wall_time t) { return std::to_string(t.time_since_epoch().count()); }
std::string microseconds_text(core::duration d) { return std::to_string(d.count()); }

std::string array_text(std::span<const std::string> values) {
    std::string text = "{";
    for (const std::string& value : values) {
        text += text.size() > 1 ? ",\"" : "\"";
        for (const char c : value) {
            if (c == '"' || c == '\\') {
                text += '\\';
            }
            text += c;
        }
        text += '"';
    }
    return text + "}";
}

std::string array_text(std::span<const core::uuid> values) {
    std::string text = "{";
    for (const core::uuid& value : values) {
        text += (text.size() > 1 ? "," : "") + value.to_string();
    }
    return text + "}";
}

std::string moment_of(std::string_view parameter) {
    return "(timestamptz 'epoch' + " + std::string(parameter) + "::bigint * interval '1 microsecond')";
}

std::string length_of(std::string_view parameter) {
    return "(" + std::string(parameter) + "::bigint * interval '1 microsecond')";
}

std::string in_microseconds(std::string_view column) {
    return "(extract(epoch FROM " + std::string(column) + ") * 1000000)::bigint";
}

std::optional<std::string> row_reader::text_or_null() {
    if (rest_.empty()) {
        throw unreadable_answer("a row came with fewer columns than were expected");
    }
    const std::optional<std::string>& value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
}

std::string row_reader::text() {
    std::optional<std::string> value = text_or_null();
    if (!value) {
        throw unreadable_answer("NULL came where a value was expected");
    }
    return std::move(*value);
}

bool row_reader::truth() {
    const std::string value = text();
    if (value != "t" && value != "f") {
        throw unreadable_answer("\"" + value + "\" came where true or false was expected");
    }
    return value == "t";
}

std::uint64_t row_reader::count() { return number_in<std::uint64_t>(text()); }

std::optional<std::uint64_t> row_reader::count_or_null() {
    const std::optional<std::string> value = text_or_null();
    return value ? std::optional(number_in<std::uint64_t>(*value)) : std::nullopt;
}

core::wall_time row_reader::moment() { return core::wall_time(core::duration(number_in<std::int64_t>(text()))); }

core::uuid row_reader::id() { return id_in(text()); }

std::vector<core::uuid> row_reader::ids() {
    std::vector<core::uuid> found;
    const std::string joined = text();
    for (std::string_view rest = joined; !rest.empty();) {
        const std::size_t comma = rest.find(',');
        found.push_back(id_in(rest.substr(0, comma)));
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    return found;
}

}  // namespace mayhem::fleet
