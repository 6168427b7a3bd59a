#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "mayhem/async/detail/asio.hpp"

namespace mayhem::async {

class loop;

namespace detail {
class branch;
}

/// Where a coroutine's steps run: a loop, and the branch of a task on whose behalf they run. Two pointers, copied
/// freely, compared by value. Satisfies Asio's `execution::executor`, so every Asio operation can complete on it.
///
/// `execute` may be called from any thread. On the loop's own thread it puts the function on the loop's ready list,
/// without a lock and mostly without an allocation. Between two steps of the loop, where Asio reports what has come in,
/// it runs it at once (`MayRunInline`); never inside a step, so that no step begins in the middle of another. From
/// another thread it goes through the `io_context`, which wakes the loop. The function must not throw: nobody would
/// catch it, and the program ends. (The definitions come with loop.hpp.)
template <bool MayRunInline>
class basic_executor {
public:
    basic_executor(loop& l, detail::branch* b) noexcept : loop_(&l), branch_(b) {}

    [[nodiscard]] async::loop& loop() const noexcept { return *loop_; }
    [[nodiscard]] detail::branch* branch() const noexcept { return branch_; }

    [[nodiscard]] asio::execution_context& query(asio::execution::context_t) const noexcept;
    static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
        if constexpr (MayRunInline) {
            return asio::execution::blocking_t::possibly;
        } else {
            return asio::execution::blocking_t::never;
        }
    }
    [[nodiscard]] basic_executor<false> require(asio::execution::blocking_t::never_t) const noexcept {
        return {*loop_, branch_};
    }
    [[nodiscard]] basic_executor<true> require(asio::execution::blocking_t::possibly_t) const noexcept {
        return {*loop_, branch_};
    }

    template <typename Function>
    void execute(Function&& f) const;

    friend bool operator==(const basic_executor&, const basic_executor&) noexcept = default;

private:
    async::loop* loop_;
    detail::branch* branch_;
};

using executor = basic_executor<true>;

}  // namespace mayhem::async
