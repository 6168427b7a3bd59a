// Proves when a name is durable: after a sync of the folder, and by chance before.
#include "sim/disk/folder.hpp"

#include <set>

#include <gtest/gtest.h>

#include "support.hpp"

namespace mayhem::sim {
namespace {

std::shared_ptr<inode> file_with(const std::string& text) {
    auto file = std::make_shared<inode>();
    file->contents = file_contents(test::bytes_of(text));
    return file;
}

std::string text_in(const folder& f, const std::string& name) {
    const std::shared_ptr<inode> file = f.find(name);
    return file ? test::text_of(file->contents.seen()) : "none";
}

class FolderTest : public testing::Test {
protected:
    void cut(unsigned kept_percent) { folder_.lose_power({.kept_percent = kept_percent}, dice_); }

    const testing::ScopedTrace trace_{__FILE__, __LINE__, test::seed_text()};
    core::random_source dice_ = test::dice("folder");
    folder folder_;
};

TEST_F(FolderTest, ANameIsDurableAfterASync) {
    folder_.link("/a", file_with("one"));
    folder_.sync();
    folder_.unlink("/a");
    EXPECT_EQ(text_in(folder_, "/a"), "none");

    cut(0);

    EXPECT_EQ(text_in(folder_, "/a"), "one");
}

TEST_F(FolderTest, AFileWhoseContentsWereSyncedIsGoneWithoutItsName) {
    const std::shared_ptr<inode> file = file_with("");
    folder_.link("/a", file);
    file->contents.write(test::bytes_of("one"), 0);
    file->contents.sync();

    cut(0);

    EXPECT_EQ(text_in(folder_, "/a"), "none");
}

TEST_F(FolderTest, ANameThatWasGivenAgainLeadsToEitherFile) {
    std::set<std::string> outcomes;
    for (int i = 0; i < 100; ++i) {
        folder_ = {};
        folder_.link("/a", file_with("one"));
        folder_.sync();
        folder_.unlink("/a");
        folder_.link("/a", file_with("two"));
        cut(50);
        outcomes.insert(text_in(folder_, "/a"));
    }
    EXPECT_EQ(outcomes, (std::set<std::string>{"one", "two", "none"}));
}

TEST_F(FolderTest, ARemovalOfWhatIsNotThereChangesNothing) {
    folder_.unlink("/a");
    folder_.sync();

    EXPECT_TRUE(folder_.entries().empty());
}

}  // namespace
}  // namespace mayhem::sim
