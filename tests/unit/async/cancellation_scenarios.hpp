#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mayhem/async/awaitable.hpp"

namespace mayhem::async::test_cancellation {

/// One primitive under cancellation: how to wait for it, how to bring about its end, and what must be true afterwards.
/// The operation of a scenario needs `complete()` to end (or half a second of virtual time, where its end is a moment
/// in time).
class scenario {
public:
    scenario() = default;
    scenario(const scenario&) = delete;
    scenario& operator=(const scenario&) = delete;
    virtual ~scenario() = default;

    /// The operation; throws if it is cut. Checks what it returns.
    virtual awaitable<void> perform() = 0;

    /// Brings about its end: afterwards it is about to go on, or will be in a few steps.
    virtual awaitable<void> complete() = 0;

    /// False for what a cancellation does not cut, so that it ends as if nobody had cancelled.
    [[nodiscard]] virtual bool is_cut_by_cancellation() const { return true; }

    /// True if its end is a moment in time, for which `complete` waits.
    [[nodiscard]] virtual bool is_timed() const { return false; }

    /// Checks that nothing is lost or left behind; `completed` says whether the operation returned.
    virtual void check(bool completed) { (void)completed; }
};

struct named_scenario {
    std::string name;
    std::unique_ptr<scenario> (*make)();
};

/// All primitives.
[[nodiscard]] std::vector<named_scenario> all_scenarios();

}  // namespace mayhem::async::test_cancellation
