#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "mayhem/core/random.hpp"

namespace mayhem::core {

/// The identity of a message: 128 random bits in the form of RFC 4122, version 4. A value of 16 bytes, so that a
/// message in flight carries no heap-allocated text for it.
class uuid {
public:
    /// The nil UUID, which no message carries.
    constexpr uuid() noexcept = default;
    constexpr explicit uuid(std::array<std::uint8_t, 16> bytes) noexcept : bytes_(bytes) {}

    /// Draws 122 bits from `rng` and sets the version and variant bits (RFC 4122, section 4.4).
    static uuid random(random_source& rng);

    /// Reads the form `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, upper or lower case; nothing else is accepted.
    static std::optional<uuid> parse(std::string_view text) noexcept;

    /// Lower-case text, 36 characters.
    [[nodiscard]] std::string to_string() const;

    [[nodiscard]] constexpr const std::array<std::uint8_t, 16>& bytes() const noexcept { return bytes_; }
    [[nodiscard]] constexpr bool is_nil() const noexcept { return bytes_ == std::array<std::uint8_t, 16>{}; }

    friend constexpr bool operator==(const uuid&, const uuid&) noexcept = default;
    friend constexpr auto operator<=>(const uuid&, const uuid&) noexcept = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
};

}  // namespace mayhem::core

/// The bytes are random already: the first eight of them are the hash.
template <>
struct std::hash<mayhem::core::uuid> {
    std::size_t operator()(const mayhem::core::uuid& id) const noexcept;
};
