#include "system/command.hpp"

#include <string_view>

namespace mayhem::system {

namespace {

constexpr std::size_t tail_bytes_max = 300;

std::string_view last_words(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.remove_suffix(1);
    }
    return text.size() > tail_bytes_max ? text.substr(text.size() - tail_bytes_max) : text;
}

}  // namespace

std::string describe(const command_result& r) {
    std::string text = r.timed_out ? "took too long and was " : "";
    text += r.timed_out && !r.status.by_signal ? "told to end: " + r.status.describe() : r.status.describe();
    const std::string_view words = last_words(last_words(r.errors).empty() ? r.output : r.errors);
    if (!words.empty()) {
        text.append(": ").append(words);
    }
    return text;
}

}  // namespace mayhem::system
