#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <systemd/sd-bus.h>

#include "system/unique_fd.hpp"

namespace mayhem::test {

/// A bus with a systemd at its other end, on a Unix socket and a thread of its own: knows services, answers what the
/// driver asks of them, and falls into trouble after so many answers. One conversation after another.
class fake_bus {
public:
    enum class trouble {
        none,
        silence,    ///< it answers no more, and keeps the connection
        hang_up,    ///< it closes the connection
        garbage,    ///< it sends bytes that are no message
        other_type  ///< it answers with a message that has nothing in it
    };

    struct service {
        std::vector<std::string> required_by{};
        std::string active_state = "active";
    };

    /// The first `answers` calls of each conversation are answered. Throws `std::system_error`.
    fake_bus(std::map<std::string, service> services, trouble t, int answers);
    ~fake_bus();
    fake_bus(const fake_bus&) = delete;
    fake_bus& operator=(const fake_bus&) = delete;

    [[nodiscard]] std::string address() const { return "unix:path=" + socket_; }

private:
    void serve(const std::stop_token& stop);
    void talk(int fd, const std::stop_token& stop);
    static int on_message(sd_bus_message* m, void* self, sd_bus_error* error);
    int answer(sd_bus_message* m);
    int list_units(sd_bus_message* call) const;
    int describe(sd_bus_message* call) const;

    const std::map<std::string, service> services_;
    const trouble trouble_;
    const int answers_;
    int answered_ = 0;
    bool is_in_trouble_ = false;
    std::filesystem::path folder_;
    std::string socket_;
    system::unique_fd listener_;
    std::jthread thread_;
};

}  // namespace mayhem::test
