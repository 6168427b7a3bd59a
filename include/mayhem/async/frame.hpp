#pragma once

#include <source_location>

namespace mayhem::async {

namespace detail {
class branch;
}

/// A breadcrumb: the first statement of every coroutine is `async::frame here;`.
///
/// From these the loop knows each task's stack of coroutine frames (`tasks()`), and when an exception leaves the
/// coroutine, the breadcrumb notes it on the way, which gives the traceback that C++ lacks. Costs three words and
/// two pointer assignments. Lives in the coroutine's frame; the loop's thread only.
class frame {
public:
    explicit frame(std::source_location at = std::source_location::current()) noexcept;
    ~frame();
    frame(const frame&) = delete;
    frame& operator=(const frame&) = delete;

    [[nodiscard]] const std::source_location& at() const noexcept { return at_; }

    /// The frame that awaits this one; null for the first of its branch.
    [[nodiscard]] const frame* caller() const noexcept { return caller_; }

private:
    detail::branch* branch_;
    frame* caller_;
    std::source_location at_;
};

}  // namespace mayhem::async

#include "mayhem/async/detail/frame_impl.hpp"
