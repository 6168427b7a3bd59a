#include "cli/standard_output.hpp"

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "cli/terminal.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::cli {

namespace {

bool is_reader_gone() noexcept {
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    return ::poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
}

/// Closed from the start: its number is then free, or that of a file that a library has opened before main, which,
/// unlike what is inherited, is closed on exec.
bool is_closed() noexcept {
    const int flags = ::fcntl(STDOUT_FILENO, F_GETFD);
    return flags < 0 || (flags & FD_CLOEXEC) != 0;
}

}  // namespace

void print(std::string_view text) {
    const std::string shown = core::printable_lines(text);
    std::cout << (output_terminal().has_colours ? emphasised(shown) : shown);
}

void print_json(std::string_view json) { std::cout << json; }

void print_error(std::string_view line) {
    std::cerr << core::printable_lines(line) << (line.ends_with('\n') ? "" : "\n");
}

void print_in_place(std::string_view line) {
    std::cerr << "\r" << core::printable_text(line) << "\x1b[K" << std::flush;
}

void clear_terminal() { std::cout << "\x1b[H\x1b[J"; }

bool show_printed() { return std::cout.flush().good(); }

void flush_standard_output() {
    errno = 0;
    std::cout.flush();
    const bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && !std::cout.fail();
    const int error = errno;
    if (is_written || is_closed() || is_reader_gone()) {
        return;
    }
    throw cannot_write("standard output cannot be written" +
                       (error == 0 ? std::string() : ": " + std::generic_category().message(error)) +
                       "; what was printed is not complete");
}

}  // namespace mayhem::cli
