#pragma once

#include <stdexcept>

namespace mayhem::cli {

/// What was printed could not be written. The text says where to and why.
class cannot_write : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Writes what is buffered for standard output, at the end of a command: half a report must not pass for a whole one.
/// Throws `cannot_write`; not when the reader of a pipe is gone, as of `| head`, who has what he wanted, nor when
/// there is no standard output.
void flush_standard_output();

}  // namespace mayhem::cli
