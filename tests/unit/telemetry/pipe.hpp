#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace mayhem::telemetry::test {

/// A pipe of the test's own, the smallest there is, so that it is soon full. Closes what is still open.
class pipe {
public:
    pipe() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0) {
            throw std::system_error(errno, std::generic_category(), "pipe2");
        }
        (void)::fcntl(ends_[1], F_SETPIPE_SZ, 4096);  // not required, only quicker
    }
    ~pipe() {
        close_read_end();
        close_write_end();
    }
    pipe(const pipe&) = delete;
    pipe& operator=(const pipe&) = delete;

    [[nodiscard]] int read_end() const noexcept { return ends_[0]; }
    [[nodiscard]] int write_end() const noexcept { return ends_[1]; }
    void close_read_end() noexcept { close(ends_[0]); }
    void close_write_end() noexcept { close(ends_[1]); }

    /// Everything up to the end of the file, line by line. Waits until nobody holds the write end any more.
    [[nodiscard]] std::vector<std::string> read_lines() const {
        std::vector<std::string> lines(1);
        std::array<char, 4096> chunk{};
        for (ssize_t got = 0; (got = ::read(ends_[0], chunk.data(), chunk.size())) > 0;) {
            for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
                if (chunk[i] == '\n') {
                    lines.emplace_back();
                } else {
                    lines.back() += chunk[i];
                }
            }
        }
        if (lines.back().empty()) {
            lines.pop_back();
        }
        return lines;
    }

private:
    static void close(int& fd) noexcept {
        if (fd >= 0) {
            ::close(fd);
        }
        fd = -1;
    }

    std::array<int, 2> ends_{-1, -1};
};

}  // namespace mayhem::telemetry::test
