#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mayhem::core {

/// How often each of a number of 64-bit hashes is there. The hashes must be well mixed (`text_hash`): their lowest bits
/// choose the place.
///
/// Open addressing with linear probing over a power of two of places, at most half of them taken, because a look-up
/// stands on the way of every message: `std::unordered_map` divides by a prime for each, and allocates a node for each
/// hash. Grows by doubling, and does not shrink. A value.
class hash_bag {
public:
    /// How often `hash` is there.
    [[nodiscard]] std::uint32_t count(std::uint64_t hash) const noexcept { return places_[find(hash)].count; }

    /// Puts it in once more; how often it is there then.
    std::uint32_t add(std::uint64_t hash);

    /// Takes it out once; how often it is there then. Nothing if it was not there.
    std::uint32_t remove(std::uint64_t hash) noexcept;

    void clear() noexcept;

    /// How many different ones are there.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    static constexpr std::size_t places_min = 16;

    struct place {
        std::uint64_t hash = 0;
        std::uint32_t count = 0;  ///< 0: free
    };

    [[nodiscard]] std::size_t mask() const noexcept { return places_.size() - 1; }

    /// The place of `hash`, or the free one where it belongs.
    [[nodiscard]] std::size_t find(std::uint64_t hash) const noexcept {
        std::size_t at = hash & mask();
        while (places_[at].count != 0 && places_[at].hash != hash) {
            at = (at + 1) & mask();
        }
        return at;
    }
    void close_gap(std::size_t gap) noexcept;
    void grow();

    std::vector<place> places_{places_min};
    std::size_t size_ = 0;
};

}  // namespace mayhem::core
