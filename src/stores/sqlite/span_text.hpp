#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "mayhem/core/rules/span.hpp"

namespace mayhem::stores {

/// What an act that lasted came to, as the record has it: a JSON object.
[[nodiscard]] std::string span_text(const core::span_facts& s);

/// The inverse; null for what is no such text. An end that this program does not know counts as `told_to_end`.
[[nodiscard]] std::shared_ptr<const core::span_facts> parse_span(std::string_view text);

}  // namespace mayhem::stores
