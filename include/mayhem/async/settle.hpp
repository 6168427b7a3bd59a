#pragma once

#include <coroutine>
#include <exception>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/detail/suspend.hpp"
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
        began_as_ = current_branch->cancel_is;
        return operation_.await_ready();
    }
    bool await_suspend(std::coroutine_handle<> caller) { return operation_.await_suspend(caller); }
    value_type await_resume() noexcept {
        value_type result;
        operation_.settle(result);
        current_branch->end_operation(began_as_);
        return result;
    }

    operator awaitable<value_type>() && { return run_alone(std::move(*this)); }  // NOLINT(google-explicit-constructor)

private:
    static awaitable<value_type> run_alone(settling s) { co_return co_await s; }

    awaitable<T> operation_;
    cancel_state began_as_ = cancel_state::open;
};

/// The same of a wait, whose cancellation is then never thrown: to throw one costs more than all else that a task does.
template <typename Prepare>
class [[nodiscard]] settling_wait {
public:
    using value_type = settled<void>;
    using waits_on_branch = void;

    explicit settling_wait(wait<Prepare> w) noexcept : wait_(std::move(w)) {}

    [[nodiscard]] bool await_ready() noexcept {
        try {
            return wait_.await_ready();
        } catch (...) {
            refusal_ = std::current_exception();
            return true;
        }
    }
    void await_suspend(std::coroutine_handle<> waiting) noexcept { wait_.await_suspend(waiting); }
    value_type await_resume() noexcept {
        value_type result;
        if (refusal_) {
            result.set_error(std::move(refusal_));
        } else if (current_branch->aborted) {
            result.set_error(cancellation());
        } else {
            result.set_value();
        }
        return result;
    }

    operator awaitable<value_type>() && { return run_alone(std::move(*this)); }  // NOLINT(google-explicit-constructor)

private:
    static awaitable<value_type> run_alone(settling_wait w) { co_return co_await w; }

    wait<Prepare> wait_;
    std::exception_ptr refusal_;
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
template <typename Prepare>
[[nodiscard]] auto settle(detail::wait<Prepare> operation) noexcept {
    return detail::settling_wait<Prepare>(std::move(operation));
}

}  // namespace mayhem::async
