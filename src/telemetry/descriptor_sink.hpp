#pragma once

#include <string_view>

#include "telemetry/bounded_sink.hpp"

namespace mayhem::telemetry {

/// Writes lines to a descriptor that may be a terminal, a pipe, a socket or a file, and whose reader may be slow, stuck
/// or gone. Waits for a stuck reader until the deadline; a reader that is gone costs the lines and nothing else (no
/// SIGPIPE for the process: the log thread has it blocked).
///
/// The descriptor's own flags stay as they are, for it is shared with the shell and with other processes: pipes and
/// terminals are opened once more, non-blocking; sockets are written with MSG_DONTWAIT.
class descriptor_sink final : public bounded_sink {
public:
    /// `fd` stays the caller's and must stay open.
    explicit descriptor_sink(int fd);
    ~descriptor_sink() override;
    descriptor_sink(const descriptor_sink&) = delete;
    descriptor_sink& operator=(const descriptor_sink&) = delete;

private:
    enum class kind { reopened, socket, borrowed };

    void sink_it_(const spdlog::details::log_msg& msg) override;

    bool write_all(std::string_view line);
    long write_some(std::string_view line) const;

    int fd_;
    kind kind_;
    bool is_broken_ = false;
};

}  // namespace mayhem::telemetry
