#pragma once

#include <concepts>
#include <source_location>
#include <type_traits>
#include <utility>

#include "mayhem/async/detail/completion.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::async {

/// Runs a coroutine as a task of `group` for whoever has an Asio completion token, as `asio::co_spawn` does: an
/// `asio::awaitable` awaits it with `asio::use_awaitable`, a callback is called, `asio::use_future` returns a
/// `std::future`, `deferred` an operation that is started later, and a coroutine of this library that wants the result
/// of a task awaits it with `use_awaitable`. So everything that can be awaited here can be awaited there:
/// `co_await async_run(group, "wait", done.wait(), asio::use_awaitable)`.
///
/// The handler's signature is `void(std::exception_ptr)`, or `void(std::exception_ptr, T)` with the coroutine's value,
/// which may be one that can only be moved. Of an operation that failed the value is `T()`.
///
/// Errors: all of them go to the handler, those of the start included (`std::length_error` at the group's limit,
/// `wrong_thread`); the group's failure handler hears of none. Only where there is no memory to keep the handler,
/// `async_run` itself throws `std::bad_alloc`.
///
/// Lifetime: the group outlives the task, as with `spawn`; the handler may be called after the group is gone, and is
/// called exactly once. A coroutine of Asio's is no task of the loop, whose `run` returns without it: let a task await
/// it (`co_await asio::co_spawn(this_executor(), theirs(), use_awaitable)`).
///
/// Cancellation: a `terminal` one through the handler's cancellation slot cancels this task and no other; so does
/// cancelling the group. Before its first step it never runs, while it waits it is cut, and in both cases the handler
/// gets `operation_aborted`; what has ended, has ended.
///
/// Thread: the loop's, also for the cancellation. The handler is posted to its associated executor, the loop's unless
/// it has one; what runs there on the loop's must not throw.
template <typename Operation, typename CompletionToken>
auto async_run(task_group& group, task_name name, Operation operation, CompletionToken&& token,
               std::source_location at = std::source_location::current()) {
    using value_type = typename Operation::value_type;
    static_assert(std::is_void_v<value_type> || std::default_initializable<value_type>,
                  "the handler gets a value also if there is none: return a std::optional from the coroutine");
    return asio::async_initiate<CompletionToken, typename detail::run_signature<value_type>::type>(
        detail::run_start<value_type>{&group, name, at}, token, awaitable<value_type>(std::move(operation)));
}

}  // namespace mayhem::async
