#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::core {

namespace {

constexpr unsigned char byte(char c) noexcept { return static_cast<unsigned char>(c); }

constexpr bool within(char32_t code, char32_t first, char32_t last) noexcept { return code >= first && code <= last; }

struct lead {
    std::size_t length = 0;  ///< of the sequence; 0: there is none
    unsigned char low = 0x80;
    unsigned char high = 0xbf;  ///< what the second byte may be
};

lead read_lead(unsigned char first) noexcept {
    if (within(first, 0xc2, 0xdf)) {
        return {.length = 2};
    }
    if (within(first, 0xe0, 0xef)) {
        return {.length = 3,
                .low = static_cast<unsigned char>(first == 0xe0 ? 0xa0 : 0x80),
                .high = static_cast<unsigned char>(first == 0xed ? 0x9f : 0xbf)};
    }
    if (within(first, 0xf0, 0xf4)) {
        return {.length = 4,
                .low = static_cast<unsigned char>(first == 0xf0 ? 0x90 : 0x80),
                .high = static_cast<unsigned char>(first == 0xf4 ? 0x8f : 0xbf)};
    }
    return {};
}

std::string replaced(std::string_view bytes, char stand_in, bool (*stays)(char32_t)) {
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const text_head head = head_of(bytes);
        if (head.is_printable || (head.is_valid && stays(head.code))) {
            text += bytes.substr(0, head.bytes);
        } else {
            text += stand_in;
        }
        bytes.remove_prefix(head.bytes);
    }
    return text;
}

}  // namespace

bool is_printable(char32_t code) noexcept {
    const bool is_control = code < 0x20 || within(code, 0x7f, 0x9f);
    const bool turns_direction = code == 0x61c || code == 0x200e || code == 0x200f || within(code, 0x202a, 0x202e) ||
                                 within(code, 0x2066, 0x2069);
    const bool separates_lines = code == 0x2028 || code == 0x2029;
    return !is_control && !turns_direction && !separates_lines;
}

text_head head_of(std::string_view text) noexcept {
    constexpr text_head no_utf8{.bytes = 1, .code = 0xfffd};
    const unsigned char first = byte(text.front());
    if (first < 0x80) {
        return {.bytes = 1, .code = first, .is_valid = true, .is_printable = is_printable(first)};
    }
    const lead l = read_lead(first);
    if (l.length == 0 || text.size() < l.length || !within(byte(text[1]), l.low, l.high)) {
        return no_utf8;
    }
    char32_t code = first & (0xffU >> (l.length + 1));
    for (std::size_t i = 1; i < l.length; ++i) {
        if (!within(byte(text[i]), 0x80, 0xbf)) {
            return no_utf8;
        }
        code = code << 6U | (byte(text[i]) & 0x3fU);
    }
    return {.bytes = l.length, .code = code, .is_valid = true, .is_printable = is_printable(code)};
}

std::string printable_text(std::string_view bytes, char stand_in) {
    return replaced(bytes, stand_in, [](char32_t) { return false; });
}

std::string printable_lines(std::string_view bytes) {
    return replaced(bytes, '?', [](char32_t code) { return code == U'\n' || code == U'\t'; });
}

}  // namespace mayhem::core
