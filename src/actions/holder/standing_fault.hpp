#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "actions/holder/hold_order.hpp"
#include "actions/holder/refusal.hpp"

namespace mayhem::actions {

/// What a holder keeps up by being there: made of nothing that outlives its process, so that nothing need be undone; or
/// put back by its destructor, where the kernel does not.
/// Blocks for as long as the kernel works. The holder's one thread.
class standing_fault {
public:
    using clock = std::chrono::steady_clock;

    virtual ~standing_fault() = default;

    /// Returns once it stands, and was seen to, on the life of the order's first process. What is thrown is a refusal,
    /// too.
    [[nodiscard]] virtual std::optional<refusal> begin() = 0;

    /// As it was seen until now: "5 tasks", "312 packets".
    [[nodiscard]] virtual core::seen_effect effect() = 0;

    /// Sees to what must be seen to while it stands. Something else than its time and its target's end that ends it:
    /// why.
    [[nodiscard]] virtual std::optional<hold_word> look() { return std::nullopt; }

    /// What calls for `work` when it is readable; -1: nothing does.
    [[nodiscard]] virtual int descriptor() const noexcept { return -1; }

    /// When `work` is due at the latest; nothing: it is not.
    [[nodiscard]] virtual std::optional<clock::time_point> next_due() const { return std::nullopt; }

    /// What the fault itself does while it stands. Does not wait. Called at least as often as it is due or called for.
    virtual void work() {}

    /// Ends it in order, which a death of this process does not. Its effect is asked for once more afterwards.
    virtual void end() {}
};

/// The one that an order is about, not yet begun. Never null.
[[nodiscard]] std::unique_ptr<standing_fault> make_fault(const hold_order& o);

}  // namespace mayhem::actions
