#pragma once

#include <stdexcept>
#include <string_view>

namespace mayhem::cli {

/// What was printed could not be written. The text says where to and why.
class cannot_write : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Whatever a command prints goes through one of these, so that nothing that others wrote (a hook's output, a daemon's
/// answer, the name of a process) can drive the terminal of whoever reads it.
///
/// `print`: text for a person, as it is but for what is not printable (`core::printable_lines`), with what tells of
/// trouble in colour where a terminal has that (`terminal.hpp`). `print_json`: for a
/// program, byte by byte. `print_error`: a line, or several, on standard error.
void print(std::string_view text);
void print_json(std::string_view json);
void print_error(std::string_view line);

/// One line on standard error that takes the place of the one before, and of which nothing is left once it is empty:
/// for a terminal.
void print_in_place(std::string_view line);

/// Home, and nothing below: for a text that is printed again in place.
void clear_terminal();

/// Hands over what was printed until now; false when nobody takes it any more.
bool show_printed();

/// Writes what is buffered for standard output, at the end of a command: half a report must not pass for a whole one.
/// Throws `cannot_write`; not when the reader of a pipe is gone, as of `| head`, who has what he wanted, nor when
/// there is no standard output.
void flush_standard_output();

}  // namespace mayhem::cli
