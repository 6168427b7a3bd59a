#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mayhem::core {

/// What stands at the head of a text.
struct text_head {
    std::size_t bytes = 0;      ///< 1 for a byte that is no part of well-formed UTF-8
    char32_t code = 0;          ///< the code point; U+FFFD for such a byte
    bool is_valid = false;      ///< well-formed UTF-8 (Unicode 15, table 3-7)
    bool is_printable = false;  ///< well-formed, and `is_printable(code)`
};

/// Whether a terminal, a line of a log and the cell of a table may carry the character: it is neither a control
/// character (C0, DEL; C1, in which U+009B begins a terminal's commands as ESC [ does), nor one that turns the
/// direction of what follows (Unicode's Bidi_Control), nor a separator of lines or paragraphs.
[[nodiscard]] bool is_printable(char32_t code) noexcept;

/// `text` has at least one byte.
[[nodiscard]] text_head head_of(std::string_view text) noexcept;

/// `bytes` with `stand_in` for every character that is not printable, and for every byte that is not UTF-8. Processes
/// choose their own names, hooks their output, a daemon its answers; all of that ends up in logs, tables and terminals.
[[nodiscard]] std::string printable_text(std::string_view bytes, char stand_in = '?');

/// The same for a text of several lines, whose newlines and tabs stay.
[[nodiscard]] std::string printable_lines(std::string_view bytes);

}  // namespace mayhem::core
