#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::drivers {

template <typename T>
async::awaitable<void> capture(async::awaitable<T> body, async::settled<T>& result) {
    const async::frame here;
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(body);
            result.set_value();
        } else {
            result.set_value(co_await std::move(body));
        }
    } catch (...) {
        result.set_error(std::current_exception());
    }
}

inline void fail_test(const async::task_failure& f) { ADD_FAILURE() << f.describe(); }

/// Runs `body` as the only task of `loop`, to its end: returns its value or throws its exception.
template <typename T>
T run_task(async::loop& loop, async::awaitable<T> body) {
    async::settled<T> result;
    async::task_group group(loop, "test", fail_test);
    group.spawn("body", capture(std::move(body), result));
    loop.run();
    return std::move(result).get();
}

}  // namespace mayhem::drivers
