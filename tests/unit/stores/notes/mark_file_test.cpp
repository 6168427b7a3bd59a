// Proves that what somebody told of outside is kept, in order and bounded, and that a file that nobody can understand
// is no trouble.
#include "stores/notes/mark_file.hpp"

#include <fstream>

#include <gtest/gtest.h>

#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

TEST(MarkFileTest, KeepsMarksInTheirOrder) {
    const test::temporary_folder folder;
    const outside_mark first{.at = test::at(1), .who = "ci", .text = "deployed 1.4.2"};
    const outside_mark second{.at = test::at(2), .who = "anna", .text = "\"rolled\" back\n"};

    mark_file(folder.path()).add(second);
    mark_file(folder.path()).add(first);

    EXPECT_EQ(mark_file(folder.path()).read(), (std::vector{first, second}));
}

TEST(MarkFileTest, KeepsTheNewest) {
    const test::temporary_folder folder;
    const mark_file marks(folder.path());
    for (int i = 0; i < static_cast<int>(mark_file::marks_max) + 5; ++i) {
        marks.add({.at = test::at(i), .who = "ci", .text = std::to_string(i)});
    }

    const std::vector<outside_mark> kept = marks.read();

    ASSERT_EQ(kept.size(), mark_file::marks_max);
    EXPECT_EQ(kept.front().text, "5");
}

TEST(MarkFileTest, WhatIsNoSuchFileHasNoMarks) {
    const test::temporary_folder folder;
    EXPECT_TRUE(mark_file(folder.path()).read().empty());
    for (const char* const text : {"", "{}", "[1, {}, {\"at\": 7}]", "[[[[", "\xff"}) {
        std::ofstream(folder / "marks.json") << text;
        EXPECT_TRUE(mark_file(folder.path()).read().empty()) << text;
    }
}

TEST(MarkFileTest, AFolderThatCannotBeWrittenIsSaidSo) {
    EXPECT_THROW(mark_file("/nowhere/at/all").add({.at = test::at(0), .who = "ci", .text = "x"}), std::system_error);
}

}  // namespace
}  // namespace mayhem::stores
