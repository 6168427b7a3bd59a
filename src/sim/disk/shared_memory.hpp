#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace mayhem::sim {

/// The memory that the connections to one database share, for the index of its log. It is there as long as there is a
/// connection: nothing of it survives the last one, however that one ends.
///
/// Each process has a copy, which is brought up to date when it is that process's turn. There is one thread, so nobody
/// sees the difference; but what a killed process's connections still write into it, while they are destroyed, reaches
/// nobody. A process is known by an address, which nothing depends on but being the same.
class shared_memory {
public:
    using regions = std::vector<std::unique_ptr<std::byte[]>>;

    /// One more connection of a process.
    void join(const void* process);

    /// Region number `index`, all of which are of one size; null if it is not there and `may_extend` is false. Stays
    /// where it is until the process has left.
    [[nodiscard]] std::byte* region(const void* process, std::size_t index, std::size_t size, bool may_extend);

    /// It is this process's turn.
    void switch_to(const void* process);

    /// One connection less. With the last one, hands out the process's copy, for whoever may still write into it.
    regions leave(const void* process) noexcept;

private:
    struct copy {
        const void* process;
        std::size_t connections;
        regions pages;
    };

    [[nodiscard]] copy* find(const void* process) noexcept;
    void bring_up_to_date(copy& c) noexcept;

    std::vector<copy> copies_;
    const void* newest_ = nullptr;  ///< whose copy is up to date; one of `copies_`, if there are any
    std::size_t region_size_ = 0;
};

}  // namespace mayhem::sim
