#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mayhem::cli {

/// What standard output is, for whoever prints on it.
struct terminal {
    std::size_t columns = 0;   ///< characters in a line; 0: no limit, because it is no terminal
    std::size_t lines = 0;     ///< likewise
    bool has_colours = false;  ///< and nobody wants to be spared them: NO_COLOR (no-color.org), or TERM=dumb
};

/// As it is now; asks the terminal for its size, which may change.
[[nodiscard]] terminal output_terminal() noexcept;

/// The same text with what tells of trouble in bold red, such as HALTED and DID NOT; each of them a whole word. For a
/// text that holds no control characters of its own.
[[nodiscard]] std::string emphasised(std::string_view text);

}  // namespace mayhem::cli
