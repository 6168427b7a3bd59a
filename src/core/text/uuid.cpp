#include "mayhem/core/text/uuid.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace mayhem::core {

namespace {

constexpr std::size_t text_size = 36;

constexpr bool is_dash(std::size_t position) noexcept {
    return position == 8 || position == 13 || position == 18 || position == 23;
}

constexpr std::optional<std::uint8_t> digit_value(char c) noexcept {
    if (c >= '0' && c <= '9') {
        return static_cast<std::uint8_t>(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return static_cast<std::uint8_t>(c - 'a' + 10);
    }
    if (c >= 'A' && c <= 'F') {
        return static_cast<std::uint8_t>(c - 'A' + 10);
    }
    return std::nullopt;
}

}  // namespace

uuid uuid::random(random_source& rng) {
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t half = 0; half < 2; ++half) {
        std::uint64_t bits = rng.next();
        if constexpr (std::endian::native == std::endian::little) {
            bits = __builtin_bswap64(bits);  // the same bytes on every machine
        }
        std::memcpy(bytes.data() + half * sizeof bits, &bits, sizeof bits);
    }
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    return uuid(bytes);
}

std::optional<uuid> uuid::parse(std::string_view text) noexcept {
    if (text.size() != text_size) {
        return std::nullopt;
    }
    std::array<std::uint8_t, 16> bytes{};
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text_size; ++i) {
        if (is_dash(i)) {
            if (text[i] != '-') {
                return std::nullopt;
            }
            continue;
        }
        const auto value = digit_value(text[i]);
        if (!value) {
            return std::nullopt;
        }
        std::uint8_t& byte = bytes[digits++ / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | *value);
    }
    return uuid(bytes);
}

std::string uuid::to_string() const {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text(text_size, '-');
    std::size_t position = 0;
    for (const std::uint8_t byte : bytes_) {
        position += is_dash(position) ? 1 : 0;
        text[position++] = hex[byte >> 4];
        text[position++] = hex[byte & 0x0f];
    }
    return text;
}

}  // namespace mayhem::core

std::size_t std::hash<mayhem::core::uuid>::operator()(const mayhem::core::uuid& id) const noexcept {
    std::uint64_t bits = 0;
    std::memcpy(&bits, id.bytes().data(), sizeof bits);
    return static_cast<std::size_t>(bits);
}
