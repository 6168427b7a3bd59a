#include "holding/holder_permission.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mayhem/core/rules/network_fault.hpp"
#include "settings/error.hpp"
#include "settings/errors.hpp"
#include "settings/section.hpp"
#include "settings/texts.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::holding {

namespace {

constexpr std::size_t file_bytes_max = 16UL * 1024;
constexpr std::string_view wildcards = "*?[";
constexpr std::array<std::string_view, 3> known_keys{"actions", "units", "for_max"};

/// The scopes of containers, and no login's.
constexpr std::array<std::string_view, 3> scopes{"docker-", "libpod-", "cri-containerd-"};

core::failure<std::string> failure(const std::filesystem::path& file, const std::string& what) {
    return {file.string() + ": " + what};
}

/// Empty: it is one of a unit.
std::string_view why_no_unit(std::string_view pattern) {
    if (pattern.ends_with(".service")) {
        return pattern.find_first_not_of("*?.", 0) == pattern.rfind(".service") + 1
                   ? "means every service: name those that may be hit"
                   : std::string_view();
    }
    const bool is_container = pattern.ends_with(".scope") && std::ranges::any_of(scopes, [&](std::string_view prefix) {
                                  return pattern.starts_with(prefix);
                              });
    return is_container ? std::string_view()
                        : "is neither a service (\"web@*.service\") nor the scope of a container (\"docker-*.scope\")";
}

void check_each(settings::section& head, const char* key, const std::vector<std::string>& texts,
                std::string_view (*why_wrong)(std::string_view)) {
    for (const std::string& text : texts) {
        if (const std::string_view why = why_wrong(text); !why.empty()) {
            head.fail(key, "\"" + text + "\" " + std::string(why));
        }
    }
}

std::string_view why_no_action(std::string_view name) {
    return name == "freeze" || core::parse_network_fault_kind(name) ? std::string_view()
                                                                    : "is none that a holder with rights is asked for";
}

/// Nobody but the owner may change it, or put another one in its place.
std::string why_not_safe(const struct stat& s, unsigned owner, const std::string& whose) {
    if (s.st_uid != owner) {
        return whose + " belongs to the user with the number " + std::to_string(s.st_uid) + ", not to " +
               std::to_string(owner) + ": chown it";
    }
    return (s.st_mode & (S_IWGRP | S_IWOTH)) == 0 ? std::string()
                                                  : whose + " can be changed by others than its owner: chmod go-w it";
}

core::result<std::string> read_whole(const std::filesystem::path& file, unsigned owner) {
    const system::unique_fd opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
    struct stat s{};
    if (!opened || ::fstat(opened.get(), &s) != 0) {
        return failure(file,
                       "cannot be read: " + std::generic_category().message(errno) + "; without it nobody may be held");
    }
    if (!S_ISREG(s.st_mode)) {
        return failure(file, "is no regular file");
    }
    struct stat folder{};
    if (std::string why = why_not_safe(s, owner, "it"); !why.empty()) {
        return failure(file, why);
    }
    if (::stat(file.parent_path().c_str(), &folder) != 0 || (folder.st_mode & S_IWOTH) != 0) {
        return failure(file, "the folder that it is in can be changed by everybody: chmod o-w it");
    }
    std::string text(file_bytes_max + 1, '\0');
    const ssize_t size = ::read(opened.get(), text.data(), text.size());
    if (size < 0 || static_cast<std::size_t>(size) > file_bytes_max) {
        return failure(file, size < 0 ? "cannot be read" : "is longer than any that is needed");
    }
    text.resize(static_cast<std::size_t>(size));
    return text;
}

}  // namespace

bool holder_permission::allows_action(std::string_view action) const {
    return std::ranges::find(actions, action) != actions.end();
}

bool holder_permission::allows_unit(const std::string& unit) const {
    return std::ranges::any_of(
        units, [&](const std::string& pattern) { return ::fnmatch(pattern.c_str(), unit.c_str(), 0) == 0; });
}

bool holder_permission::names_unit(std::string_view unit) const {
    return std::ranges::find(units, unit) != units.end() && unit.find_first_of(wildcards) == std::string_view::npos;
}

core::result<holder_permission> parse_permission(std::string_view text, const std::string& name) {
    settings::errors errors(name);
    holder_permission p;
    try {
        const toml::table table = toml::parse(text);
        settings::section head(table, "", errors);
        for (const auto& [key, value] : table) {
            if (std::ranges::find(known_keys, key.str()) == known_keys.end()) {
                head.fail_unknown(key, {}, known_keys);
            }
        }
        settings::read_texts(head, "actions", p.actions);
        settings::read_texts(head, "units", p.units);
        head.read("for_max", p.longest, {std::chrono::seconds{1}, holder_permission::longest_max});
        check_each(head, "actions", p.actions, why_no_action);
        check_each(head, "units", p.units, why_no_unit);
    } catch (const toml::parse_error& e) {
        errors.add(e.source().begin, e.description());
    }
    if (!errors.empty()) {
        return core::failure<std::string>{settings::to_string(errors.take().front())};
    }
    return p;
}

core::result<holder_permission> read_permission(const std::filesystem::path& file, unsigned owner) {
    const auto text = read_whole(file, owner);
    return text ? parse_permission(*text, file.string()) : core::failure<std::string>{text.error()};
}

}  // namespace mayhem::holding
