#include "notify/body_template.hpp"

#include <nlohmann/json.hpp>

#include "mayhem/async/assertion.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "notify/text_template.hpp"

namespace mayhem::notify {

namespace {

using nlohmann::json;

/// Empty, or the first thing that is wrong with one of its texts.
std::string first_error(const json& j) {
    if (j.is_string()) {
        const auto read = text_template::parse(j.get_ref<const std::string&>());
        return read ? std::string() : read.error();
    }
    std::string error;
    if (j.is_structured()) {
        for (auto i = j.begin(); i != j.end() && error.empty(); ++i) {
            error = first_error(*i);
        }
    }
    return error;
}

void fill_in(json& j, const event& e) {
    if (j.is_string()) {
        const auto read = text_template::parse(j.get_ref<const std::string&>());
        MAYHEM_ASSERT(read.has_value(), "the template was checked when it was read");
        j = read->render(e);
    } else if (j.is_structured()) {
        for (json& inner : j) {
            fill_in(inner, e);
        }
    }
}

}  // namespace

core::result<body_template> body_template::parse(std::string_view text) {
    if (text.size() > bytes_max) {
        return core::failure{"is longer than " + std::to_string(bytes_max) + " bytes"};
    }
    if (core::is_nested_too_deep(text)) {
        return core::failure{"is nested deeper than " + std::to_string(core::json_depth_max) +
                             ": no receiver needs that"};
    }
    const json read = json::parse(text, nullptr, false);
    if (read.is_discarded() || !read.is_structured()) {
        return core::failure{"is no JSON object: write something like '" + std::string(default_body) + "'"};
    }
    if (std::string error = first_error(read); !error.empty()) {
        return core::failure{std::move(error)};
    }
    return body_template(std::string(text));
}

std::string body_template::render(const event& e) const {
    json j = json::parse(text_);
    fill_in(j, e);
    return core::json_line(j);
}

}  // namespace mayhem::notify
