#pragma once

#include <coroutine>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/settled.hpp"

namespace mayhem::async {

namespace detail {

/// `settle`, which needs no frame where it is awaited at once.
template <typename T>
class [[nodiscard]] settling {
public:
    using value_type = settled<T>;
    using waits_on_branch = void;

    explicit settling(awaitable<T> o) noexcept : operation_(std::move(o)) {}

    [[nodiscard]] bool await_ready() noexcept {
        const branch& self = *current_branch;
        was_masked_ = self.masked;
        was_throwing_ = self.throws;
        return operation_.await_ready();
    }
    bool await_suspend(std::coroutine_handle<> caller) { return operation_.await_suspend(caller); }
    value_type await_resume() noexcept {
        branch& self = *current_branch;
        value_type result;
        operation_.settle(result);
        if (self.masked && !was_masked_) {
            self.end_cleanup();
        }
        self.throws = was_throwing_;
        return result;
    }

    operator awaitable<value_type>() && { return run_alone(std::move(*this)); }  // NOLINT(google-explicit-constructor)

private:
    static awaitable<value_type> run_alone(settling s) { co_return co_await s; }

    awaitable<T> operation_;
    bool was_masked_ = false;
    bool was_throwing_ = true;
};

}  // namespace detail

/// Awaits `operation` and returns how it ended, its value or its exception: what is to be done in any case then stands
/// after it, where C++ allows `co_await`, and not in a `catch`.
///
/// Throws nothing; what the call throws that makes the operation, is not its outcome. Cancelling the caller cancels the
/// operation, or keeps it from beginning; that is its outcome then
/// (`is_cancellation`), and the caller's next await throws, unless it is `begin_cleanup`. What had completed all the
/// same has its value. A clean-up that the operation begins ends with it and does not cover the caller.
///
/// Runs on the caller's own branch and takes no memory beyond that of the operation.
template <typename Operation>
[[nodiscard]] auto settle(Operation operation) {
    return detail::settling<typename Operation::value_type>(
        awaitable<typename Operation::value_type>(std::move(operation)));
}

}  // namespace mayhem::async
