#pragma once

#include <cstddef>
#include <string>

#include "mayhem/async/awaitable.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::system {

/// Reads a pipe until it ends, keeping the first bytes and throwing away the rest, so that the writer is never held up.
/// The loop's thread only.
class output_reader {
public:
    /// `pipe` is non-blocking.
    output_reader(async::loop& l, unique_fd pipe, std::size_t bytes_max);

    /// Reads until the pipe ends or `stop` is called; what was written before that is read. Cancellable.
    async::awaitable<void> run();

    /// The writer has ended: what others hold the pipe open for is of no interest.
    void stop() noexcept;

    [[nodiscard]] std::string take() noexcept { return std::move(text_); }
    [[nodiscard]] bool is_cut() const noexcept { return is_cut_; }

private:
    bool read_what_is_there();

    asio::posix::basic_stream_descriptor<async::executor> pipe_;
    const std::size_t bytes_max_;
    std::string text_;
    bool is_cut_ = false;
    bool is_stopped_ = false;
};

}  // namespace mayhem::system
