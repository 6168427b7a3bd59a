#pragma once

#include <string>

namespace mayhem::system {

/// How a child ended.
struct exit_status {
    bool by_signal = false;
    bool core_dumped = false;
    int number = 0;  ///< the signal, or the exit status

    /// "exited with status 3", "killed by SIGSEGV (core dumped)".
    [[nodiscard]] std::string describe() const;

    friend bool operator==(const exit_status&, const exit_status&) = default;
};

}  // namespace mayhem::system
