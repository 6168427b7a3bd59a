// Proves that no config, however it is made, ends the process: depth is refused with its place before a library turns
// it into recursion, what is valid is never refused for it, and what is drawn from the examples of the documents,
// mutated and blown up to the size that a file may have, is read or refused. MAYHEM_TEST_SEED repeats a run.
#include "config/config_depth.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "config/config_file.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using lines = std::vector<std::string>;
using test::errors_of;

std::string repeated(std::string_view part, std::size_t times) {
    std::string text;
    text.reserve(part.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
        text += part;
    }
    return text;
}

/// Whether the text nests too deep for its keys: at most 31 dots.
bool is_refused(const std::string& text) { return find_depth_excess(text).has_value(); }

constexpr const char* too_many_parts = "a key with more than 32 parts: no config needs that; remove it";

TEST(ConfigDepthTest, RefusesAKeyOrHeaderOfTooManyParts) {
    EXPECT_EQ(errors_of("seed = 1\na" + repeated(".b", 100'000) + " = 1\n"),
              lines{"m.toml:2:64: " + std::string(too_many_parts)});
    EXPECT_EQ(errors_of("[a" + repeated(".a", 40'000) + "]\n"), lines{"m.toml:1:65: " + std::string(too_many_parts)});
    EXPECT_EQ(errors_of("x = {a" + repeated(" . \"b\"", 40'000) + " = 1}\n").size(), 1U);
    EXPECT_EQ(errors_of("[[a" + repeated(".'b.c'", 40'000) + "]]\n").size(), 1U);
}

TEST(ConfigDepthTest, CountsThePartsOfEachKeyForItself) {
    EXPECT_FALSE(is_refused("a" + repeated(".b", 31) + " = 1.5\n"));
    EXPECT_TRUE(is_refused("a" + repeated(".b", 32) + " = 1.5\n"));
    EXPECT_FALSE(is_refused(repeated("a.b.c = 1.5\n", 1000)));
    EXPECT_FALSE(is_refused("a = [" + repeated("1.5, ", 1000) + "]\n"));
    EXPECT_FALSE(is_refused("a = {" + repeated("b.c = 1.5, ", 1000) + "}\n"));
}

TEST(ConfigDepthTest, CountsNoDotsInStringsAndComments) {
    const std::string dots(1000, '.');

    EXPECT_FALSE(is_refused("# " + dots + "\n"));
    EXPECT_FALSE(is_refused("a = \"" + dots + "\"\nb = '" + dots + "'\n"));
    EXPECT_FALSE(is_refused("a = \"\\\"" + dots + "\" # " + dots));
    EXPECT_FALSE(is_refused("a = '\\' # '" + dots + "\n")) << "a backslash escapes nothing here";
    EXPECT_FALSE(is_refused("\"" + dots + "\".b = 1\n"));
    EXPECT_FALSE(is_refused("a = \"\"\"\n\"" + dots + "\"\"" + dots + "\"\"\"\"\"\n"));
    EXPECT_FALSE(is_refused("a = '''\n" + dots + "''" + dots + "'''''\n"));
    EXPECT_FALSE(is_refused("a = \"\"\n# " + dots + "\n"));
}

TEST(ConfigDepthTest, CountsDotsBehindStringsAndComments) {
    const std::string deep = "a" + repeated(".b", 32) + " = 1";

    for (const char* before : {"x = ''\n", "x = \"\"\n", "x = '''y'''\n", "x = \"\"\"y\"\"\"\"\"\n", "# x\r\n",
                               "x = '\\'\n", "x = \"\\\\\"\n", "x = \"\"\"\\\"\"\"\"\n", "x = '''''''\n"}) {
        EXPECT_TRUE(is_refused(before + deep)) << before;
    }
}

TEST(ConfigDepthTest, RefusesValuesThatAreNestedTooDeep) {
    EXPECT_FALSE(is_refused("a = " + repeated("[", 32) + repeated("]", 32)));
    EXPECT_EQ(errors_of("a = " + repeated("[", 33)),
              lines{"m.toml:1:37: an array or inline table nested deeper than 32: no config needs that; remove it"});
    EXPECT_TRUE(is_refused("a = " + repeated("{b.b.b.b = ", 33)));
    EXPECT_FALSE(is_refused(repeated("[a]\n[[b]]\n", 1000)));
}

TEST(ConfigDepthTest, CountsColumnsInCharacters) {
    const auto excess = find_depth_excess("\n\u00e9 = 1\n\"\u00e9\u20ac\"" + repeated(".b", 32) + " = 1");

    ASSERT_TRUE(excess);
    EXPECT_EQ(excess->line, 3U);
    EXPECT_EQ(excess->column, 4U + 31U * 2U + 1U);
}

/// The examples of the document, one after the other.
std::vector<std::string> examples() {
    std::ifstream file(MAYHEM_DOCS "/configuration.md");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::vector<std::string> found;
    const std::string_view open = "```toml\n";
    for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
        at += open.size();
        found.push_back(text.substr(at, text.find("```", at) - at));
    }
    return found;
}

TEST(ConfigDepthTest, RefusesNoExample) {
    ASSERT_FALSE(examples().empty());
    for (const std::string& example : examples()) {
        EXPECT_FALSE(is_refused(example)) << example;
    }
}

/// Draws configs from examples.
class config_dice {
public:
    explicit config_dice(unsigned seed) : rng_(seed), examples_(examples()) {}

    /// Up to the size of a file: something repeated without end.
    std::string blown_up() {
        constexpr std::array<std::string_view, 20> parts{
            ".b",  "a.",     "[",     "{a=",  "{a.a=", "[[a]]\n", "[a.b]\n",   "\"",           "'",     "\"\"\"\n",
            "'''", "\"a\".", "a=1\n", "\\\n", "#.",    ".\n",     "[a.\"b\".", "\xe2\x82\xac", "=[{a=", "\xff."};
        std::string text = draw(2) == 0 ? "" : std::string(pick(parts));
        text += text.empty() ? "a" : "";
        const std::size_t size = draw(config_bytes_max) + 1;
        std::string_view part = pick(parts);
        while (text.size() < size) {
            text += part;
            part = draw(5'000) == 0 ? pick(parts) : part;
        }
        text.resize(size);
        return text + (draw(2) == 0 ? "=1\n" : "]\n");
    }

    /// An example with some bytes gone, changed, doubled.
    std::string mutated() {
        std::string text = examples_[draw(examples_.size())];
        for (std::size_t n = draw(6) + 1; n > 0 && !text.empty(); --n) {
            const std::size_t at = draw(text.size());
            const std::size_t length = draw(20);
            switch (draw(4)) {
                case 0: text.erase(at, length); break;
                case 1: text[at] = static_cast<char>(draw(256)); break;
                case 2: text.insert(at, text.substr(draw(text.size()), length)); break;
                default: text.insert(at, repeated(text.substr(at, draw(4) + 1), draw(200)));
            }
        }
        return text;
    }

private:
    std::size_t draw(std::size_t below) { return rng_() % below; }
    std::string_view pick(std::span<const std::string_view> from) { return from[draw(from.size())]; }

    std::mt19937 rng_;
    std::vector<std::string> examples_;
};

/// It is read, or refused with a place in it.
void expect_an_answer(const std::string& text) {
    const config_result read = parse_config(text, "m.toml");
    if (read) {
        return;
    }
    ASSERT_FALSE(read.error().empty());
    EXPECT_GT(read.error().front().line, 0U) << read.error().front().text;
}

unsigned seed_of_this_run() {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    return given == nullptr ? 1U : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
}

TEST(ConfigDepthTest, SurvivesWhateverIsDrawn) {
    const unsigned seed = seed_of_this_run();
    SCOPED_TRACE("MAYHEM_TEST_SEED=" + std::to_string(seed));
    config_dice dice(seed);

    for (int round = 0; round < 24; ++round) {
        expect_an_answer(dice.blown_up());
    }
    for (int round = 0; round < 400; ++round) {
        expect_an_answer(dice.mutated());
    }
}

}  // namespace
}  // namespace mayhem::app
