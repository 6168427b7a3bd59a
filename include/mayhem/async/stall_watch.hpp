#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <source_location>
#include <string>
#include <thread>
#include <vector>

#include "mayhem/async/detail/stall_detector.hpp"
#include "mayhem/async/loop.hpp"

namespace mayhem::async {

/// A loop that stands still, as it was found.
struct stall {
    std::string task;                         ///< "group/name #id"; empty where it could not be learnt
    std::source_location created_at;          ///< where that task was spawned
    std::vector<std::source_location> stack;  ///< its coroutines, innermost first
    std::chrono::nanoseconds lasted{};        ///< so far, at least

    /// As text, several lines.
    [[nodiscard]] std::string describe() const;
};

/// Tells of a step that holds the loop *while* it does: of the one that never ends, too, which `on_slow_step` cannot. A
/// thread of its own looks twice in each `threshold` whether the loop still gets round, so a step costs nothing. Only
/// when it does not, the loop's thread is interrupted by a signal, whose handler notes which task runs and where that
/// stands. A thread that the kernel does not let go, as on a dead disk, cannot note anything; then the stall is told
/// without a task.
///
/// Costs a thread, which an idle process has to wake. Made while nobody runs the loop, or in a step of it; outlived by
/// the loop. One that is handed from thread to thread is followed. One watch a process at a time (asserted).
class stall_watch {
public:
    using handler = std::function<void(const stall&)>;

    /// A signal of which nobody notices that it came, unless he asked for out-of-band data.
    static constexpr int signal_number = 23;  // SIGURG on Linux, but for Alpha, MIPS, PA-RISC and SPARC

    /// `on_stall` is called on the watch's thread, for a stall once, and again
    /// whenever it has lasted twice as long; it must not throw.
    stall_watch(loop& l, std::chrono::nanoseconds threshold, handler on_stall);
    ~stall_watch();
    stall_watch(const stall_watch&) = delete;
    stall_watch& operator=(const stall_watch&) = delete;

private:
    void watch();
    [[nodiscard]] stall look_closer() const;

    loop& loop_;
    const std::chrono::nanoseconds threshold_;
    const handler on_stall_;
    detail::stall_detector detector_;
    std::mutex mutex_;
    std::condition_variable wakeup_;
    bool is_ending_ = false;
    std::thread thread_;
};

}  // namespace mayhem::async
