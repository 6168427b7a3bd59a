#pragma once

#include <source_location>

namespace mayhem::async {

/// Reports a broken promise of our own code, with its place and, inside a task, with that task and its stack of frames,
/// innermost first, on stderr, and aborts. Never returns.
[[noreturn]] void assertion_failed(const char* condition, const char* why,
                                   std::source_location at = std::source_location::current()) noexcept;

}  // namespace mayhem::async

/// An assertion that stays on in release: `why` says what was promised. Costs one predicted branch.
#define MAYHEM_ASSERT(condition, why)                           \
    do {                                                        \
        if (!(condition)) [[unlikely]] {                        \
            ::mayhem::async::assertion_failed(#condition, why); \
        }                                                       \
    } while (false)
