#pragma once

#include <cstddef>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::ports {

/// What one call of `history::prune` has deleted.
struct pruned {
    std::size_t messages = 0;
    std::size_t skips = 0;
    std::size_t lists = 0;

    [[nodiscard]] std::size_t total() const noexcept { return messages + skips + lists; }
};

/// The record as something that grows.
class history {
public:
    virtual ~history() = default;

    /// Deletes what is older than `before` and nobody asks for any more, at most `limit` rows of each kind, the oldest
    /// first. Throws `core::store_failed`; nothing was deleted then.
    virtual async::awaitable<pruned> prune(core::wall_time before, std::size_t limit) = 0;
};

}  // namespace mayhem::ports
