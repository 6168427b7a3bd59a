#include "drivers/process/supervisord_config.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "drivers/process/config_files.hpp"
#include "mayhem/core/text/lower.hpp"

namespace mayhem::drivers {

namespace {

std::string lowered(std::string_view text) {
    std::string small(text);
    std::ranges::transform(small, small.begin(), [](char c) { return core::lower(c); });
    return small;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = text.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// A comment begins with ";" or "#" at the beginning of a line, or with ";" behind a blank.
std::string_view without_comment(std::string_view line) {
    if (line.starts_with('#') || line.starts_with(';')) {
        return {};
    }
    return trimmed(line.substr(0, std::min(line.find(" ;"), line.find("\t;"))));
}

/// Each setting of an INI file, with its section: `on(section, key, value)`. A value that goes on in the next line is
/// joined with a space.
void for_each_setting(std::string_view text,
                      const std::function<void(const std::string&, const std::string&, const std::string&)>& on) {
    std::string section;
    std::string key;
    std::string value;
    const auto end_setting = [&] {
        if (!key.empty()) {
            on(section, key, value);
        }
        key.clear();
    };
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const std::string_view said = without_comment(line);
        const std::size_t equals = said.find_first_of("=:");
        if (said.empty()) {
            continue;
        }
        if ((line.front() == ' ' || line.front() == '\t') && !key.empty()) {
            value.append(" ").append(said);
        } else if (said.front() == '[' && said.back() == ']') {
            end_setting();
            section = trimmed(said.substr(1, said.size() - 2));
        } else if (equals != std::string_view::npos) {
            end_setting();
            key = lowered(trimmed(said.substr(0, equals)));
            value = trimmed(said.substr(equals + 1));
        }
    }
    end_setting();
}

}  // namespace

std::optional<supervised_program> find_program(std::string_view config, std::string_view name) {
    constexpr std::array kinds{"program:", "fcgi-program:", "eventlistener:"};
    std::optional<supervised_program> found;
    for_each_setting(config, [&](const std::string& section, const std::string& key, const std::string& value) {
        const bool is_it =
            std::ranges::any_of(kinds, [&](const char* kind) { return section == kind + std::string(name); });
        if (is_it && !found) {
            found = supervised_program{.section = section, .autorestart = "unexpected"};  // the default
        }
        if (is_it && key == "autorestart") {
            const std::string said = lowered(value);
            const bool is_on = said == "true" || said == "1" || said == "on" || said == "yes";
            found->autorestart = is_on ? "true" : said == "unexpected" ? said : "false";
        }
    });
    return found;
}

std::vector<std::string> included_files(std::string_view config) {
    std::vector<std::string> patterns;
    for_each_setting(config, [&](const std::string& section, const std::string& key, const std::string& value) {
        if (section != "include" || key != "files") {
            return;
        }
        std::string_view rest = value;
        while (!rest.empty()) {
            const std::string_view pattern = rest.substr(0, rest.find_first_of(" \t"));
            rest.remove_prefix(std::min(rest.find_first_not_of(" \t", pattern.size()), rest.size()));
            patterns.emplace_back(pattern);
        }
    });
    return patterns;
}

std::string config_on_command_line(std::string_view command_line) {
    constexpr std::array keys{" -c ", " -c", " --configuration ", " --configuration="};
    for (const std::string_view key : keys) {
        const std::size_t at = command_line.find(key);
        if (at != std::string_view::npos) {
            const std::string_view rest = command_line.substr(at + key.size());
            return std::string(rest.substr(0, rest.find(' ')));
        }
    }
    return {};
}

std::optional<supervised_program> look_up_program(const std::filesystem::path& config, std::string_view name) {
    constexpr std::array usual{"/etc/supervisord.conf", "/etc/supervisor/supervisord.conf",
                               "/usr/local/etc/supervisord.conf"};
    std::vector<std::filesystem::path> files{config};
    if (config.empty()) {
        files.assign(usual.begin(), usual.end());
    }
    for (const std::filesystem::path& file : files) {
        const std::string text = read_config(file);
        if (auto found = find_program(text, name)) {
            return found;
        }
        for (const std::string& pattern : included_files(text)) {
            for (const std::filesystem::path& included : files_matching(pattern, file.parent_path())) {
                if (auto found = find_program(read_config(included), name)) {
                    return found;
                }
            }
        }
    }
    return std::nullopt;
}

}  // namespace mayhem::drivers
