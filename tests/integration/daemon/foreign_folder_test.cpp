// Root works in a folder that somebody else owns, who has laid links there: nothing of root's is written, made or
// read through them, and what root makes there belongs to the owner.

#include <cerrno>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.hpp"
#include "record.hpp"

namespace mayhem::testing {

namespace {

constexpr uid_t nobody = 65534;

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

uid_t owner_of(const std::string& path) {
    struct stat found{};
    return ::lstat(path.c_str(), &found) == 0 ? found.st_uid : static_cast<uid_t>(-1);
}

}  // namespace

class ForeignFolderTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_EQ(::geteuid(), 0U) << "this test is about what root does: run the tests as root";
        std::filesystem::permissions(folder / ".", std::filesystem::perms{0755});
        std::filesystem::create_directory(theirs);
        std::filesystem::create_directory(mine);
        std::filesystem::permissions(mine, std::filesystem::perms{0700});
        ASSERT_EQ(::chown(theirs.c_str(), nobody, nobody), 0);
        victim = folder.write("mine/victim", "of root\n");
    }
    finished command(std::vector<std::string> words) const {
        words.insert(words.begin(), mayhem);
        words.insert(words.end(), {"--store", store});
        return run(std::move(words));
    }
    finished halt() const { return command({"halt", "--why", "x", "--socket", folder / "none.sock"}); }
    finished resume() const { return command({"resume", "--socket", folder / "none.sock"}); }
    void link(const std::string& target, const std::string& name) const {
        std::filesystem::create_symlink(target, name);
        ASSERT_EQ(::lchown(name.c_str(), nobody, nobody), 0);
    }

    const test_folder folder;
    const std::string theirs = folder / "theirs";
    const std::string mine = folder / "mine";
    const std::string store = theirs + "/mayhem.db";
    std::string victim;
};

TEST_F(ForeignFolderTest, TheNoteOfAHaltEmptiesNothing) {
    link(victim, store + "-halt");

    const finished halted = halt();
    link(victim, store + "-halt");
    const finished resumed = resume();

    EXPECT_EQ(halted.ended, "exit 0") << halted.log;
    EXPECT_EQ(resumed.ended, "exit 0") << resumed.log;
    EXPECT_EQ(read_text(victim), "of root\n");
    EXPECT_EQ(owner_of(store), nobody);
}

TEST_F(ForeignFolderTest, ADatabaseThatIsALinkToNothingIsNotMade) {
    link(mine + "/made", store);

    for (const finished& f : {halt(), resume(), command({"resume", "web"})}) {
        EXPECT_EQ(f.ended, "exit 74") << f.out;
    }

    EXPECT_FALSE(std::filesystem::exists(mine + "/made"));
}

TEST_F(ForeignFolderTest, ADatabaseBehindALinkIsNeitherWrittenNorRead) {
    const std::string other = mine + "/other.db";
    ASSERT_EQ(run({mayhem, "halt", "--why", "secret", "--socket", folder / "none.sock", "--store", other}).ended,
              "exit 0");
    link(other, store);
    const auto written_at = std::filesystem::last_write_time(other);

    for (const finished& f : {halt(), command({"history"}), command({"eligible"}), command({"resume", "web"})}) {
        EXPECT_NE(f.ended, "exit 0") << f.out;
        EXPECT_FALSE(has(f.out, "secret"));
    }

    EXPECT_EQ(std::filesystem::last_write_time(other), written_at);
    EXPECT_FALSE(std::filesystem::exists(other + "-wal"));
}

TEST_F(ForeignFolderTest, AFolderBehindALinkIsUsedWithTheRightsOfWhoLaidIt) {
    link(mine, theirs + "/deeper");

    const finished f = run({mayhem, "halt", "--socket", folder / "none.sock", "--store", theirs + "/deeper/mayhem.db"});

    EXPECT_EQ(f.ended, "exit 74") << f.out;
    EXPECT_FALSE(std::filesystem::exists(mine + "/mayhem.db"));
}

TEST_F(ForeignFolderTest, ADatabaseOfRootsInItCanBeHalted) {
    ASSERT_EQ(halt().ended, "exit 0");
    ASSERT_EQ(::chown(store.c_str(), 0, 0), 0);
    std::filesystem::permissions(store, std::filesystem::perms{0600});

    const finished resumed = resume();

    EXPECT_EQ(resumed.ended, "exit 0") << resumed.log;
    EXPECT_EQ(command({"history"}).ended, "exit 0");
}

TEST_F(ForeignFolderTest, ALinkOfRootsOwnIsFollowed) {
    const std::string other = theirs + "/data.db";
    std::filesystem::create_symlink(other, store);

    EXPECT_EQ(halt().ended, "exit 0");

    EXPECT_EQ(owner_of(other), nobody);
}

}  // namespace mayhem::testing
