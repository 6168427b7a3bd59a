#include "settings/errors.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::settings {

void errors::add(const toml::source_position& where, std::string_view text) {
    if (errors_.size() == errors_max) {
        ++left_out_;
        return;
    }
    std::string shown = core::printable_text(text.substr(0, text_bytes_max));
    if (text.size() > text_bytes_max) {
        shown += "...";
    }
    errors_.push_back({.file = file_, .line = where.line, .column = where.column, .text = std::move(shown)});
}

std::vector<error> errors::take() {
    const auto place = [](const error& e) { return std::tuple(e.line, e.column); };
    std::ranges::stable_sort(errors_, {}, place);
    if (const std::size_t rest = std::exchange(left_out_, 0); rest > 0) {
        errors_.push_back({.file = file_, .text = "and " + std::to_string(rest) + " more errors"});
    }
    return std::exchange(errors_, {});
}

}  // namespace mayhem::settings
