#include "queues/pubsub/base64.hpp"

#include <array>
#include <cstdint>

namespace mayhem::queues {

namespace {

constexpr std::string_view plain_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr unsigned bits_of_digit = 6;
constexpr unsigned bits_of_byte = 8;

/// Without padding.
std::string encode_digits(std::string_view bytes, std::string_view alphabet) {
    std::string text;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : bytes) {
        bits = bits << bits_of_byte | static_cast<unsigned char>(c);
        for (count += bits_of_byte; count >= bits_of_digit;) {
            count -= bits_of_digit;
            text += alphabet[bits >> count & 0x3fU];
        }
    }
    if (count > 0) {
        text += alphabet[bits << (bits_of_digit - count) & 0x3fU];
    }
    return text;
}

/// What each character stands for; `no_digit`: for nothing.
constexpr std::uint8_t no_digit = 255;
constexpr auto digit_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::uint8_t i = 0; i < plain_alphabet.size(); ++i) {
        values[static_cast<unsigned char>(plain_alphabet[i])] = i;
        values[static_cast<unsigned char>(url_alphabet[i])] = i;
    }
    return values;
}();

}  // namespace

std::string encode_base64(std::string_view bytes) {
    std::string text = encode_digits(bytes, plain_alphabet);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::string encode_base64url(std::string_view bytes) { return encode_digits(bytes, url_alphabet); }

std::optional<std::string> decode_base64(std::string_view text) {
    const std::size_t padded = text.size();
    while (text.ends_with('=')) {
        text.remove_suffix(1);
    }
    const bool is_cut = text.size() % 4 == 1 || padded - text.size() > 2 || (padded > text.size() && padded % 4 != 0);
    std::string bytes;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const std::uint8_t digit = digit_values[static_cast<unsigned char>(c)];
        if (digit == no_digit || is_cut) {
            return std::nullopt;
        }
        bits = bits << bits_of_digit | digit;
        count += bits_of_digit;
        if (count >= bits_of_byte) {
            count -= bits_of_byte;
            bytes += static_cast<char>(bits >> count & 0xffU);
        }
    }
    return bytes;
}

}  // namespace mayhem::queues
