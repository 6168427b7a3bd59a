#include "system/signal_disposition.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "system/signal_name.hpp"

namespace mayhem::system {

namespace {

/// A line such as "SigCgt:\t0000000180014a02": one bit a signal, the first for signal 1.
std::optional<bool> has_signal(std::string_view status, std::string_view key, int signal) {
    const std::size_t at = status.find("\n" + std::string(key) + ":");
    if (at == std::string_view::npos || signal < 1 || signal > 64) {
        return std::nullopt;
    }
    std::string_view value = status.substr(at + key.size() + 2);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    std::uint64_t mask = 0;
    const auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), mask, 16);
    if (ec != std::errc() || end == value.data()) {
        return std::nullopt;
    }
    return (mask >> static_cast<unsigned>(signal - 1) & 1U) != 0;
}

}  // namespace

signal_disposition parse_signal_disposition(std::string_view status, int signal) {
    if (signal == SIGKILL) {
        return signal_disposition::by_default;
    }
    const std::optional<bool> is_handled = has_signal(status, "SigCgt", signal);
    const std::optional<bool> is_ignored = has_signal(status, "SigIgn", signal);
    if (!is_handled || !is_ignored) {
        return signal_disposition::unknown;
    }
    const bool is_waited_for = has_signal(status, "SigBlk", signal).value_or(false);  // by sigwait or signalfd
    return *is_handled || is_waited_for ? signal_disposition::handled
           : *is_ignored                ? signal_disposition::ignored
                                        : signal_disposition::by_default;
}

signal_disposition disposition_of(pid_t pid, int signal, const std::filesystem::path& proc_root) {
    return parse_signal_disposition(read_process_status(pid, proc_root), signal);
}

bool is_pending(std::string_view status, int signal) {
    return has_signal(status, "ShdPnd", signal).value_or(false) || has_signal(status, "SigPnd", signal).value_or(false);
}

std::string read_process_status(pid_t pid, const std::filesystem::path& proc_root) {
    std::ifstream file(proc_root / std::to_string(pid) / "status");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string describe_standing(pid_t pid, int signal, signal_disposition does) {
    const std::string still = "pid " + std::to_string(pid) + " still runs";
    const std::string name = signal_name(signal);
    switch (does) {
        case signal_disposition::ignored: return still + ", and ignores " + name + ": use signal = \"KILL\"";
        case signal_disposition::handled:
            return still + ", and handles " + name +
                   " itself: it may take it for something else, such as a reload, or need longer to end; use another "
                   "signal, or a longer recovery_timeout";
        case signal_disposition::by_default:
        case signal_disposition::unknown: break;
    }
    return still + ": use signal = \"KILL\", or a longer recovery_timeout";
}

}  // namespace mayhem::system
