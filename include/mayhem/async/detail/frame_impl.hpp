#pragma once

#include <atomic>
#include <version>

#include <cxxabi.h>

#include "mayhem/async/detail/branch.hpp"
#include "mayhem/async/frame.hpp"

#if defined(_LIBCPP_VERSION)
namespace __cxxabiv1 {
struct __cxa_eh_globals;
extern "C" __cxa_eh_globals* __cxa_get_globals() noexcept;  // libc++abi has it, and its header does not say so
}  // namespace __cxxabiv1
#endif

namespace mayhem::async {

namespace detail {

/// `std::uncaught_exceptions() > before` without two calls into the C++ library for each frame: the Itanium C++ ABI
/// (2.2.2) defines the record that they look up, and it stays in place for as long as the thread lives.
struct exception_globals {
    void* caught;
    unsigned int uncaught;
};
inline constinit const exception_globals no_exceptions{nullptr, 0};
inline thread_local constinit const exception_globals* exceptions_of_this_thread = &no_exceptions;

/// Those that were on their way when the loop began to run, in a destructor: they are none of its coroutines'.
inline thread_local constinit unsigned int exceptions_before = 0;

/// What a thread does before it runs a loop.
inline void look_up_exceptions() noexcept {
    exceptions_of_this_thread = reinterpret_cast<const exception_globals*>(abi::__cxa_get_globals());
    exceptions_before = exceptions_of_this_thread->uncaught;
}

inline bool is_unwinding() noexcept { return exceptions_of_this_thread->uncaught > exceptions_before; }

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
