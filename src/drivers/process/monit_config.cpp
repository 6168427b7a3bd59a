#include "drivers/process/monit_config.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "drivers/process/config_files.hpp"
#include "mayhem/core/text/lower.hpp"

namespace mayhem::drivers {

namespace {

/// Words as monit reads them: without comments, quotes taken off, "=" a word of its own.
std::vector<std::string> words_of(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    std::vector<std::string> words;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
        if (text.empty()) {
            return words;
        }
        const char first = text.front();
        if (first == '#') {
            text.remove_prefix(std::min(text.find('\n'), text.size()));
        } else if (first == '"' || first == '\'') {
            const std::size_t end = std::min(text.find(first, 1), text.size());
            words.emplace_back(text.substr(1, end - 1));
            text.remove_prefix(std::min(end + 1, text.size()));
        } else {
            const std::size_t end = first == '=' ? 1 : std::min(text.find_first_of(" \t\r\n="), text.size());
            words.emplace_back(text.substr(0, end));
            text.remove_prefix(end);
        }
    }
}

bool is(const std::string& word, std::string_view wanted) {
    return std::ranges::equal(word, wanted, {}, [](char c) { return core::lower(c); });
}

/// Noise words, which monit skips.
bool says_nothing(const std::string& word) {
    constexpr std::array noise{"is",    "as",  "are", "on",  "only", "with",  "within",  "and",     "has",
                               "using", "use", "the", "sum", "than", "usage", "process", "program", "="};
    return std::ranges::any_of(noise, [&word](const char* n) { return is(word, n); });
}

/// One check, from its words on until the next one begins.
class check_reader {
public:
    explicit check_reader(std::vector<std::string> words) : words_(std::move(words)) {}

    monit_check read() {
        monit_check c{.name = next()};
        bool can_start = false;
        while (at_ < words_.size()) {
            const std::string word = next();
            if (is(word, "pidfile")) {
                c.pid_file = next();
            } else if (is(word, "matching") || is(word, "match")) {
                c.pattern = next();
            } else if (is(word, "start")) {
                can_start = true;
                (void)next();
            } else if (is(word, "mode")) {
                c.is_started_again = is(next(), "active") && c.is_started_again;
            } else if (is(word, "if")) {
                read_condition(c);
            }
        }
        c.is_started_again = c.is_started_again && can_start;
        return c;
    }

private:
    std::string next() {
        while (at_ < words_.size() && says_nothing(words_[at_])) {
            ++at_;
        }
        return at_ < words_.size() ? words_[at_++] : std::string();
    }

    /// "if [does] not exist [for 3 cycles] then alert": what is done instead of a restart.
    void read_condition(monit_check& c) {
        bool is_of_existence = false;
        while (at_ < words_.size()) {
            const std::string word = next();
            is_of_existence = is_of_existence || is(word, "exist");
            if (is(word, "then")) {
                const std::string does = next();
                if (is_of_existence && !is(does, "restart") && !is(does, "start")) {
                    c.is_started_again = false;
                }
                return;
            }
        }
    }

    std::vector<std::string> words_;
    std::size_t at_ = 0;
};

}  // namespace

std::vector<monit_check> find_checks(std::string_view config) {
    const std::vector<std::string> words = words_of(config);
    std::vector<monit_check> checks;
    const auto begins = [](const std::string& word) { return is(word, "check"); };
    for (auto at = std::ranges::find_if(words, begins); at != words.end();) {
        const auto end = std::find_if(at + 1, words.end(), begins);
        if (end - at > 2 && is(*(at + 1), "process")) {
            checks.push_back(check_reader({at + 2, end}).read());
        }
        at = end;
    }
    return checks;
}

std::vector<std::string> included_by_monit(std::string_view config) {
    const std::vector<std::string> words = words_of(config);
    std::vector<std::string> patterns;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (is(words[i], "include")) {
            patterns.push_back(words[i + 1]);
        }
    }
    return patterns;
}

std::optional<std::vector<monit_check>> read_monit_config(const std::filesystem::path& config) {
    constexpr std::array usual{"/etc/monit/monitrc", "/etc/monitrc", "/usr/local/etc/monitrc"};
    std::vector<std::filesystem::path> files{config};
    if (config.empty()) {
        files.assign(usual.begin(), usual.end());
    }
    for (const std::filesystem::path& file : files) {
        std::string text = read_config(file);
        if (text.empty()) {
            continue;
        }
        for (const std::string& pattern : included_by_monit(text)) {
            for (const std::filesystem::path& included : files_matching(pattern, file.parent_path())) {
                text.append("\n").append(read_config(included));
            }
        }
        return find_checks(text);
    }
    return std::nullopt;
}

}  // namespace mayhem::drivers
