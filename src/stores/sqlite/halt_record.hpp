#pragma once

#include <optional>
#include <string>

#include "mayhem/ports/halt_memory.hpp"

namespace mayhem::stores {

using ports::halt_record;

/// Under which key of `facts` it is kept.
inline constexpr const char* halt_key = "halt";

/// The text that is kept; nothing means that nobody has halted, and is kept, too.
[[nodiscard]] std::string to_text(const std::optional<halt_record>& r);

/// The inverse. A text that cannot be understood counts as a halt: rather one too many.
[[nodiscard]] std::optional<halt_record> parse_halt(const std::optional<std::string>& text);

/// Whether `text` is what was kept, or read, as `r`.
[[nodiscard]] bool is_text_of(const std::string& text, const halt_record& r);

}  // namespace mayhem::stores
