#include "telemetry/escape.hpp"

#include <cstddef>
#include <iterator>

namespace mayhem::telemetry {
namespace {

constexpr unsigned char byte(char c) noexcept { return static_cast<unsigned char>(c); }

constexpr bool within(unsigned char b, unsigned char low, unsigned char high) noexcept { return b >= low && b <= high; }

// The length of the well-formed multi-byte sequence at the head of `text`, 0 if there is none
// (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text) noexcept {
    const unsigned char lead = byte(text[0]);
    std::size_t length = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (within(lead, 0xC2, 0xDF)) {
        length = 2;
    } else if (within(lead, 0xE0, 0xEF)) {
        length = 3;
        low = lead == 0xE0 ? 0xA0 : 0x80;
        high = lead == 0xED ? 0x9F : 0xBF;
    } else if (within(lead, 0xF0, 0xF4)) {
        length = 4;
        low = lead == 0xF0 ? 0x90 : 0x80;
        high = lead == 0xF4 ? 0x8F : 0xBF;
    }
    if (length == 0 || text.size() < length || !within(byte(text[1]), low, high)) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if (!within(byte(text[i]), 0x80, 0xBF)) {
            return 0;
        }
    }
    return length;
}

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

constexpr bool is_control(char c) noexcept { return byte(c) < 0x20 || byte(c) == 0x7F; }

}  // namespace

void append_json_string(line_buffer& line, std::string_view text) {
    line.push_back('"');
    while (!text.empty()) {
        std::size_t taken = 0;
        while (taken < text.size() && is_plain_in_json(text[taken])) {
            ++taken;
        }
        if (taken == 0 && byte(text[0]) >= 0x80) {
            taken = sequence_length(text);
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
        while (taken < text.size() && !is_control(text[taken])) {
            ++taken;
        }
        append(line, text.substr(0, taken));
        text.remove_prefix(taken);
        if (text.empty()) {
            return;
        }
        if (text[0] == '\n') {
            line.push_back('\n');
            append(line, continuation);
        } else if (text[0] == '\t') {
            line.push_back('\t');
        } else {
            fmt::format_to(std::back_inserter(line), "\\x{:02x}", byte(text[0]));
        }
        text.remove_prefix(1);
    }
}

}  // namespace mayhem::telemetry
