#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "telemetry/level.hpp"
#include "telemetry/log.hpp"
#include "telemetry/log_format.hpp"

namespace mayhem::telemetry {

/// What `logging` is built from.
struct logging_options {
    level lowest = level::info;  ///< lines below it are not even formatted
    log_format format = log_format::automatic;
    int fd = 2;  ///< where the lines go; stays the caller's, must stay open
    std::string journal_socket = "/run/systemd/journal/socket";  ///< for lines with fields, when `fd` is the journal
    std::size_t queue_lines_max = 2048;             ///< waiting for the reader; about 400 bytes each, allocated at once
    std::chrono::milliseconds flush_timeout{1000};  ///< how long the destructor waits for the reader
};

/// The log of the process: a bounded queue and one thread that writes (spdlog's, without its global registry).
/// `main` owns it, as the first of its objects: it must outlive everything that holds its `log`.
///
/// Whoever logs never waits. When the reader of the log is too slow, the oldest lines in the queue are dropped
/// and counted; the last line that is written then says how many. The destructor writes what is queued, for
/// at most `flush_timeout`, and throws away the rest.
///
/// When `fd` is the journal's own stream, lines go to the journal as records instead, with their fields (`log::with`);
/// if that is not to be reached, as text with a priority.
///
/// The log thread has every signal blocked and takes no other part in the program. Throws `std::system_error` from
/// the constructor when no thread can be started.
class logging {
public:
    explicit logging(const logging_options& options);
    ~logging();
    logging(const logging&) = delete;
    logging& operator=(const logging&) = delete;

    [[nodiscard]] const log& get() const noexcept { return log_; }

    /// From now on; from any thread.
    void set_lowest(level lowest) noexcept;

    /// The lines that nobody will read: overrun in the queue or refused by the descriptor. From any thread.
    [[nodiscard]] std::uint64_t dropped() const;

private:
    struct machinery;

    std::unique_ptr<machinery> machinery_;
    log log_;
};

}  // namespace mayhem::telemetry
