#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace mayhem::core {

/// A seeded generator (xoshiro256**, Blackman and Vigna 2018, public domain algorithm; seeded through SplitMix64). The
/// same seed gives the same sequence on every machine and with every standard library, which
/// `std::uniform_*_distribution` does not promise; so the plan of a fleet is the same everywhere. Not for secrets. Not
/// thread-safe: one per user.
class random_source {
public:
    using result_type = std::uint64_t;

    explicit random_source(std::uint64_t seed) noexcept;

    /// A generator of its own for `name`, which neither disturbs nor depends on how much was drawn here:
    /// adding a user of randomness changes nobody else's numbers.
    [[nodiscard]] random_source stream(std::string_view name) const noexcept;

    /// A seed from the operating system, for whoever was given none. The only place where true randomness enters.
    /// At most 2^63 - 1, as TOML can hold. Throws `std::runtime_error` when the system has none to give.
    static std::uint64_t system_seed();

    /// 64 uniform bits.
    std::uint64_t next() noexcept;
    std::uint64_t operator()() noexcept { return next(); }
    static constexpr std::uint64_t min() noexcept { return 0; }
    static constexpr std::uint64_t max() noexcept { return ~std::uint64_t{0}; }

    /// Uniform in [0, bound), without bias (Lemire 2019); `bound` must be greater than zero.
    std::uint64_t below(std::uint64_t bound) noexcept;

    /// Uniform in [0, 1), 53 bits.
    double uniform() noexcept;

    /// Exponentially distributed with the given mean, which must not be negative: the gap before the next event of a
    /// Poisson process. By comparisons of integers alone (von Neumann 1951), because two mathematical libraries may
    /// differ in the last bit of a logarithm. At most 146 years, so that adding it to a clock does not overflow.
    std::chrono::nanoseconds exponential(std::chrono::nanoseconds mean) noexcept;

    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

private:
    std::uint64_t seed_;
    std::uint64_t state_[4];
};

}  // namespace mayhem::core
