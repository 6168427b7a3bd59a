#pragma once

#include <optional>
#include <string>
#include <vector>

#include "actions/holder/hold_order.hpp"
#include "mayhem/async/awaitable.hpp"
#include "system/fork_support.hpp"
#include "system/spawned_process.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::actions {

/// A fault that a holder (`be_holder`) keeps up: begins when that process says so, and ends with it. Whoever destroys
/// it ends it, without waiting for more than the process's end. The loop's thread only.
class held_fault {
public:
    /// Starts a holder, which waits for its order: `program` is a mayhem, `call` what it is called with, as the order
    /// will say: "hold", "cut", "inside". Throws `system::command_not_started`.
    held_fault(const std::string& program, std::vector<std::string> call);

    /// Waits until the holder runs. Throws `system::command_not_started`. Cancellable.
    async::awaitable<void> ready();

    /// Gives the order, once, and returns the holder's answer: `held` or `refused`. One that says nothing within 10 s,
    /// or nonsense, is ended, and so has refused. Cancelled, it has done nothing that outlives this.
    async::awaitable<hold_word> hold(hold_order o);

    /// After `hold` has returned `held`: that it stands no more, and why. A holder that is gone has said that it is
    /// over. Nothing: it stands. Does not wait.
    [[nodiscard]] std::optional<hold_word> find_end();

    /// What the holder has told of its effect, in `held` and since, as far as it was read: by `find_end` and `end`.
    [[nodiscard]] const std::string& effect() const noexcept { return effect_; }

    /// Ends it, and returns when the process is gone: by the end of its orders, by SIGKILL if that takes longer than a
    /// second. In a clean-up.
    async::awaitable<void> end();

private:
    [[nodiscard]] bool read_what_is_there();
    [[nodiscard]] std::optional<hold_word> next_word();
    async::awaitable<hold_word> first_word();

    system::pipe_ends orders_;  ///< without its end, the holder ends
    system::spawned_process process_;
    system::unique_fd words_;
    system::unique_fd complaints_;
    std::string unread_;
    std::string effect_;
};

}  // namespace mayhem::actions
