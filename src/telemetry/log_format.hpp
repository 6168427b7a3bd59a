#pragma once

#include <optional>
#include <string_view>

namespace mayhem::telemetry {

/// How a log line is written.
enum class log_format {
    automatic,  ///< journald's form when the descriptor is the journal's, text otherwise
    text,       ///< `22:13:37,005 INFO: Consumed Message(inst_name='cattle-mnw6')`, local time, as in the talk
    json,       ///< one object a line: `ts` (RFC 3339 with milliseconds and offset), `level`, `message`
    journald,   ///< `<6>Consumed ...`: the priority in sd-daemon(3)'s notation; the journal adds the time
};

/// Reads "auto", "text", "json" or "journald"; nothing for any other text.
std::optional<log_format> parse_log_format(std::string_view name) noexcept;

/// Whether `fd` is the descriptor that systemd connected to the journal, as `journal_stream` says ($JOURNAL_STREAM).
bool is_journal(int fd, std::string_view journal_stream) noexcept;

/// What `automatic` comes to for descriptor `fd`, given the value of the environment variable JOURNAL_STREAM
/// ("device:inode" of the descriptor that systemd connected to the journal; empty when unset). Every other format
/// stays itself. A shell redirection changes the inode, so that a file never gets the journal's form.
log_format resolve(log_format wanted, int fd, std::string_view journal_stream) noexcept;

}  // namespace mayhem::telemetry
