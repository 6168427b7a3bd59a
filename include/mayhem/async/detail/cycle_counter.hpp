#pragma once

#include <chrono>
#include <cstdint>

namespace mayhem::async::detail {

/// The processor's time-stamp counter: a third of the cost of reading the clock, which matters because it is read
/// after every step of every task. The unit is the processor's own; `loop_monitor` learns its length from the clock.
inline std::uint64_t cycle_counter() noexcept {
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    std::uint64_t ticks;
    asm volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

}  // namespace mayhem::async::detail
