#include "cli/terminal.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace mayhem::cli {

namespace {

constexpr std::string_view alarm = "\x1b[1;31m";
constexpr std::string_view plain = "\x1b[0m";

/// Of several that begin alike, the longest first.
constexpr std::array<std::string_view, 24> troubles{"CAME BACK AND DID NOT STAY",
                                                    "DID NOT TOLERATE",
                                                    "DID NOT END",
                                                    "DID NOT",
                                                    "STAYED DOWN",
                                                    "BROKEN OFF",
                                                    "NO EFFECT",
                                                    "COULD NOT BE UNDONE",
                                                    "HALTED",
                                                    "NOT back",
                                                    "NOT until",
                                                    "Breaker open",
                                                    "breaker open",
                                                    "did not come back",
                                                    "not_recovered",
                                                    "not_tolerated",
                                                    "no_effect",
                                                    "fault_stuck",
                                                    "not_ended",
                                                    "restart_failed",
                                                    "unstable",
                                                    "YES",
                                                    "no answer",
                                                    "UNFORETOLD"};

bool is_set(const char* name) noexcept {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

bool is_dumb() noexcept {
    const char* const kind = std::getenv("TERM");
    return kind == nullptr || *kind == '\0' || std::string_view(kind) == "dumb";
}

bool is_of_a_word(char c) noexcept { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

/// The trouble that begins at `at`; empty: none.
std::string_view trouble_at(std::string_view text, std::size_t at) noexcept {
    if (at > 0 && is_of_a_word(text[at - 1])) {
        return {};
    }
    const auto* const found = std::ranges::find_if(troubles, [&](std::string_view t) {
        const std::size_t end = at + t.size();
        return text.substr(at).starts_with(t) && (end == text.size() || !is_of_a_word(text[end]));
    });
    return found == troubles.end() ? std::string_view() : *found;
}

}  // namespace

terminal output_terminal() noexcept {
    terminal t;
    if (::isatty(STDOUT_FILENO) == 0) {
        return t;
    }
    constexpr std::size_t usual_columns = 80;
    constexpr std::size_t usual_lines = 24;
    winsize size{};
    const bool is_told = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;  // NOLINT(cppcoreguidelines-pro-type-vararg)
    t.columns = is_told && size.ws_col > 0 ? size.ws_col : usual_columns;
    t.lines = is_told && size.ws_row > 0 ? size.ws_row : usual_lines;
    t.has_colours = !is_set("NO_COLOR") && !is_dumb();
    return t;
}

std::string emphasised(std::string_view text) {
    std::string all;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view trouble = trouble_at(text, at);
        if (trouble.empty()) {
            all.push_back(text[at++]);
        } else {
            all.append(alarm).append(trouble).append(plain);
            at += trouble.size();
        }
    }
    return all;
}

}  // namespace mayhem::cli
