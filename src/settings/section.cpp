#include "settings/section.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "mayhem/core/text/closest_name.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "mayhem/core/text/in_quotes.hpp"

namespace mayhem::settings {

namespace {

using std::chrono::nanoseconds;

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string to_text(double number) {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return {buffer.data(), end};
}

std::string join(std::span<const std::string_view> names) {
    std::string list;
    for (const std::string_view name : names) {
        list.append(list.empty() ? "" : ", ").append(core::in_quotes(name));
    }
    return list;
}

}  // namespace

bool section::read(std::string_view key, bool& target) {
    const toml::node* const found = find(key);
    if (found == nullptr) {
        return false;
    }
    const auto* const value = found->as_boolean();
    if (value == nullptr) {
        fail_type(key, "true or false");
        return false;
    }
    target = value->get();
    return true;
}

bool section::read(std::string_view key, double& target, range<double> allowed) {
    const toml::node* const found = find(key);
    if (found == nullptr) {
        return false;
    }
    if (!found->is_number()) {
        fail_type(key, "a number");
        return false;
    }
    const double value = *found->value<double>();
    if (!(value >= allowed.min && value <= allowed.max)) {
        fail_range(key, to_text(value), to_text(allowed.min), to_text(allowed.max));
        return false;
    }
    target = value;
    return true;
}

bool section::read(std::string_view key, nanoseconds& target, range<nanoseconds> allowed) {
    const toml::node* const found = find(key);
    if (found == nullptr) {
        return false;
    }
    const auto* const text = found->as_string();
    if (text == nullptr) {
        fail_type(key, "a duration in quotes, such as \"10s\"");
        return false;
    }
    const auto length = core::parse_duration(text->get());
    if (!length) {
        fail(key, length.error());
        return false;
    }
    if (*length < allowed.min || *length > allowed.max) {
        fail_range(key, core::in_quotes(text->get()), core::format_duration(allowed.min),
                   core::format_duration(allowed.max));
        return false;
    }
    target = *length;
    return true;
}

bool section::read(std::string_view key, std::string& target) {
    const toml::node* const found = find(key);
    if (found == nullptr) {
        return false;
    }
    const auto* const text = found->as_string();
    if (text == nullptr) {
        fail_type(key, "a text in quotes");
        return false;
    }
    if (text->get().empty()) {
        fail(key, "is empty: give a text or leave the key out");
        return false;
    }
    if (text->get().size() > text_bytes_max) {
        fail(key, "is longer than " + std::to_string(text_bytes_max) + " bytes");
        return false;
    }
    if (std::ranges::any_of(text->get(), is_control)) {
        fail(key, "contains a control character");
        return false;
    }
    target = text->get();
    return true;
}

bool section::read_integer(std::string_view key, std::int64_t& target, range<std::int64_t> allowed) {
    const toml::node* const found = find(key);
    if (found == nullptr) {
        return false;
    }
    const auto* const number = found->as_integer();
    if (number == nullptr) {
        fail_type(key, "a whole number");
        return false;
    }
    const std::int64_t value = number->get();
    if (value < allowed.min || value > allowed.max) {
        fail_range(key, std::to_string(value), std::to_string(allowed.min), std::to_string(allowed.max));
        return false;
    }
    target = value;
    return true;
}

void section::fail(std::string_view key, std::string_view what) {
    const toml::node* const found = find(key);
    const toml::node& place = found == nullptr ? table_ : *found;
    report(place.source().begin, path(key).append(": ").append(what));
}

void section::fail_at(const toml::node& element, std::string_view key, std::string_view what) {
    report(element.source().begin, path(key).append(": ").append(what));
}

void section::fail(std::string_view what) {
    const toml::table& place = table_.empty() && outer_ != nullptr ? outer_->table_ : table_;
    report(place.source().begin, std::string("[").append(name_).append("]: ").append(what));
}

void section::fail_choice(std::string_view key, std::string_view written, std::span<const std::string_view> names) {
    const auto meant = core::closest_name(written, names);
    fail(key, core::in_quotes(written) + " is none of " + join(names) +
                  (meant ? ": did you mean " + core::in_quotes(*meant) + '?' : ""));
}

void section::fail_type(std::string_view key, std::string_view wanted) {
    fail(key, std::string("must be ").append(wanted).append(", but is ").append(describe(find(key)->type())));
}

void section::fail_range(std::string_view key, std::string_view written, std::string_view min, std::string_view max) {
    fail(key, std::string(written).append(" is out of range: from ").append(min).append(" to ").append(max));
}

void section::fail_unknown(const toml::key& key, std::string_view explanation,
                           std::span<const std::string_view> known) {
    std::string what = "unknown key " + core::in_quotes(path(key.str()));
    if (!explanation.empty()) {
        what.append(": ").append(explanation);
    } else if (const auto meant = core::closest_name(key.str(), known)) {
        what += ": did you mean " + core::in_quotes(*meant) + '?';
    }
    report(key.source().begin, what);
}

void section::report(const toml::source_position& where, std::string_view text) {
    has_failed_ = true;
    errors_.add(where, text);
}

std::string section::path(std::string_view key) const {
    if (is_of_outer(key)) {
        return outer_->path(key);
    }
    return name_.empty() ? std::string(key) : std::string(name_).append(1, '.').append(key);
}

std::string_view describe(toml::node_type type) noexcept {
    switch (type) {
        case toml::node_type::table: return "a table";
        case toml::node_type::array: return "an array";
        case toml::node_type::string: return "a text";
        case toml::node_type::integer: return "a whole number";
        case toml::node_type::floating_point: return "a number with a fraction";
        case toml::node_type::boolean: return "true or false";
        case toml::node_type::date: return "a date";
        case toml::node_type::time: return "a time of day";
        case toml::node_type::date_time: return "a date with a time";
        case toml::node_type::none: break;
    }
    return "nothing";
}

}  // namespace mayhem::settings
