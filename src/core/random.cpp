#include "mayhem/core/random.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <random>

namespace mayhem::core {

namespace {

__extension__ using uint128 = unsigned __int128;

/// SplitMix64 (Steele, Lea, Flood 2014): the increment of its state, and what it makes of one.
constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15;

constexpr std::uint64_t mix(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/// FNV-1a, 64 bits.
constexpr std::uint64_t hash(std::string_view text) noexcept {
    std::uint64_t h = 0xcbf29ce484222325;
    for (const char c : text) {
        h = (h ^ static_cast<unsigned char>(c)) * 0x00000100000001b3;
    }
    return h;
}

}  // namespace

random_source::random_source(std::uint64_t seed) noexcept : seed_(seed) {
    std::uint64_t z = seed;
    for (std::uint64_t& word : state_) {
        word = mix(z += golden_gamma);
    }
}

random_source random_source::stream(std::string_view name) const noexcept {
    return random_source(mix(mix(seed_ + golden_gamma) ^ hash(name)));
}

std::uint64_t random_source::system_seed() {
    std::random_device device;
    const std::uint64_t high = device();
    return (high << 32 | device()) >> 1;
}

std::uint64_t random_source::next() noexcept {
    const std::uint64_t drawn = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return drawn;
}

std::uint64_t random_source::below(std::uint64_t bound) noexcept {
    uint128 product = uint128{next()} * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
        const std::uint64_t uneven = -bound % bound;
        while (static_cast<std::uint64_t>(product) < uneven) {
            product = uint128{next()} * bound;
        }
    }
    return static_cast<std::uint64_t>(product >> 64);
}

double random_source::uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

std::chrono::nanoseconds random_source::exponential(std::chrono::nanoseconds mean) noexcept {
    // The number of failed rounds is the whole part; the draw with which the first successful round began is the
    // fraction.
    for (std::uint64_t whole = 0;; ++whole) {
        const std::uint64_t fraction = next();
        std::uint64_t last = fraction;
        bool is_odd = true;
        for (std::uint64_t drawn = next(); drawn < last; drawn = next()) {
            last = drawn;
            is_odd = !is_odd;
        }
        if (is_odd) {
            constexpr uint128 longest = std::numeric_limits<std::int64_t>::max() / 2;
            const auto scale = static_cast<uint128>(mean.count());
            const uint128 length = scale * whole + (scale * fraction >> 64);
            return std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(length, longest)));
        }
    }
}

}  // namespace mayhem::core
