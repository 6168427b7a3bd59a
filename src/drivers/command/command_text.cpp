#include "drivers/command/command_text.hpp"

#include <set>
#include <stdexcept>
#include <utility>

#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::size_t field_bytes_max = 4096;

std::string_view take_until(std::string_view& text, char end) {
    const std::size_t found = text.find(end);
    const std::string_view taken = text.substr(0, found);
    text = found == std::string_view::npos ? std::string_view() : text.substr(found + 1);
    return taken;
}

std::string_view without_return(std::string_view line) {
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r\n") == std::string_view::npos; }

std::string check(std::string_view field, const std::string& what) {
    if (is_blank(field)) {
        throw std::runtime_error(what + " is empty");
    }
    if (field.size() > field_bytes_max) {
        throw std::runtime_error(what + " is longer than " + std::to_string(field_bytes_max) + " bytes");
    }
    if (core::printable_text(field) != field) {
        throw std::runtime_error(what + " contains a control character, or is not UTF-8: \"" +
                                 core::printable_text(field) + '"');
    }
    return std::string(field);
}

core::target parse_line(std::string_view line, const std::string& place) {
    if (line.find('\t') == std::string_view::npos) {
        throw std::runtime_error(
            place + ": \"" + core::printable_text(line) +
            "\" has no tab: print id, tab, incarnation, and if you like further tabs with a name and "
            "when it started");
    }
    core::target t;
    t.id = check(take_until(line, '\t'), place + ": the id");
    t.incarnation = check(take_until(line, '\t'), place + ": the incarnation");
    const std::string_view name = take_until(line, '\t');
    t.name = is_blank(name) ? t.id : check(name, place + ": the name");
    if (!is_blank(line)) {
        const std::string start = check(line, place + ": the start");
        t.started_at = core::parse_moment(start);
        if (!t.started_at) {
            throw std::runtime_error(place + ": the start \"" + start +
                                     "\" is no moment: print 2026-11-23T22:13:37Z, or the seconds since 1970");
        }
    }
    return t;
}

}  // namespace

std::vector<core::target> parse_command_targets(std::string_view output, std::size_t targets_max) {
    std::vector<core::target> targets;
    std::set<std::string> ids;
    for (std::size_t number = 1; !output.empty(); ++number) {
        const std::string_view line = without_return(take_until(output, '\n'));
        if (is_blank(line)) {
            continue;
        }
        const std::string place = "line " + std::to_string(number);
        core::target t = parse_line(line, place);
        if (!ids.insert(t.id).second) {
            throw std::runtime_error(place + ": \"" + t.id + "\" is listed twice");
        }
        if (targets.size() == targets_max) {
            throw std::runtime_error("more than " + std::to_string(targets_max) + " targets: narrow the list");
        }
        targets.push_back(std::move(t));
    }
    return targets;
}

std::string parse_command_incarnation(std::string_view output) {
    const std::string_view first = without_return(take_until(output, '\n'));
    if (!is_blank(output)) {
        throw std::runtime_error("more than one line: print the incarnation alone, or nothing");
    }
    return is_blank(first) ? std::string() : check(first, "the incarnation");
}

std::vector<std::string> fill_placeholders(const std::vector<std::string>& arguments, const core::target& t) {
    constexpr std::string_view id = "{id}";
    constexpr std::string_view incarnation = "{incarnation}";
    std::vector<std::string> filled;
    for (const std::string& argument : arguments) {
        std::string text;
        for (std::string_view rest = argument; !rest.empty();) {
            const bool is_id = rest.starts_with(id);
            if (is_id || rest.starts_with(incarnation)) {
                text += is_id ? t.id : t.incarnation;
                rest.remove_prefix(is_id ? id.size() : incarnation.size());
            } else {
                text += rest.front();
                rest.remove_prefix(1);
            }
        }
        filled.push_back(std::move(text));
    }
    return filled;
}

}  // namespace mayhem::drivers
