#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "actions/holder/hold_order.hpp"
#include "actions/holder_link.hpp"
#include "mayhem/async/awaitable.hpp"

namespace mayhem::actions {

/// A fault that a holder (`be_holder`) keeps up: begins when that process says so, and ends with it. Whoever destroys
/// it ends it, without waiting for more than the process's end. The loop's thread only.
class held_fault {
public:
    /// `holder`: not yet `ready`.
    explicit held_fault(std::unique_ptr<holder_link> holder) : holder_(std::move(holder)) {}

    /// Waits until the holder listens. Throws `system::command_not_started`. Cancellable.
    async::awaitable<void> ready();

    /// Gives the order, once, and returns the holder's answer: `held` or `refused`. One that says nothing within 10 s,
    /// or nonsense, is ended, and so has refused. Cancelled, it has done nothing that outlives this.
    async::awaitable<hold_word> hold(hold_order o);

    /// After `hold` has returned `held`: that it stands no more, and why. A holder that is gone has said that it is
    /// over. Nothing: it stands. Does not wait.
    [[nodiscard]] std::optional<hold_word> find_end();

    /// What the holder has told of its effect, in `held` and since, as far as it was read: by `find_end` and `end`.
    /// That there was none, only a holder that has ended in order can say.
    [[nodiscard]] core::seen_effect effect() const {
        return {.text = effect_.text, .is_none = effect_.is_none && is_whole_};
    }

    /// Ends it, and returns when the holder is gone: by the end of its orders, by force if that takes longer than a
    /// second. In a clean-up.
    async::awaitable<void> end();

private:
    [[nodiscard]] bool read_what_is_there();
    [[nodiscard]] std::optional<hold_word> next_word();
    async::awaitable<hold_word> first_word();

    async::awaitable<void> until_gone();

    std::unique_ptr<holder_link> holder_;
    std::string unread_;
    core::seen_effect effect_;
    bool is_whole_ = false;  ///< the holder has told all there is
};

}  // namespace mayhem::actions
