// Proves that what the operator's commands print is read strictly, and that placeholders are filled, and nothing else.
#include "drivers/command/command_text.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

std::string error_of(std::string_view output, std::size_t targets_max = 10) {
    try {
        (void)parse_command_targets(output, targets_max);
        return "none";
    } catch (const std::runtime_error& e) {
        return e.what();
    }
}

}  // namespace

TEST(CommandTextTest, ReadsTargets) {
    const auto targets = parse_command_targets("i-1\tboot 7\tweb\n\ni-2\tb8\r\n  \ni-3\tb9\t", 10);

    ASSERT_EQ(targets.size(), 3U);
    EXPECT_EQ(targets[0], (core::target{.id = "i-1", .incarnation = "boot 7", .name = "web"}));
    EXPECT_EQ(targets[1], (core::target{.id = "i-2", .incarnation = "b8", .name = "i-2"}));
    EXPECT_EQ(targets[2].name, "i-3");
    EXPECT_TRUE(parse_command_targets("", 10).empty());
}

TEST(CommandTextTest, ReadsWhenTheyStarted) {
    const auto targets = parse_command_targets("a\t1\tweb\t1970-01-01T00:01:00Z\nb\t2\t\t61\nc\t3\tdb\t \nd\t4\n", 10);

    ASSERT_EQ(targets.size(), 4U);
    EXPECT_EQ(targets[0].started_at, core::wall_time{std::chrono::seconds{60}});
    EXPECT_EQ(targets[1].started_at, core::wall_time{std::chrono::seconds{61}});
    EXPECT_EQ(targets[1].name, "b");
    EXPECT_EQ(targets[2].started_at, std::nullopt);
    EXPECT_EQ(targets[3].started_at, std::nullopt);
}

TEST(CommandTextTest, NamesTheLineThatIsWrong) {
    EXPECT_EQ(error_of("a\tb\nusage: list [options]\n"),
              "line 2: \"usage: list [options]\" has no tab: print id, tab, incarnation, and if you like further tabs "
              "with a name and when it started");
    EXPECT_EQ(error_of("\tb"), "line 1: the id is empty");
    EXPECT_EQ(error_of("a\t \tn"), "line 1: the incarnation is empty");
    EXPECT_EQ(error_of("a\tb\nc\td\na\te"), "line 3: \"a\" is listed twice");
    EXPECT_EQ(error_of("a\x1b[1m\tb"), "line 1: the id contains a control character, or is not UTF-8: \"a?[1m\"");
    EXPECT_EQ(error_of("a\tb\tc\rd"), "line 1: the name contains a control character, or is not UTF-8: \"c?d\"");
    EXPECT_EQ(error_of("a\tb\tc\td"),
              "line 1: the start \"d\" is no moment: print 2026-11-23T22:13:37Z, or the seconds since 1970");
    EXPECT_EQ(error_of("a\tb\tc\t5\te"), "line 1: the start contains a control character, or is not UTF-8: \"5?e\"");
    EXPECT_EQ(error_of("a\xff\tb"), "line 1: the id contains a control character, or is not UTF-8: \"a?\"");
    EXPECT_EQ(error_of("a\tb\nc\td", 1), "more than 1 targets: narrow the list");
    EXPECT_EQ(error_of(std::string(5000, 'x') + "\tb"), "line 1: the id is longer than 4096 bytes");
}

TEST(CommandTextTest, ReadsAnIncarnationOrNothing) {
    EXPECT_EQ(parse_command_incarnation("boot 7\n"), "boot 7");
    EXPECT_EQ(parse_command_incarnation("boot"), "boot");
    EXPECT_EQ(parse_command_incarnation(""), "");
    EXPECT_EQ(parse_command_incarnation(" \n\n"), "");
    EXPECT_THROW((void)parse_command_incarnation("a\nb\n"), std::runtime_error);
    EXPECT_THROW((void)parse_command_incarnation("a\tb\n"), std::runtime_error);
}

TEST(CommandTextTest, FillsPlaceholdersAndDoesNotLookAtThemAgain) {
    const core::target t{.id = "{incarnation}; $x", .incarnation = "7", .name = "n"};

    EXPECT_EQ(fill_placeholders({"p", "{id}", "--if={incarnation}:{id}{id}", "{name}", "{", ""}, t),
              (std::vector<std::string>{"p", "{incarnation}; $x", "--if=7:{incarnation}; $x{incarnation}; $x", "{name}",
                                        "{", ""}));
}

}  // namespace mayhem::drivers
