#include "telemetry/escape.hpp"

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::telemetry {
namespace {

constexpr unsigned char byte(char c) noexcept { return static_cast<unsigned char>(c); }

constexpr bool within(unsigned char b, unsigned char low, unsigned char high) noexcept { return b >= low && b <= high; }

void append(line_buffer& line, std::string_view text) { line.append(text.data(), text.data() + text.size()); }

void append_json_ascii(line_buffer& line, char c) {
    switch (c) {
        case '"': append(line, "\\\""); break;
        case '\\': append(line, "\\\\"); break;
        case '\b': append(line, "\\b"); break;
        case '\f': append(line, "\\f"); break;
        case '\n': append(line, "\\n"); break;
        case '\r': append(line, "\\r"); break;
        case '\t': append(line, "\\t"); break;
        default: fmt::format_to(std::back_inserter(line), "\\u{:04x}", byte(c));
    }
}

constexpr bool is_plain_in_json(char c) noexcept { return within(byte(c), 0x20, 0x7F) && c != '"' && c != '\\'; }

constexpr bool is_plain_ascii(char c) noexcept { return within(byte(c), 0x20, 0x7E); }

void append_escaped(line_buffer& line, char32_t code) {
    const auto number = static_cast<std::uint32_t>(code);
    if (number < 0x80) {
        fmt::format_to(std::back_inserter(line), "\\x{:02x}", number);
    } else {
        fmt::format_to(std::back_inserter(line), "\\u{:04x}", number);
    }
}

}  // namespace

void append_json_string(line_buffer& line, std::string_view text) {
    line.push_back('"');
    while (!text.empty()) {
        std::size_t taken = 0;
        while (taken < text.size() && is_plain_in_json(text[taken])) {
            ++taken;
        }
        if (taken == 0 && byte(text[0]) >= 0x80) {
            const core::text_head head = core::head_of(text);
            taken = head.is_valid ? head.bytes : 0;
        }
        append(line, text.substr(0, taken));
        if (taken == 0) {
            taken = 1;
            if (byte(text[0]) >= 0x80) {
                append(line, "\\ufffd");
            } else {
                append_json_ascii(line, text[0]);
            }
        }
        text.remove_prefix(taken);
    }
    line.push_back('"');
}

void append_plain(line_buffer& line, std::string_view text, std::string_view continuation) {
    while (!text.empty()) {
        std::size_t taken = 0;
        while (taken < text.size() && is_plain_ascii(text[taken])) {
            ++taken;
        }
        append(line, text.substr(0, taken));
        text.remove_prefix(taken);
        if (text.empty()) {
            return;
        }
        const core::text_head head = core::head_of(text);
        if (text[0] == '\n') {
            line.push_back('\n');
            append(line, continuation);
        } else if (head.is_printable || text[0] == '\t') {
            append(line, text.substr(0, head.bytes));
        } else if (head.is_valid) {
            append_escaped(line, head.code);
        } else {
            fmt::format_to(std::back_inserter(line), "\\x{:02x}", byte(text[0]));
        }
        text.remove_prefix(head.bytes);
    }
}

}  // namespace mayhem::telemetry
