// Proves what is left of a file's changes when they were synced, when they were not, and when the sync failed: a sector
// is there whole or not at all, and nothing is there that nobody wrote but what fills a gap.
#include "sim/disk/file_contents.hpp"

#include <set>

#include <gtest/gtest.h>

#include "support.hpp"

namespace mayhem::sim {
namespace {

using test::bytes_of;
using test::text_of;

constexpr std::size_t sector = file_contents::sector_size;

std::string sectors(char of, std::size_t count) { return std::string(count * sector, of); }

class FileContentsTest : public testing::Test {
protected:
    void write(const std::string& text, std::uint64_t at) { file_.write(bytes_of(text), at); }

    const testing::ScopedTrace trace_{__FILE__, __LINE__, test::seed_text()};
    core::random_source dice_ = test::dice("file contents");
    file_contents file_;
};

TEST_F(FileContentsTest, WhatWasSyncedIsOnThePlatter) {
    write("synced", 0);
    file_.sync();
    write("more", 6);

    EXPECT_EQ(text_of(file_.seen()), "syncedmore");
    EXPECT_EQ(text_of(file_.safe()), "synced");
}

TEST_F(FileContentsTest, ReadingBeyondTheEndGivesZeros) {
    write("four", 0);
    bytes found(6, std::byte{7});

    EXPECT_EQ(file_.read(found, 0), 4U);
    EXPECT_EQ(text_of(found), std::string("four\0\0", 6));
    EXPECT_EQ(file_.read(found, 9), 0U);
    EXPECT_EQ(text_of(found), std::string(6, '\0'));
}

TEST_F(FileContentsTest, AWriteBeyondTheEndLeavesZerosBetween) {
    write("x", 3);

    EXPECT_EQ(text_of(file_.seen()), std::string("\0\0\0x", 4));
}

TEST_F(FileContentsTest, AWriteOfNothingDoesNotMakeTheFileLonger) {
    write("", 100);

    EXPECT_TRUE(file_.seen().empty());
}

TEST_F(FileContentsTest, TruncationIsAChangeLikeAnother) {
    write("long text", 0);
    file_.sync();
    file_.truncate(4);
    file_contents other = file_;

    file_.lose_power({.kept_percent = 0}, dice_);
    other.lose_power({.kept_percent = 100}, dice_);

    EXPECT_EQ(text_of(file_.seen()), "long text");
    EXPECT_EQ(text_of(other.seen()), "long");
}

TEST_F(FileContentsTest, APowerCutTakesSomeOfWhatWasNotSyncedInAnyCombination) {
    std::set<std::string> outcomes;
    for (int i = 0; i < 200; ++i) {
        file_contents file;
        file.write(bytes_of(sectors('a', 3)), 0);
        file.sync();
        file.write(bytes_of(sectors('b', 1)), 0);
        file.write(bytes_of(sectors('c', 1)), sector);
        file.write(bytes_of(sectors('d', 1)), 2 * sector);
        file.lose_power({.kept_percent = 50}, dice_);
        ASSERT_EQ(file.seen(), file.safe());
        const std::string left = text_of(file.seen());
        outcomes.insert({left[0], left[sector], left[2 * sector]});
    }

    EXPECT_EQ(outcomes, (std::set<std::string>{"aaa", "baa", "aca", "aad", "bca", "bad", "acd", "bcd"}));
}

TEST_F(FileContentsTest, ATornWriteIsThereInWholeSectors) {
    bool was_torn = false;
    for (int i = 0; i < 100; ++i) {
        file_contents file(bytes_of(sectors('a', 8)));
        file.write(bytes_of(sectors('b', 6)), sector + 100);
        file.lose_power({.kept_percent = 0, .torn_percent = 100}, dice_);
        std::set<std::string> kinds;
        const std::string left = text_of(file.seen());
        for (std::size_t s = 2; s < 7; ++s) {
            kinds.insert(left.substr(s * sector, sector));
        }
        for (const std::string& kind : kinds) {
            ASSERT_TRUE(kind == sectors('a', 1) || kind == sectors('b', 1));
        }
        was_torn = was_torn || kinds.size() == 2;
        ASSERT_EQ(left.substr(0, sector + 100), std::string(sector + 100, 'a')) << "beside the write";
        ASSERT_EQ(left.substr(7 * sector + 100), std::string(sector - 100, 'a')) << "beside the write";
    }
    EXPECT_TRUE(was_torn);
}

TEST_F(FileContentsTest, AFileThatGrewMayHaveItsSizeWithoutItsData) {
    std::set<std::size_t> sizes;
    bool had_zeros = false;
    bool had_junk = false;
    for (int i = 0; i < 400; ++i) {
        file_contents file;
        file.write(bytes_of(sectors('b', 4)), 0);
        file.lose_power({.kept_percent = 0, .torn_percent = 100, .junk_percent = 50}, dice_);
        const std::string left = text_of(file.seen());
        sizes.insert(left.size() / sector);
        for (std::size_t s = 0; s < left.size() / sector; ++s) {
            const std::string found = left.substr(s * sector, sector);
            had_zeros = had_zeros || found == std::string(sector, '\0');
            had_junk = had_junk || (found != std::string(sector, '\0') && found != sectors('b', 1));
        }
    }
    EXPECT_EQ(sizes, (std::set<std::size_t>{0, 1, 2, 3, 4}));
    EXPECT_TRUE(had_zeros);
    EXPECT_TRUE(had_junk);
}

TEST_F(FileContentsTest, ASyncAfterOneThatDroppedPagesDoesNotWriteThem) {
    bool was_lost = false;
    bool was_written = false;
    for (int i = 0; i < 50; ++i) {
        file_contents file;
        file.write(bytes_of("new"), 0);
        file.drop_unsynced(dice_);
        file.sync();
        ASSERT_EQ(text_of(file.seen()), "new") << "the page cache has it";
        file.lose_power({.kept_percent = 100}, dice_);
        was_lost = was_lost || file.seen().empty();
        was_written = was_written || text_of(file.seen()) == "new";
    }
    EXPECT_TRUE(was_lost);
    EXPECT_TRUE(was_written);
}

TEST_F(FileContentsTest, ThePowerLossesThatAreDrawnAreFromHarmlessToTotal) {
    std::set<unsigned> kept;
    bool tears = false;
    bool leaves_whole = false;
    for (int i = 0; i < 2'000; ++i) {
        const power_loss drawn = power_loss::draw(dice_);
        kept.insert(drawn.kept_percent);
        tears = tears || drawn.torn_percent > 0;
        leaves_whole = leaves_whole || drawn.torn_percent == 0;
    }
    EXPECT_EQ(*kept.begin(), 0U);
    EXPECT_EQ(*kept.rbegin(), 100U);
    EXPECT_TRUE(tears && leaves_whole);
}

}  // namespace
}  // namespace mayhem::sim
