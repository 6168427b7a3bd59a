// Proves that docs/configuration.md describes every key that there is, in its section and with its default, and the
// ranges that the parser enforces: those are taken from the errors that it reports for absurd values.
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "config/config_schema.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

/// The rows of the tables: section, driver where the key is that of one, and key, to the whole line.
using rows = std::map<std::tuple<std::string, std::string, std::string>, std::string>;

rows read_document() {
    std::ifstream file(MAYHEM_DOCS "/configuration.md");
    rows found;
    std::string section;
    std::string driver;
    constexpr std::string_view of_driver = "With `driver = \"";
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("## ")) {
            section = line.substr(3);
            driver.clear();
        } else if (line.starts_with(of_driver)) {
            driver = line.substr(of_driver.size(), line.find('"', of_driver.size()) - of_driver.size());
        } else if (line.starts_with("| `")) {
            found[{section, driver, line.substr(3, line.find('`', 3) - 3)}] = line;
        }
    }
    return found;
}

std::string heading_of(const config_key& key) {
    if (key.section.empty()) {
        return "Head of the file";
    }
    if (key.section == "probe") {
        return "[group.NAME.probe]";
    }
    if (key.section == "prometheus" || key.section == "alertmanager") {
        return "[group.NAME.probe." + std::string(key.section) + ']';
    }
    return '[' + std::string(key.section) + (is_named(key.section) ? ".NAME]" : "]");
}

/// What stands above the key in a config file.
std::string head_of(const config_key& key) {
    if (key.section.empty()) {
        return {};
    }
    if (key.section == "probe") {
        return "[group.g]\ndriver = \"simulated\"\n[group.g.probe]\nhttp = \"http://127.0.0.1\"\n";
    }
    if (key.section == "prometheus" || key.section == "alertmanager") {
        return "[group.g]\ndriver = \"simulated\"\n[group.g.probe." + std::string(key.section) + "]\n";
    }
    if (key.section == request_queue_section) {
        return "[queue.x]\n" +
               (key.name == "driver"
                    ? ""
                    : "driver = \"" + std::string(key.driver.empty() ? "jetstream" : key.driver) + "\"\n");
    }
    if (!is_named(key.section)) {
        return heading_of(key) + '\n';
    }
    if (key.section != "group") {
        return '[' + std::string(key.section) + ".x]\n";
    }
    return "[group.g]\ndriver = \"" + std::string(key.driver.empty() ? "simulated" : key.driver) + "\"\n";
}

TEST(ConfigDocumentTest, DescribesEveryKeyWithItsDefault) {
    const rows document = read_document();

    for (const config_key& key : config_keys()) {
        const auto row = document.find({heading_of(key), std::string(key.driver), std::string(key.name)});
        ASSERT_NE(row, document.end()) << heading_of(key) << ' ' << key.name;
        if (!key.preset.empty()) {
            EXPECT_NE(row->second.find("| `" + std::string(key.preset) + "` |"), std::string::npos) << row->second;
        }
    }
}

std::vector<std::string> examples_of(const std::string& document) {
    std::ifstream file(MAYHEM_DOCS "/" + document);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    constexpr std::string_view open = "```toml\n";
    std::vector<std::string> found;
    for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
        at += open.size();
        found.push_back(text.substr(at, text.find("```", at) - at));
    }
    return found;
}

TEST(ConfigDocumentTest, TheExamplesOfStopConditionsAndNotificationsAreRight) {
    std::vector<std::string> examples = examples_of("operations.md");
    ASSERT_GE(examples.size(), 2U);
    examples.push_back(examples_of("configuration.md").back());
    examples.push_back(examples_of("fleet.md").back());

    for (const std::string& example : examples) {
        EXPECT_EQ(test::errors_of(example), std::vector<std::string>{}) << example;
    }
}

TEST(ConfigDocumentTest, DescribesNoKeyThatThereIsNot) { EXPECT_EQ(read_document().size(), config_keys().size()); }

TEST(ConfigDocumentTest, StatesTheRangesThatAreEnforced) {
    const rows document = read_document();
    constexpr std::string_view complaint = " is out of range: from ";
    std::size_t ranges = 0;

    for (const config_key& key : config_keys()) {
        for (const char* absurd : {" = -1\n", " = \"90000d\"\n"}) {
            for (const std::string& error : test::errors_of(head_of(key) + std::string(key.name) + absurd)) {
                if (const auto at = error.find(complaint); at != std::string::npos) {
                    const std::string range = "| " + error.substr(at + complaint.size()) + " |";
                    const std::string& row =
                        document.at({heading_of(key), std::string(key.driver), std::string(key.name)});
                    EXPECT_NE(row.find(range), std::string::npos) << row << "\nlacks " << range;
                    ++ranges;
                }
            }
        }
    }

    EXPECT_GE(ranges, 16U);
}

}  // namespace
}  // namespace mayhem::app
