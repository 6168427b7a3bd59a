#pragma once

#include <string_view>

#include <fmt/format.h>

namespace mayhem::telemetry {

/// What a log line grows in; the type is spdlog's `memory_buf_t`.
using line_buffer = fmt::basic_memory_buffer<char, 250>;

/// Appends `text` as a JSON string (RFC 8259), with its quotes. Whatever the bytes are, the result is valid JSON in
/// UTF-8: a byte that is no part of a well-formed sequence (overlong forms, surrogates and code points beyond
/// U+10FFFF included) becomes U+FFFD.
void append_json_string(line_buffer& line, std::string_view text);

/// Appends `text` for a reader of plain lines. Nothing in it can forge a log line or drive a terminal: a newline is
/// followed by `continuation`; but for tabs, what `core::is_printable` denies is written as `\x1b`, `\u202e` or `\xff`.
void append_plain(line_buffer& line, std::string_view text, std::string_view continuation);

}  // namespace mayhem::telemetry
