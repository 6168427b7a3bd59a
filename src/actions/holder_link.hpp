#pragma once

#include <string>

#include "mayhem/async/awaitable.hpp"

namespace mayhem::actions {

/// How Mayhem and one holder (`be_holder`) hear each other, and how it is ended: whoever destroys a link ends its
/// holder. The loop's thread only.
class holder_link {
public:
    virtual ~holder_link() = default;

    /// Waits until the holder listens. Throws `system::command_not_started`. Cancellable.
    [[nodiscard]] virtual async::awaitable<void> ready() = 0;

    [[nodiscard]] virtual int orders() const noexcept = 0;  ///< to write one line to; before `close_orders`
    [[nodiscard]] virtual int words() const noexcept = 0;   ///< to read from, without blocking, until it ends

    /// Tells the holder to end: it has no more orders.
    virtual void close_orders() noexcept = 0;

    /// Waits until the holder is gone, after its words have ended. Cancellable.
    [[nodiscard]] virtual async::awaitable<void> gone() = 0;

    /// Ends one that does not end when it is told. In a clean-up.
    [[nodiscard]] virtual async::awaitable<void> end_by_force() = 0;

    /// What it has complained of beside its words, as far as it is there; for a person.
    [[nodiscard]] virtual std::string complaints() = 0;
};

}  // namespace mayhem::actions
