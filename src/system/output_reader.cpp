#include "system/output_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <unistd.h>

#include "mayhem/async/frame.hpp"

namespace mayhem::system {

namespace {

constexpr int reads_a_step_max = 32;

}  // namespace

output_reader::output_reader(async::loop& l, unique_fd pipe, std::size_t bytes_max)
    : pipe_(l.get_executor()), bytes_max_(bytes_max) {
    pipe_.assign(pipe.get());
    (void)pipe.release();  // the descriptor owns it from here
}

async::awaitable<void> output_reader::run() {
    const async::frame here;
    while (!is_stopped_) {
        try {
            co_await pipe_.async_wait(asio::posix::descriptor_base::wait_read, async::use_awaitable);
        } catch (const std::system_error&) {
            if (!is_stopped_) {
                throw;
            }
        }
        if (!read_what_is_there()) {
            co_return;
        }
    }
}

void output_reader::stop() noexcept {
    is_stopped_ = true;
    asio::error_code ignored;
    pipe_.cancel(ignored);  // there may be nothing to cancel
}

/// False once the pipe has ended. Bounded: a writer that never rests does not hold the loop.
bool output_reader::read_what_is_there() {
    std::array<char, 16384> buffer;
    for (int i = 0; i < reads_a_step_max; ++i) {
        const ssize_t count = ::read(pipe_.native_handle(), buffer.data(), buffer.size());
        if (count == 0) {
            return false;
        }
        if (count < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        const std::size_t kept = std::min(static_cast<std::size_t>(count), bytes_max_ - text_.size());
        text_.append(buffer.data(), kept);
        is_cut_ = is_cut_ || kept < static_cast<std::size_t>(count);
    }
    return true;
}

}  // namespace mayhem::system
