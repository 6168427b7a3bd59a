#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mayhem/core/random.hpp"

namespace mayhem::sim {

using bytes = std::vector<std::byte>;

/// How bad it is when the power fails.
struct power_loss {
    unsigned kept_percent = 50;  ///< of the changes that were not synced, so many are on the platter all the same
    unsigned torn_percent = 0;   ///< so many of the writes are there in some of their sectors
    unsigned junk_percent = 0;   ///< where a file grew without its data, so often is there junk instead of zeros

    /// Anything between all and nothing; half of the time no write is torn.
    [[nodiscard]] static power_loss draw(core::random_source& dice) noexcept;
};

/// What is in one file, twice: as a process sees it (the page cache), and as it is on the platter. Between the two lie
/// the changes since the last sync, in order.
///
/// A write is divided into sectors, each of which is on the platter whole or not at all, whatever becomes of its
/// neighbours: so a later write may be there and an earlier one not.
class file_contents {
public:
    static constexpr std::size_t sector_size = 512;

    file_contents() = default;
    /// With these bytes, on the platter too.
    explicit file_contents(bytes synced) : seen_(synced), safe_(std::move(synced)) {}

    [[nodiscard]] const bytes& seen() const noexcept { return seen_; }
    [[nodiscard]] const bytes& safe() const noexcept { return safe_; }

    /// How many bytes there were; the rest of `to` is filled with zeros.
    std::size_t read(std::span<std::byte> to, std::uint64_t at) const;

    /// A gap between the end and `at` reads as zeros.
    void write(std::span<const std::byte> from, std::uint64_t at);
    void truncate(std::uint64_t size);

    /// Everything is on the platter. Costs what was written since the last one, whatever the file's size.
    void sync();

    /// A sync that failed after some of it was written; the system believes that nothing is left to write.
    void drop_unsynced(core::random_source& dice);

    /// What a process sees is what is on the platter from now on: the changes that were synced, and some of the others.
    void lose_power(const power_loss& how, core::random_source& dice);

private:
    struct change {
        std::uint64_t at;
        std::size_t size;  ///< none: the file was truncated to `at`
        std::size_t data;  ///< where in `written_`
    };

    void make_safe(const change& c);
    void make_safe_in_part(const change& c, bool is_junk, core::random_source& dice);
    void make_some_safe(const power_loss& how, core::random_source& dice);
    void grow_safe(std::uint64_t size, bool is_junk, core::random_source& dice);

    bytes seen_;
    bytes safe_;
    std::vector<change> unsynced_;
    bytes written_;             ///< by the changes in `unsynced_`
    bool has_dropped_ = false;  ///< the two differ by more than `unsynced_`
};

}  // namespace mayhem::sim
