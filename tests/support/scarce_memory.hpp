#pragma once

#include <cstddef>

namespace mayhem::test {

/// While one lives, its thread gets `allocations` more pieces of memory, and after that only as much as it has given
/// back since: `new` throws. Other threads have plenty. Links with scarce_memory.cpp, whose `new` and `delete` the
/// whole program then has. One at a time on a thread.
class scarce_memory {
public:
    explicit scarce_memory(std::size_t allocations = 0) noexcept;
    ~scarce_memory();
    scarce_memory(const scarce_memory&) = delete;
    scarce_memory& operator=(const scarce_memory&) = delete;

    /// How often memory was refused so far.
    [[nodiscard]] std::size_t refusals() const noexcept;
};

/// How many pieces of memory the process holds that it got by `new`, on all threads.
[[nodiscard]] std::size_t pieces_held() noexcept;

}  // namespace mayhem::test
