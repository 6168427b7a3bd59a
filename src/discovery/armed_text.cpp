#include "discovery/armed_text.hpp"

#include <cstddef>

namespace mayhem::app {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
    const std::size_t from = text.find_first_not_of(blanks);
    const std::size_t to = text.find_last_not_of(" \t\r");
    return from == std::string_view::npos ? std::string_view() : text.substr(from, to - from + 1);
}

std::string_view line_at(std::string_view file, std::size_t at) { return file.substr(at, file.find('\n', at) - at); }

/// Of the line behind the one that begins at `at`; the end of the file if that was the last.
std::size_t next_line(std::string_view file, std::size_t at) {
    const std::size_t end = file.find('\n', at);
    return end == std::string_view::npos ? file.size() : end + 1;
}

/// [group.web], with blanks and a comment where TOML allows them.
bool is_head_of(std::string_view line, std::string_view group) {
    std::string_view rest = trimmed(line);
    const auto skip = [&rest](std::string_view word) {
        rest = trimmed(rest);
        const bool is_there = rest.starts_with(word);
        rest.remove_prefix(is_there ? word.size() : 0);
        return is_there;
    };
    if (!skip("[") || !skip("group") || !skip(".")) {
        return false;
    }
    rest = trimmed(rest);
    const bool is_quoted = rest.starts_with('"') || rest.starts_with('\'');
    const std::string_view quote = is_quoted ? rest.substr(0, 1) : std::string_view();
    return skip(quote) && skip(group) && skip(quote) && skip("]") &&
           (trimmed(rest).empty() || trimmed(rest).starts_with('#'));
}

/// Where the value of `dry_run` stands in a line that gives it; npos: the line does not.
std::size_t value_in(std::string_view line) {
    constexpr std::string_view key = "dry_run";
    const std::size_t at = line.find_first_not_of(blanks);
    if (at == std::string_view::npos || !line.substr(at).starts_with(key)) {
        return std::string_view::npos;
    }
    const std::size_t equals = line.find_first_not_of(blanks, at + key.size());
    return equals == std::string_view::npos || line[equals] != '=' ? std::string_view::npos
                                                                   : line.find_first_not_of(blanks, equals + 1);
}

}  // namespace

std::optional<std::string> with_group_armed(std::string_view file, std::string_view group) {
    std::size_t head = 0;
    while (head < file.size() && !is_head_of(line_at(file, head), group)) {
        head = next_line(file, head);
    }
    if (head >= file.size()) {
        return std::nullopt;
    }
    const std::size_t body = next_line(file, head);
    std::string all(file);
    for (std::size_t at = body; at < file.size(); at = next_line(file, at)) {
        const std::string_view line = line_at(file, at);
        if (trimmed(line).starts_with('[')) {
            break;
        }
        const std::size_t value = value_in(line);
        if (value != std::string_view::npos) {
            constexpr std::string_view dry = "true";
            return line.substr(value).starts_with(dry) ? std::optional(all.replace(at + value, dry.size(), "false"))
                                                       : std::nullopt;
        }
    }
    const bool is_open = !file.substr(0, body).ends_with('\n');
    return all.insert(body, is_open ? "\ndry_run = false\n" : "dry_run = false\n");
}

}  // namespace mayhem::app
