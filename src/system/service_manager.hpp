#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace mayhem::app {

/// What systemd is told about the service (sd_notify(3)). Does nothing, at no cost, when the program was not started by
/// it.
class service_manager {
public:
    void ready(const std::string& status) const;
    void reloading(const std::string& status) const;
    void stopping() const;
    void status(const std::string& text) const;
    void alive() const;

    /// The Unix socket on which systemd listens for us (systemd.socket(5)), once; the caller's from then on, and
    /// non-blocking. -1: none.
    [[nodiscard]] static int activated_socket();

    /// How often `alive` must be said: a quarter of the unit's WatchdogSec; nothing when it has none.
    [[nodiscard]] std::optional<std::chrono::microseconds> watchdog_period() const;
};

}  // namespace mayhem::app
