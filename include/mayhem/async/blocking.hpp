#pragma once

#include "mayhem/async/unique_function.hpp"

namespace mayhem::async {

/// Where work is done that would hold the loop up (`run_blocking`): on threads (`thread_pool`), or, in a simulation, on
/// the loop itself at moments that the simulation chooses. Outlives the coroutines that wait for it.
class blocking {
public:
    virtual ~blocking() = default;

    /// Takes over `job`, which must not throw; it is run once, at some time, and never inside this call. Throws when it
    /// cannot be taken, and then it is not run. Any thread.
    virtual void post(unique_function<void()> job) = 0;

    /// Whether the jobs run on other threads, so that virtual time has to wait for them.
    [[nodiscard]] virtual bool is_outside_loop() const noexcept = 0;
};

}  // namespace mayhem::async
