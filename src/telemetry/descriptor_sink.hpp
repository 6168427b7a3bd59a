#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

namespace mayhem::telemetry {

/// Writes lines to a descriptor that may be a terminal, a pipe, a socket or a file, and whose reader may be slow, stuck
/// or gone. Waits for a stuck reader, but stops waiting at the deadline that `give_up_at` set; a reader that is gone
/// costs the lines and nothing else (no SIGPIPE for the process: the log thread has it blocked).
///
/// The descriptor's own flags stay as they are, for it is shared with the shell and with other processes: pipes and
/// terminals are opened once more, non-blocking; sockets are written with MSG_DONTWAIT.
///
/// Everything but `give_up_at` and `lost` belongs to the log thread, hence the null mutex.
class descriptor_sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    using steady_time = std::chrono::steady_clock::time_point;

    /// `fd` stays the caller's and must stay open.
    explicit descriptor_sink(int fd);
    ~descriptor_sink() override;
    descriptor_sink(const descriptor_sink&) = delete;
    descriptor_sink& operator=(const descriptor_sink&) = delete;

    /// From `deadline` on no write waits any more: what does not fit at once is lost.
    void give_up_at(steady_time deadline) noexcept { deadline_.store(deadline, std::memory_order_relaxed); }

    /// The lines that could not be written, or only in part.
    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

private:
    enum class kind { reopened, socket, borrowed };

    void sink_it_(const spdlog::details::log_msg& msg) override;
    void flush_() override {}

    bool write_all(std::string_view line);
    long write_some(std::string_view line) const;
    bool wait_until_writable();

    int fd_;
    kind kind_;
    bool is_broken_ = false;
    std::atomic<steady_time> deadline_{steady_time::max()};
    std::atomic<std::uint64_t> lost_{0};
};

}  // namespace mayhem::telemetry
