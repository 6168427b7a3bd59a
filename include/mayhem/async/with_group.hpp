#pragma once

#include <exception>
#include <source_location>
#include <type_traits>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/child.hpp"
#include "mayhem/async/detail/suspend.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::async {

namespace detail {

/// A group that a branch has opened, and that is cancelled with it.
class nested_group {
public:
    /// Without a handler, failures go to that of the group whose task opens it.
    nested_group(task_name name, task_group::failure_handler on_failure);
    ~nested_group();
    nested_group(const nested_group&) = delete;
    nested_group& operator=(const nested_group&) = delete;

    [[nodiscard]] task_group& group() noexcept { return group_; }

    /// Waits until no task is left, whatever happens to the branch: they were cancelled with it.
    [[nodiscard]] auto join(std::source_location at) noexcept {
        return park{"with_group, for its tasks", at, [this](branch& b) noexcept { group_.joiners_.push_back(b); },
                    &keep_waiting};
    }

    /// Cancels all tasks, and from now on each that is spawned.
    void end() noexcept { group_.end(false); }

private:
    branch& owner_;
    task_group group_;
};

template <typename T, typename Body>
awaitable<T> run_with_group(task_name name, Body body, task_group::failure_handler on_failure,
                            std::source_location at) {
    const frame here{at};
    nested_group nested(name, std::move(on_failure));
    settled<T> outcome;
    try {
        if constexpr (std::is_void_v<T>) {
            co_await body(nested.group());
            outcome.set_value();
        } else {
            outcome.set_value(co_await body(nested.group()));
        }
    } catch (...) {
        outcome.set_error(std::current_exception());
        nested.end();
    }
    while (!nested.group().empty()) {
        co_await nested.join(at);
    }
    co_return std::move(outcome).get();
}

}  // namespace detail

/// Opens a group for as long as `body` needs it: calls `body(task_group&)`, awaits the coroutine that this returns,
/// waits until every task of the group has ended, and returns the body's value. So a coroutine can start others and go
/// in no other way than after them: Trio's nursery, Python's `TaskGroup`.
///
/// If the body throws, the tasks are cancelled and waited for before the exception goes on. Cancelling the caller
/// cancels body and tasks, hard if it is hard, and both are waited for; a body that had ended has its value returned,
/// and the caller's next await throws. What is spawned after either is cancelled before its first step.
///
/// A task's failure goes to `on_failure`, or without one to the failure handler of the group to which the caller
/// belongs, with the name of this group in it; it ends neither the body nor other tasks. Takes `body` by value, and
/// what it refers to must outlive the call. Inside a task only.
template <typename Body>
[[nodiscard]] auto with_group(task_name name, Body body, task_group::failure_handler on_failure = {},
                              std::source_location at = std::source_location::current())
    -> awaitable<typename std::invoke_result_t<Body&, task_group&>::value_type> {
    using value_type = typename std::invoke_result_t<Body&, task_group&>::value_type;
    return detail::run_with_group<value_type>(name, std::move(body), std::move(on_failure), at);
}

}  // namespace mayhem::async
