#pragma once

#include <exception>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/detail/asio.hpp"
#include "mayhem/async/detail/child.hpp"
#include "mayhem/async/detail/loop_access.hpp"
#include "mayhem/async/detail/task.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/task_name.hpp"

namespace mayhem::async::detail {

template <typename T>
struct run_signature {
    using type = void(std::exception_ptr, T);
};
template <>
struct run_signature<void> {
    using type = void(std::exception_ptr);
};

/// The handler of `async_run`, and how its coroutine ended. The handler is called exactly once, on its own executor.
template <typename T, typename Handler>
class completion {
public:
    completion(loop& l, Handler h)
        : loop_(l), handler_(std::move(h)), work_(asio::make_work_guard(handler_, l.get_executor())) {}
    completion(const completion&) = delete;
    completion& operator=(const completion&) = delete;

    [[nodiscard]] settled<T>& outcome() noexcept { return outcome_; }

    [[nodiscard]] bool has_started() const noexcept { return task_ != nullptr; }

    /// From now on a cancellation cancels `t`.
    void follow(task& t) noexcept { task_ = &t; }

    /// To who may cancel the handler's operation.
    void connect() {
        const auto slot = asio::get_associated_cancellation_slot(handler_);
        if (slot.is_connected()) {
            slot_ = slot;
            slot_.assign([this](asio::cancellation_type type) { cancel(type); });
        }
    }

    /// The task has ended, or could not be started.
    static void tell(std::shared_ptr<completion> c) noexcept {
        c->task_ = nullptr;
        if (c->slot_.is_connected()) {
            c->slot_.clear();
        }
        try {
            asio::post(c->work_.get_executor(), [c] { c->call(); });
        } catch (...) {
            c->call();  // without memory to post it
        }
    }

private:
    void cancel(asio::cancellation_type type) {
        if ((type & asio::cancellation_type::terminal) != asio::cancellation_type::none && task_ != nullptr) {
            loop_.check_thread("the cancellation of async_run");
            task_->root.cancel(false);
        }
    }

    void call() {
        Handler handler = std::move(handler_);
        work_.reset();
        if constexpr (std::is_void_v<T>) {
            std::move(handler)(outcome_.error());
        } else if (outcome_.has_value()) {
            std::move(handler)(std::exception_ptr(), std::move(outcome_).take());
        } else {
            std::move(handler)(outcome_.error(), T());
        }
    }

    loop& loop_;
    Handler handler_;
    asio::executor_work_guard<asio::associated_executor_t<Handler, executor>> work_;
    asio::cancellation_slot slot_;
    task* task_ = nullptr;
    settled<T> outcome_;
};

/// Keeps that the handler is called when the task has ended, also one that was cancelled before its first step.
template <typename T, typename Handler>
class owed_completion {
public:
    using completion_type = completion<T, Handler>;

    explicit owed_completion(std::shared_ptr<completion_type> c) noexcept : completion_(std::move(c)) {}
    owed_completion(owed_completion&& other) noexcept = default;
    owed_completion& operator=(owed_completion&&) = delete;
    ~owed_completion() {
        if (completion_ && completion_->has_started()) {
            completion_->outcome().set_error(cancellation());
            tell();
        }
    }

    [[nodiscard]] settled<T>& outcome() noexcept { return completion_->outcome(); }
    void tell() noexcept { completion_type::tell(std::move(completion_)); }

private:
    std::shared_ptr<completion_type> completion_;
};

template <typename T, typename Handler>
awaitable<void> run_and_tell(awaitable<T> body, owed_completion<T, Handler> owed) {
    const frame here;
    co_await settle_into{body, owed.outcome()};
    owed.tell();
}

/// What Asio calls once it is known what is to be called in the end.
template <typename T>
struct run_start {
    task_group* group;
    task_name name;
    std::source_location at;

    template <typename Handler>
    void operator()(Handler&& handler, awaitable<T> body) const {
        using handler_type = std::decay_t<Handler>;
        auto mine = std::make_shared<completion<T, handler_type>>(group->loop(), std::forward<Handler>(handler));
        try {
            mine->connect();
            mine->follow(loop_access::start(*group, name,
                                            run_and_tell(std::move(body), owed_completion<T, handler_type>(mine)), at));
        } catch (...) {
            mine->outcome().set_error(std::current_exception());
            completion<T, handler_type>::tell(std::move(mine));
        }
    }
};

}  // namespace mayhem::async::detail
