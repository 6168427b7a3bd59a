#pragma once

#include <exception>
#include <future>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::async {

namespace detail {

/// A promise that is kept even if its task is cancelled before the first step.
template <typename T>
class kept_promise {
public:
    kept_promise() = default;
    kept_promise(const kept_promise&) = delete;
    kept_promise& operator=(const kept_promise&) = delete;
    ~kept_promise() {
        if (!is_kept_) {
            set_exception(cancellation());
        }
    }

    [[nodiscard]] std::future<T> get_future() { return promise_.get_future(); }

    template <typename... Value>
    void set_value(Value&&... v) {
        promise_.set_value(std::forward<Value>(v)...);
        is_kept_ = true;
    }
    void set_exception(std::exception_ptr e) {
        promise_.set_exception(std::move(e));
        is_kept_ = true;
    }

private:
    std::promise<T> promise_;
    bool is_kept_ = false;
};

template <typename T, typename Factory>
awaitable<void> fulfil(Factory make, std::shared_ptr<kept_promise<T>> promise) {
    const frame here;
    try {
        if constexpr (std::is_void_v<T>) {
            co_await make();
            promise->set_value();
        } else {
            promise->set_value(co_await make());
        }
    } catch (...) {
        promise->set_exception(std::current_exception());
    }
}

}  // namespace detail

/// Starts a coroutine on the loop of `group` from any other thread and returns a future for its result: asyncio's
/// `run_coroutine_threadsafe`. `make` is called on the loop's thread and returns the coroutine, so that none is ever
/// touched by two threads. The loop is woken; the work starts at once, not with the next accident. `run` does not
/// return before; a loop that is not run any more starts nothing, and the future holds `operation_aborted` once it is
/// gone.
///
/// If the group refuses the task (limit reached), or its task is cancelled, the future holds that exception. The group
/// must live until the future is ready. Waiting for the future on the loop's own thread would wait for ever.
template <typename Factory>
[[nodiscard]] auto submit(task_group& group, task_name name, Factory make,
                          std::source_location at = std::source_location::current())
    -> std::future<typename std::invoke_result_t<Factory&>::value_type> {
    using value_type = typename std::invoke_result_t<Factory&>::value_type;
    auto promise = std::make_shared<detail::kept_promise<value_type>>();
    std::future<value_type> result = promise->get_future();
    group.loop().post([&group, name, at, promise, make = std::move(make)]() mutable {
        try {
            group.spawn(name, detail::fulfil<value_type>(std::move(make), promise), at);
        } catch (...) {
            promise->set_exception(std::current_exception());
        }
    });
    return result;
}

}  // namespace mayhem::async
