#pragma once

#include <atomic>

#include <cxxabi.h>

#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::async {

namespace detail {

/// `std::uncaught_exceptions() > 0` without two calls into the C++ library for each frame: the Itanium C++ ABI (2.2.2)
/// defines the record that they look up, and it stays in place for as long as the thread lives.
struct exception_globals {
    void* caught;
    unsigned int uncaught;
};
inline constinit const exception_globals no_exceptions{nullptr, 0};
inline thread_local constinit const exception_globals* exceptions_of_this_thread = &no_exceptions;

/// What a thread does before it runs a loop.
inline void look_up_exceptions() noexcept {
    exceptions_of_this_thread = reinterpret_cast<const exception_globals*>(abi::__cxa_get_globals());
}

inline bool is_unwinding() noexcept { return exceptions_of_this_thread->uncaught > 0; }

}  // namespace detail

inline frame::frame(std::source_location at) noexcept
    : branch_(detail::current_branch), caller_(branch_ != nullptr ? branch_->top : nullptr), at_(at) {
    if (branch_ != nullptr) {
        std::atomic_signal_fence(std::memory_order_release);  // a signal may ask where the branch stands
        branch_->top = this;
    }
}

inline frame::~frame() {
    if (branch_ == nullptr) {
        return;
    }
    branch_->top = caller_;
    if (detail::is_unwinding()) [[unlikely]] {
        branch_->note_unwinding(*this);
    }
}

}  // namespace mayhem::async
