#include "telemetry/cpu_profile.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include <gperftools/profiler.h>
#include <sys/mman.h>
#include <unistd.h>

namespace mayhem::telemetry {

namespace {

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error(std::string("cannot take a CPU profile: ") + what + ": " + std::strerror(errno));
}

/// ProfilerStop prints a line for a person to stderr, where the log is. glibc's `stderr` is a variable; nothing else in
/// this program writes through it once it runs.
void stop_quietly() {
    std::FILE* const nowhere = std::fopen("/dev/null", "we");
    std::FILE* const before = stderr;
    if (nowhere != nullptr) {
        stderr = nowhere;
    }
    ProfilerStop();
    stderr = before;
    if (nowhere != nullptr) {
        (void)std::fclose(nowhere);
    }
}

std::string read_from_start(int fd) {
    std::string all;
    char piece[65536];
    for (;;) {
        const ssize_t size = ::pread(fd, piece, sizeof piece, static_cast<off_t>(all.size()));
        if (size == 0) {
            return all;
        }
        if (size > 0) {
            all.append(piece, static_cast<std::size_t>(size));
        } else if (errno != EINTR) {
            fail("its samples cannot be read");
        }
    }
}

}  // namespace

bool cpu_profile::is_available() noexcept { return true; }

std::unique_ptr<cpu_profile> cpu_profile::start() {
    if (ProfilingIsEnabledForAllThreads() != 0) {
        return nullptr;
    }
    system::unique_fd file(::memfd_create("mayhem-profile", MFD_CLOEXEC));
    if (!file) {
        fail("there is no memory for its samples");
    }
    const std::string path = "/proc/self/fd/" + std::to_string(file.get());
    if (ProfilerStart(path.c_str()) == 0) {
        if (ProfilingIsEnabledForAllThreads() != 0) {
            return nullptr;  // another thread was quicker
        }
        fail("gperftools refused to start");
    }
    return std::unique_ptr<cpu_profile>(new cpu_profile(std::move(file)));
}

cpu_profile::~cpu_profile() {
    if (file_) {
        stop_quietly();
    }
}

std::string cpu_profile::take() {
    stop_quietly();
    const system::unique_fd file = std::move(file_);
    return read_from_start(file.get());
}

}  // namespace mayhem::telemetry
