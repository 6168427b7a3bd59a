#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mayhem::core {

/// A 64-bit hash of a text, for look-ups within one process; `seed` chains several texts into one. Folds the 128-bit
/// product of eight bytes at a time (the way of wyhash, public domain), which for the short names that we have takes a
/// quarter of `std::hash`. Not for records, since it depends on the byte order, and not against an adversary.
[[nodiscard]] inline std::uint64_t text_hash(std::string_view text, std::uint64_t seed = 0) noexcept {
    __extension__ using uint128 = unsigned __int128;
    constexpr std::uint64_t multiplier = 0x9e3779b97f4a7c15;
    constexpr std::uint64_t size_multiplier = 0xd6e8feb86659fd93;  // sizes differ in bits in which short texts do not
    const auto fold = [](std::uint64_t a, std::uint64_t b) noexcept {
        const uint128 product = uint128{a} * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    const auto load = []<typename Word>(const char* from, Word bytes) noexcept {
        std::memcpy(&bytes, from, sizeof bytes);
        return std::uint64_t{bytes};
    };
    const auto load8 = [load](const char* from) noexcept { return load(from, std::uint64_t{}); };
    const auto load4 = [load](const char* from) noexcept { return load(from, std::uint32_t{}); };
    const auto load1 = [load](const char* from) noexcept { return load(from, std::uint8_t{}); };
    const char* at = text.data();
    std::size_t left = text.size();
    std::uint64_t h = (seed ^ multiplier) + text.size() * size_multiplier;
    for (; left >= 8; at += 8, left -= 8) {
        h = fold(h ^ load8(at), multiplier);
    }
    std::uint64_t rest = 0;  // of a short rest the first and the last bytes, some of them twice
    if (left > 0 && text.size() >= 8) {
        rest = load8(at + left - 8);
    } else if (left >= 4) {
        rest = load4(at) << 32 | load4(at + left - 4);
    } else if (left > 0) {
        rest = load1(at) << 16 | load1(at + left / 2) << 8 | load1(at + left - 1);
    }
    return fold(h ^ rest, multiplier ^ 0xa0761d6478bd642f);
}

}  // namespace mayhem::core
