#pragma once

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "system/exit_status.hpp"

namespace mayhem::system {

/// A program and how it is to be run. Plain values; no shell is involved.
struct command {
    std::vector<std::string> arguments = {};  ///< the program, by path or looked up in PATH, and what it is given

    /// Added to the environment of Mayhem, or replacing what stands there.
    std::vector<std::pair<std::string, std::string>> environment = {};

    std::string input = {};  ///< what it can read from standard input; it need not

    std::chrono::nanoseconds timeout = std::chrono::seconds{30};
    std::chrono::nanoseconds kill_after = std::chrono::seconds{2};  ///< from SIGTERM to SIGKILL, once time is up

    std::size_t output_bytes_max = 64UL * 1024;  ///< of each of the two; the rest is read and thrown away
};

/// What became of it.
struct command_result {
    exit_status status;
    bool timed_out = false;   ///< it was ended because its time was up; `status` says how it ended then
    std::string output;       ///< standard output, the first `output_bytes_max` bytes
    std::string errors;       ///< standard error, likewise
    bool output_cut = false;  ///< there was more of it
    bool errors_cut = false;  ///< likewise

    [[nodiscard]] bool is_success() const noexcept { return !timed_out && !status.by_signal && status.number == 0; }
};

/// The command could not be started: "cannot run 'foo': No such file or directory; is it installed, and in PATH?".
class command_not_started : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// For a person: how it ended, and the last of what it wrote: "exited with status 3: no such host".
std::string describe(const command_result& r);

}  // namespace mayhem::system
