#pragma once

#include <memory>
#include <string>

#include "system/unique_fd.hpp"

namespace mayhem::telemetry {

/// A CPU profile of this whole process, sampled by gperftools 100 times a second of CPU time, from `start` to `take`.
/// An idle process is never interrupted: the timer runs only while some thread does. The signal (SIGPROF) goes to the
/// thread that uses the CPU, and system calls go on after it.
///
/// There is one in a process at a time, whoever began it (gperftools itself does, where CPUPROFILE is set). Starting
/// and taking read and write a file in memory, for about a millisecond. Any thread, one at a time.
class cpu_profile {
public:
    /// Whether the program was built with gperftools.
    [[nodiscard]] static bool is_available() noexcept;

    /// What to do where it was not.
    static constexpr const char* absence =
        "this mayhem was built without gperftools: install libgoogle-perftools-dev, then configure and build it again";

    /// Null when another profile is being taken. Throws `std::runtime_error` when none can be: not available, or the
    /// operating system refused.
    [[nodiscard]] static std::unique_ptr<cpu_profile> start();

    /// Stops, if `take` did not.
    ~cpu_profile();
    cpu_profile(const cpu_profile&) = delete;
    cpu_profile& operator=(const cpu_profile&) = delete;

    /// Stops and returns the profile, as google-pprof reads it. Once. Throws `std::runtime_error`.
    [[nodiscard]] std::string take();

private:
    explicit cpu_profile(system::unique_fd file) : file_(std::move(file)) {}

    system::unique_fd file_;  ///< none after `take`
};

}  // namespace mayhem::telemetry
