#include "system/service_manager.hpp"

#include <cstdint>

#include <fcntl.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <time.h>

namespace mayhem::app {

namespace {

void notify(const std::string& state) {
    (void)sd_notify(0, state.c_str());  // nobody to tell is not an error, and a lost notification cannot be mended
}

}  // namespace

void service_manager::ready(const std::string& text) const { notify("READY=1\nSTATUS=" + text); }

void service_manager::reloading(const std::string& text) const {
    timespec now{};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);  // cannot fail for this clock
    const std::int64_t now_us = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
    notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now_us) + "\nSTATUS=" + text);
}

void service_manager::stopping() const { notify("STOPPING=1"); }

void service_manager::status(const std::string& text) const { notify("STATUS=" + text); }

void service_manager::alive() const { notify("WATCHDOG=1"); }

int service_manager::activated_socket() {
    const int count = sd_listen_fds(1);
    for (int fd = SD_LISTEN_FDS_START; fd < SD_LISTEN_FDS_START + count; ++fd) {
        if (sd_is_socket_unix(fd, SOCK_STREAM, 1, nullptr, 0) > 0) {
            // A client that is gone before it is accepted must not hold the loop.
            (void)::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
            return fd;
        }
    }
    return -1;
}

std::optional<std::chrono::microseconds> service_manager::watchdog_period() const {
    std::uint64_t limit_us = 0;
    if (sd_watchdog_enabled(0, &limit_us) <= 0 || limit_us == 0) {
        return std::nullopt;
    }
    return std::chrono::microseconds{limit_us / 4};  // one that comes late is no hang yet
}

}  // namespace mayhem::app
