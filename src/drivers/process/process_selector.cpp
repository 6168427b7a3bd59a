#include "drivers/process/process_selector.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <pwd.h>

#include "drivers/contract/name_patterns.hpp"

namespace mayhem::drivers {

namespace {

bool matches_executable(const std::string& wanted, std::string_view executable) {
    return wanted.starts_with('/') ? executable == wanted : file_name(executable) == wanted;
}

void require_text(const char* what, const std::optional<std::string>& text) {
    if (text && text->empty()) {
        throw std::invalid_argument(std::string("the selector's ") + what +
                                    " is empty, which would match every process: give a text or leave it out");
    }
}

}  // namespace

process_selector::process_selector(process_criteria criteria) : criteria_(std::move(criteria)) {
    require_text("executable", criteria_.executable);
    require_text("name", criteria_.name);
    require_text("command line", criteria_.command_line);
    if (!criteria_.executable && !criteria_.name && !criteria_.command_line && !criteria_.user) {
        throw std::invalid_argument(
            "the selector is empty, which would match every process: give an executable, a name, a command line or a "
            "user");
    }
    if (criteria_.executable && !criteria_.executable->starts_with('/') &&
        criteria_.executable->find('/') != std::string::npos) {
        throw std::invalid_argument("the selector's executable '" + *criteria_.executable +
                                    "' is a relative path: give an absolute path or the file name alone");
    }
    if (exclude_everything(criteria_)) {
        throw std::invalid_argument("the selector excludes everything that it names: name more, or exclude less");
    }
    if (criteria_.name && criteria_.name->size() > process_name_bytes_max) {
        criteria_.name->resize(process_name_bytes_max);
    }
}

bool process_selector::exclude_everything(const process_criteria& criteria) {
    return std::ranges::any_of(criteria.except, [&criteria](const std::string& pattern) {
        return pattern == "*" || (criteria.name && covers(pattern, *criteria.name)) ||
               (criteria.executable && (covers(pattern, *criteria.executable) ||
                                        covers(pattern, std::string(file_name(*criteria.executable))))) ||
               (criteria.command_line && criteria.command_line->find(pattern) != std::string::npos);
    });
}

bool process_selector::excludes(const process_info& process) const {
    const std::string program(file_name(process.executable));
    return std::ranges::any_of(criteria_.except, [&](const std::string& pattern) {
        const bool is_path = pattern.starts_with('/');
        const bool is_long_name = !has_wildcard(pattern) && pattern.size() > process_name_bytes_max;
        const std::string name = is_long_name ? pattern.substr(0, process_name_bytes_max) : pattern;
        return (is_path ? process.executable.empty() || matches_wildcard(pattern, process.executable)
                        : matches_wildcard(name, process.name) || matches_wildcard(pattern, program)) ||
               process.command_line.find(pattern) != std::string::npos;
    });
}

bool process_selector::may_match(const process_info& process) const {
    return process.is_running() && !process.is_kernel_thread && (!criteria_.name || process.name == *criteria_.name);
}

bool process_selector::matches(const process_info& process) const {
    return may_match(process) &&
           (!criteria_.executable || matches_executable(*criteria_.executable, process.executable)) &&
           (!criteria_.command_line || process.command_line.find(*criteria_.command_line) != std::string::npos) &&
           (!criteria_.user || process.user == *criteria_.user) && !excludes(process);
}

std::string process_selector::why_no_match(const process_info& process) const {
    if (criteria_.name && process.name != *criteria_.name) {
        return "its name is " + process.name + ", not '" + *criteria_.name + "'";
    }
    if (criteria_.executable && !matches_executable(*criteria_.executable, process.executable)) {
        return process.executable.empty()
                   ? "its program file may not be seen: run Mayhem as its user, or with CAP_SYS_PTRACE"
                   : "its executable is " + process.executable + ", not '" + *criteria_.executable + "'";
    }
    if (criteria_.command_line && process.command_line.find(*criteria_.command_line) == std::string::npos) {
        return "its command line does not contain '" + *criteria_.command_line + "'";
    }
    if (criteria_.user && process.user != *criteria_.user) {
        return "its user is " + (process.user ? std::to_string(*process.user) : std::string("not known")) + ", not " +
               std::to_string(*criteria_.user);
    }
    return excludes(process) ? "the group excludes it" : "";
}

std::vector<std::string> process_selector::count_matches(const std::vector<process_info>& all) const {
    std::vector<std::string> counts;
    const auto count = [&](const process_criteria& one) {
        const process_selector alone(one);
        const auto met = std::ranges::count_if(all, [&alone](const process_info& p) { return alone.matches(p); });
        counts.push_back(alone.describe() + ": " + std::to_string(met));
    };
    if (criteria_.name) {
        count({.name = criteria_.name});
    }
    if (criteria_.executable) {
        count({.executable = criteria_.executable});
    }
    if (criteria_.command_line) {
        count({.command_line = criteria_.command_line});
    }
    if (criteria_.user) {
        count({.user = criteria_.user});
    }
    const auto excluded = std::ranges::count_if(all, [this](const process_info& p) { return excludes(p); });
    if (!criteria_.except.empty()) {
        counts.push_back("left out by except: " + std::to_string(excluded));
    }
    return counts;
}

std::string process_selector::describe() const {
    std::string text;
    const auto add = [&text](std::string_view what, const std::optional<std::string>& value) {
        if (value) {
            text.append(text.empty() ? "" : ", ").append(what).append(" '").append(*value).append("'");
        }
    };
    add("executable", criteria_.executable);
    add("name", criteria_.name);
    add("command line", criteria_.command_line);
    if (criteria_.user) {
        text.append(text.empty() ? "" : ", ").append("user ").append(std::to_string(*criteria_.user));
    }
    for (const std::string& pattern : criteria_.except) {
        text.append(", not '").append(pattern).append("'");
    }
    return text;
}

uid_t find_user(const std::string& name) {
    uid_t number = 0;
    const char* end = name.data() + name.size();
    const auto [stopped_at, error] = std::from_chars(name.data(), end, number);
    if (error == std::errc{} && stopped_at == end) {
        return number;
    }
    passwd entry{};
    passwd* found = nullptr;
    std::vector<char> buffer(16 * 1024);
    if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
        throw std::invalid_argument("there is no user '" + name + "' on this host: give one that exists, or a number");
    }
    return entry.pw_uid;
}

}  // namespace mayhem::drivers
