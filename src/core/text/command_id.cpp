#include "mayhem/core/text/command_id.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mayhem/core/random.hpp"

namespace mayhem::core {

namespace {

constexpr std::size_t program_bytes_max = 64;
constexpr std::size_t hash_digits = 10;

/// "/usr/sbin/nginx -g ..." and the title "nginx: worker process" are both of nginx; "-bash" is a login shell, "[name]"
/// a process without arguments.
std::string_view program_of(std::string_view command_line) {
    std::string_view word = command_line.substr(0, command_line.find(' '));
    word.remove_prefix(std::min(word.find_first_not_of("-["), word.size()));
    word = word.substr(0, word.find_last_not_of(":]") + 1);
    word.remove_prefix(word.rfind('/') + 1);
    if (word.size() > program_bytes_max) {
        std::size_t end = program_bytes_max;
        while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xc0U) == 0x80) {
            --end;  // not within a character of UTF-8
        }
        word = word.substr(0, end);
    }
    return word.empty() ? "process" : word;
}

}  // namespace

std::string command_id(std::string_view command_line) {
    constexpr std::string_view digits = "0123456789abcdef";
    // A stream's name decides what it draws, in every version: plans rest on the same.
    std::uint64_t hash = random_source(0).stream(command_line).next();
    std::string id(program_of(command_line));
    id += '#';
    for (std::size_t i = 0; i < hash_digits; ++i, hash >>= 4) {
        id += digits[hash & 15];
    }
    return id;
}

}  // namespace mayhem::core
