#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <sys/socket.h>
#include <sys/un.h>

#include "telemetry/bounded_sink.hpp"

namespace mayhem::telemetry {

/// Hands records to journald: text, priority and fields, a datagram each, in systemd's "Native Journal Protocol". Not
/// sd_journal_send(3), because that waits for a stuck journald without end, and the end of the program with it.
///
/// A record too large for a datagram goes as a sealed memory file, as the protocol asks for. What journald does not
/// take counts as lost.
class journal_sink final : public bounded_sink {
public:
    /// Null when there is nobody at `socket`.
    [[nodiscard]] static std::shared_ptr<journal_sink> connect(const std::string& socket);

    ~journal_sink() override;
    journal_sink(const journal_sink&) = delete;
    journal_sink& operator=(const journal_sink&) = delete;

    [[nodiscard]] bool keeps_fields() const noexcept override { return true; }

private:
    journal_sink(int fd, const sockaddr_un& address) : fd_(fd), address_(address) {}

    void sink_it_(const spdlog::details::log_msg& msg) override;
    bool send(std::string_view record);
    bool send_file(std::string_view record);

    /// Sends `message`, waiting until the deadline; false with errno.
    bool send_waiting(msghdr& message);

    int fd_;
    sockaddr_un address_;
};

}  // namespace mayhem::telemetry
