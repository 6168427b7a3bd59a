#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

namespace mayhem::telemetry {

/// A sink that waits for a stuck reader, but stops waiting at the deadline that `give_up_at` set.
///
/// Everything but `give_up_at` and `lost` belongs to the log thread, hence the null mutex.
class bounded_sink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    using steady_time = std::chrono::steady_clock::time_point;

    /// From `deadline` on no write waits any more: what does not fit at once is lost.
    void give_up_at(steady_time deadline) noexcept { deadline_.store(deadline, std::memory_order_relaxed); }

    /// The lines that could not be written, or only in part.
    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

    /// Whether a line's fields go where somebody can search them.
    [[nodiscard]] virtual bool keeps_fields() const noexcept { return false; }

protected:
    void flush_() override {}
    void note_lost() noexcept { lost_.fetch_add(1, std::memory_order_relaxed); }

    /// False when the deadline came first.
    [[nodiscard]] bool wait_until_writable(int fd) const;

private:
    std::atomic<steady_time> deadline_{steady_time::max()};
    std::atomic<std::uint64_t> lost_{0};
};

}  // namespace mayhem::telemetry
