#include "drivers/proc/proc_stat.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::drivers {

namespace {

// Positions among the fields that follow the name; proc(5) counts from 1 and has pid and name before them.
constexpr std::size_t state_field = 0;
constexpr std::size_t parent_field = 1;
constexpr std::size_t group_field = 2;
constexpr std::size_t terminal_field = 4;
constexpr std::size_t flags_field = 6;
constexpr std::size_t start_field = 19;
constexpr std::size_t needed_fields = start_field + 1;

constexpr std::uint64_t pf_exiting = 0x00000004;  // include/linux/sched.h
constexpr std::uint64_t pf_kthread = 0x00200000;

bool split(std::string_view text, std::array<std::string_view, needed_fields>& fields) {
    for (std::string_view& field : fields) {
        const std::size_t begin = text.find_first_not_of(' ');
        if (begin == std::string_view::npos) {
            return false;
        }
        text.remove_prefix(begin);
        field = text.substr(0, text.find(' '));
        text.remove_prefix(field.size());
    }
    return !text.empty();  // more follows: the last field is whole
}

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
    const char* end = text.data() + text.size();
    const auto [stopped_at, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stopped_at == end;
}

}  // namespace

std::optional<process_info> parse_proc_stat(std::string_view text) {
    const std::size_t open = text.find(" (");
    const std::size_t close = text.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
        return std::nullopt;
    }
    std::array<std::string_view, needed_fields> fields;
    process_info process;
    std::int64_t terminal = 0;  // its device number; 0: none
    std::uint64_t flags = 0;
    if (!split(text.substr(close + 1), fields) || fields[state_field].size() != 1 ||
        !parse_number(text.substr(0, open), process.pid) || !parse_number(fields[parent_field], process.parent) ||
        !parse_number(fields[group_field], process.group) || !parse_number(fields[flags_field], flags) ||
        !parse_number(fields[terminal_field], terminal) || !parse_number(fields[start_field], process.start_ticks)) {
        return std::nullopt;
    }
    process.state = fields[state_field].front();
    process.has_terminal = terminal != 0;
    process.is_kernel_thread = (flags & pf_kthread) != 0;
    process.is_exiting = (flags & pf_exiting) != 0;
    process.name = core::printable_text(text.substr(open + 2, close - open - 2));
    return process;
}

}  // namespace mayhem::drivers
