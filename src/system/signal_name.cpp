#include "system/signal_name.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <csignal>
#include <cstring>

namespace mayhem::system {

std::string signal_name(int signal) {
    if (const char* name = ::sigabbrev_np(signal)) {
        return std::string("SIG") + name;
    }
    if (signal >= SIGRTMIN && signal <= SIGRTMAX) {
        const int offset = signal - SIGRTMIN;
        return offset == 0 ? "SIGRTMIN" : "SIGRTMIN+" + std::to_string(offset);
    }
    return "signal " + std::to_string(signal);
}

std::optional<int> parse_signal(std::string_view text) {
    int number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped_at, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc{} && stopped_at == end) {
        return number > 0 && number <= SIGRTMAX ? std::optional(number) : std::nullopt;
    }

    std::string name(text);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (!name.starts_with("SIG")) {
        name.insert(0, "SIG");
    }
    for (int signal = 1; signal <= SIGRTMAX; ++signal) {
        if (signal_name(signal) == name) {
            return signal;
        }
    }
    return std::nullopt;
}

bool is_deadly(int signal) noexcept {
    switch (signal) {
        case SIGCHLD:
        case SIGCONT:
        case SIGSTOP:
        case SIGTSTP:
        case SIGTTIN:
        case SIGTTOU:
        case SIGURG:
        case SIGWINCH: return false;
        default: return signal > 0 && signal <= SIGRTMAX;
    }
}

}  // namespace mayhem::system
