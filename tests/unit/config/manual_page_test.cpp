// Proves that mayhem.toml(5), which is written by hand, says of every key what docs/configuration.md says, which
// config_document_test.cpp in turn compares with the parser: the same sections, keys, types, defaults, ranges and
// words; and that its paragraphs and lists are those of the document.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "config/config_schema.hpp"

namespace mayhem::app {
namespace {

/// Section in lower case, driver where the key is that of one, key; to "text; default none; range" and the meaning.
using entries = std::map<std::tuple<std::string, std::string, std::string>, std::pair<std::string, std::string>>;

constexpr std::string_view of_driver = "With driver = \"";

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string driver_in(const std::string& line) {
    return line.substr(of_driver.size(), line.find('"', of_driver.size()) - of_driver.size());
}

/// Without the marks that Markdown needs.
std::string plain_markdown(const std::string& text) {
    static const std::regex link(R"(\[([^\]]*)\]\([^)]*\))");
    static const std::regex mark(R"(`|\*\*)");
    return std::regex_replace(std::regex_replace(text, link, "$1"), mark, "");
}

/// Without the requests that a manual page needs inside a line.
std::string plain_manual(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            plain += text[i];
        } else if (text.compare(i, 2, "\\f") == 0) {
            i += 2;
        } else if (++i < text.size() && text[i] != '&') {
            plain += text[i] == 'e' ? '\\' : text[i];
        }
    }
    return plain;
}

std::vector<std::string> cells_of(const std::string& row) {
    std::vector<std::string> cells;
    for (std::size_t from = 1, to = 0; (to = row.find('|', from)) != std::string::npos; from = to + 1) {
        std::string cell = row.substr(from, to - from);
        cell.erase(0, cell.find_first_not_of(' '));
        cell.erase(cell.find_last_not_of(' ') + 1);
        cells.push_back(plain_markdown(cell));
    }
    return cells;
}

entries read_document() {
    std::ifstream file(MAYHEM_DOCS "/configuration.md");
    entries found;
    std::string section;
    std::string driver;
    for (std::string line; std::getline(file, line);) {
        const std::string plain = plain_markdown(line);
        if (line.starts_with("## ")) {
            section = lower(line.substr(3));
            driver.clear();
        } else if (plain.starts_with(of_driver)) {
            driver = driver_in(plain);
        } else if (line.starts_with("| `")) {
            const std::vector<std::string> cells = cells_of(line);
            const std::string if_absent = cells.at(2) == "required" ? "required" : "default " + cells.at(2);
            const std::string kind = cells.at(1) + (cells.at(2).empty() ? "" : "; " + if_absent) +
                                     (cells.at(3).empty() ? "" : "; " + cells.at(3));
            found[{section, driver, cells.at(0)}] = {kind, cells.at(4)};
        }
    }
    return found;
}

entries read_manual() {
    std::ifstream file(MAYHEM_DOCS "/man/mayhem.toml.5");
    entries found;
    std::string section;
    std::string driver;
    for (std::string line; std::getline(file, line);) {
        const std::string plain = plain_manual(line);
        if (line.starts_with(".SH ")) {
            section = lower(line.substr(4));
            std::erase(section, '"');
            driver.clear();
        } else if (plain.starts_with(of_driver)) {
            driver = driver_in(plain);
        } else if (line == ".TP" && std::getline(file, line)) {
            const std::string head = plain_manual(line);
            const std::size_t open = head.find(" (");
            std::getline(file, line);
            found[{section, driver, head.substr(0, open)}] = {head.substr(open + 2, head.size() - open - 3),
                                                              plain_manual(line)};
        }
    }
    return found;
}

void append(std::string& paragraph, const std::string& line) { paragraph += (paragraph.empty() ? "" : " ") + line; }

std::string one_a_line(const std::vector<std::string>& paragraphs) {
    std::string text;
    for (const std::string& p : paragraphs) {
        text += p + (p.empty() ? "" : "\n");
    }
    return text;
}

/// Each as one line, and each item of a list as one; neither tables nor examples.
std::string paragraphs_of_document() {
    std::ifstream file(MAYHEM_DOCS "/configuration.md");
    std::vector<std::string> found{""};
    bool is_example = false;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("```")) {
            is_example = !is_example;
            found.emplace_back();
        } else if (is_example) {
            continue;
        } else if (line.starts_with("* ")) {
            found.push_back(plain_markdown(line.substr(2)));
        } else if (line.empty() || line.starts_with('#') || line.starts_with('|')) {
            found.emplace_back();
        } else {
            append(found.back(), plain_markdown(line.substr(line.find_first_not_of(' '))));
        }
    }
    return one_a_line(found);
}

/// Likewise.
std::string paragraphs_of_manual() {
    std::ifstream file(MAYHEM_DOCS "/man/mayhem.toml.5");
    std::vector<std::string> found{""};
    bool is_example = false;
    for (std::string line; std::getline(file, line);) {
        if (line == ".nf" || line == ".fi") {
            is_example = line == ".nf";
        } else if (line.starts_with('.')) {
            found.emplace_back();
            for (int left = line == ".TP" ? 2 : 0; left > 0; --left) {  // a key is not one
                std::getline(file, line);
            }
        } else if (!is_example) {
            append(found.back(), plain_manual(line));
        }
    }
    return one_a_line(found);
}

TEST(ManualPageTest, SaysOfEveryKeyWhatTheDocumentSays) {
    const entries document = read_document();
    const entries manual = read_manual();

    for (const auto& [place, expected] : document) {
        const auto& [section, driver, key] = place;
        const auto found = manual.find(place);
        ASSERT_NE(found, manual.end()) << section << ' ' << driver << ' ' << key << " is not in mayhem.toml(5)";
        EXPECT_EQ(found->second.first, expected.first) << section << ' ' << driver << ' ' << key;
        EXPECT_EQ(found->second.second, expected.second) << section << ' ' << driver << ' ' << key;
    }
}

TEST(ManualPageTest, HasTheParagraphsAndListsOfTheDocument) {
    const std::string name = "mayhem.toml - configuration of mayhem\n";

    EXPECT_EQ(paragraphs_of_manual(), name + paragraphs_of_document());
}

TEST(ManualPageTest, HasEveryKeyOfTheParserAndNoOther) { EXPECT_EQ(read_manual().size(), config_keys().size()); }

}  // namespace
}  // namespace mayhem::app
