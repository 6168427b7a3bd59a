#include "telemetry/log_format.hpp"

#include <charconv>
#include <cstdint>

#include <sys/stat.h>

namespace mayhem::telemetry {
namespace {

bool is_number(std::string_view text, std::uint64_t expected) noexcept {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, ec] = std::from_chars(text.data(), end, number);
    return ec == std::errc{} && stopped == end && number == expected;
}

}  // namespace

bool is_journal(int fd, std::string_view journal_stream) noexcept {
    const auto colon = journal_stream.find(':');
    struct stat status{};
    if (colon == std::string_view::npos || ::fstat(fd, &status) != 0) {
        return false;
    }
    return is_number(journal_stream.substr(0, colon), status.st_dev) &&
           is_number(journal_stream.substr(colon + 1), status.st_ino);
}

std::optional<log_format> parse_log_format(std::string_view name) noexcept {
    if (name == "auto") {
        return log_format::automatic;
    }
    if (name == "text") {
        return log_format::text;
    }
    if (name == "json") {
        return log_format::json;
    }
    if (name == "journald") {
        return log_format::journald;
    }
    return std::nullopt;
}

log_format resolve(log_format wanted, int fd, std::string_view journal_stream) noexcept {
    if (wanted != log_format::automatic) {
        return wanted;
    }
    return is_journal(fd, journal_stream) ? log_format::journald : log_format::text;
}

}  // namespace mayhem::telemetry
