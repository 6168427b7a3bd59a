#pragma once

#include <exception>
#include <memory>
#include <source_location>
#include <utility>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/kept_task.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::async {

/// One task of a group: to wait for its end, to cancel it and no other, and to have its result; what
/// `asyncio.create_task` returns. The group owns the task all the same, and joins it.
///
/// How the task ended is taken once, by `join` or `take`, and the group's failure handler hears nothing of it. A
/// failure that nobody takes goes there after all: when the task ends, if the handle is gone by then, and else when the
/// handle goes.
///
/// Moved, not copied; empty once moved from. The loop's thread only; outlived by the group.
template <typename T>
class [[nodiscard]] task_handle {
public:
    explicit task_handle(std::shared_ptr<detail::kept_task<T>> kept) noexcept : kept_(std::move(kept)) {}
    task_handle(task_handle&&) noexcept = default;
    task_handle& operator=(task_handle&& other) noexcept {
        task_handle taken(std::move(other));
        std::swap(kept_, taken.kept_);
        return *this;
    }
    ~task_handle() {
        if (kept_) {
            kept_->leave();
        }
    }

    [[nodiscard]] bool is_done() const noexcept { return kept_->is_done(); }

    /// Asks the task to end, as `task_group::cancel` does; nothing if it has ended.
    void cancel() { kept_->cancel(); }

    /// Waits until the task has ended, and takes how. Cancelling the wait leaves the task alone, and it may be awaited
    /// again. The handle must live until then.
    [[nodiscard]] awaitable<settled<T>> join(std::source_location at = std::source_location::current()) {
        const frame here{at};
        co_await kept_->ended().wait(at);
        co_return kept_->take();
    }

    /// How it ended; it must be done.
    [[nodiscard]] settled<T> take() { return kept_->take(); }

private:
    std::shared_ptr<detail::kept_task<T>> kept_;
};

/// Starts `operation` as a task of `group`, as `task_group::spawn` does, and returns a handle on it. Throws what
/// `spawn` throws; cancelled before its first step the task never runs, and has ended with `operation_aborted`.
template <typename Operation>
[[nodiscard]] auto start(task_group& group, task_name name, Operation operation,
                         std::source_location at = std::source_location::current()) {
    using value_type = typename Operation::value_type;
    return task_handle<value_type>(detail::start_kept(group, name, awaitable<value_type>(std::move(operation)), at));
}

/// Runs `operation` as the one task that it needs, on a loop that does not run, and returns its value or throws its
/// exception: `asyncio.run`. Whatever else the loop has to do is done meanwhile, and `run` returns when no task is
/// left. If the loop ends before that, by `stop` or a `deadlock`, the operation is cut (`task_group::cancel_hard`) and
/// waited for, and what ended the loop is thrown, or `operation_aborted`.
template <typename Operation>
auto run(loop& l, task_name name, Operation operation, std::source_location at = std::source_location::current()) ->
    typename Operation::value_type {
    using value_type = typename Operation::value_type;
    task_group alone(l, name, {});
    task_handle<value_type> task = start(alone, name, std::move(operation), at);
    std::exception_ptr end;
    try {
        l.run();
    } catch (...) {
        end = std::current_exception();
    }
    if (!task.is_done()) {
        alone.cancel_hard();
        l.run();
    }
    settled<value_type> result = task.take();
    if (end) {
        std::rethrow_exception(end);
    }
    return std::move(result).get();
}

}  // namespace mayhem::async
