// Proves that a note is there once it is said to be, as a file that a next life reads, that those of former versions
// are read, and that what keeps one from being written or read is told with its path.
#include "stores/notes/undo_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/core/errors.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::stores {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class UndoFolderTest : public testing::Test {
protected:
    ~UndoFolderTest() override { std::filesystem::remove_all(folder_); }

    ports::undo_notes::found all() {
        ports::undo_notes::found found;
        loop_.run([](undo_folder& of, ports::undo_notes::found& into) -> async::awaitable<void> {
            const async::frame here;
            into = co_await of.all();
        }(notes_, found));
        return found;
    }
    std::string trouble_of(async::awaitable<void> change) {
        std::string trouble;
        loop_.run([](async::awaitable<void> todo, std::string& into) -> async::awaitable<void> {
            const async::frame here;
            try {
                co_await std::move(todo);
            } catch (const core::store_failed& e) {
                into = e.what();
            }
        }(std::move(change), trouble));
        return trouble;
    }
    void write(const std::filesystem::path& file, std::string_view text) {
        std::filesystem::create_directories((folder_ / file).parent_path());
        std::ofstream(folder_ / file) << text;
    }

    const std::filesystem::path folder_ = [] {
        std::string pattern = (std::filesystem::temp_directory_path() / "mayhem-notes-XXXXXX").string();
        return std::filesystem::path(::mkdtemp(pattern.data()));
    }();
    const ports::undo_note note_{
        .action = "pause", .subject = "abc123", .life = "t1", .where = "/run/e.sock", .name = "container web"};
    test::virtual_loop loop_;
    async::thread_pool pool_{1, "test"};
    undo_folder notes_{pool_, folder_};
};

TEST_F(UndoFolderTest, WhatIsAddedIsThereForTheNextLifeUntilItIsRemoved) {
    EXPECT_THAT(all().notes, IsEmpty()) << "where there is no folder, there is nothing";

    EXPECT_EQ(trouble_of(notes_.add(note_)), "");
    EXPECT_EQ(trouble_of(notes_.add(note_)), "") << "once more is the same";
    undo_folder next(pool_, folder_);

    EXPECT_THAT(all().notes, ElementsAre(note_));
    EXPECT_EQ(notes_.file_of(note_), folder_ / "spans" / "pause.abc123.json");
    EXPECT_EQ(std::filesystem::status(notes_.file_of(note_)).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(trouble_of(next.remove(note_)), "");
    EXPECT_EQ(trouble_of(next.remove(note_)), "") << "gone is gone";
    EXPECT_THAT(all().notes, IsEmpty());
    EXPECT_TRUE(std::filesystem::is_empty(folder_ / "spans"));
}

TEST_F(UndoFolderTest, ASubjectIsNoPath) {
    ports::undo_note odd = note_;
    odd.subject = "../../etc/x\n";
    ports::undo_note like_it = note_;
    like_it.subject = "%2e%2e/../etc/x\n";

    EXPECT_EQ(trouble_of(notes_.add(odd)), "");
    EXPECT_EQ(trouble_of(notes_.add(like_it)), "");

    EXPECT_EQ(notes_.file_of(odd).parent_path(), folder_ / "spans");
    EXPECT_THAT(all().notes, UnorderedElementsAre(odd, like_it));
}

TEST_F(UndoFolderTest, ReadsAndRemovesThePausesOfAFormerVersion) {
    write("paused/abc123.json", R"({"socket":"/run/e.sock","container_id":"abc123","started_at":"t1","name":"web"})");

    EXPECT_THAT(all().notes, ElementsAre(note_));

    EXPECT_EQ(trouble_of(notes_.remove(note_)), "");
    EXPECT_TRUE(std::filesystem::is_empty(folder_ / "paused"));
}

TEST_F(UndoFolderTest, WhatIsNoNoteIsToldAndWhatIsHalfWrittenIsNone) {
    EXPECT_EQ(trouble_of(notes_.add(note_)), "");
    write("spans/pause.x.json", R"({"action":"pause","subject":"x"})");
    write("spans/pause.y.json", "");
    write("spans/pause.z.json.new", "{");

    const ports::undo_notes::found found = all();

    EXPECT_THAT(found.notes, ElementsAre(note_));
    EXPECT_THAT(found.unreadable, UnorderedElementsAre((folder_ / "spans/pause.x.json").string(),
                                                       (folder_ / "spans/pause.y.json").string()));
}

TEST_F(UndoFolderTest, NumbersAreToBePutBackAsTheyWere) {
    ports::undo_note limits = note_;
    limits.action = "throttle";
    limits.numbers = {{.name = "CPUQuotaPerSecUSec", .before = ~0ULL, .ours = 200'000},
                      {.name = "IOReadBandwidthMax", .of = "/dev/sda", .before = 7, .ours = 5}};

    EXPECT_EQ(trouble_of(notes_.add(limits)), "");

    EXPECT_THAT(all().notes, ElementsAre(limits));
}

TEST_F(UndoFolderTest, ANumberThatIsNoneMakesNoNote) {
    const std::string head = R"({"action":"throttle","subject":"x","life":"t","where":"w","name":"unit x","numbers":)";
    for (const std::string numbers : {"[]", "7", R"([["a","",1]])", R"([["a","",1,-2]])", R"([["a",2,1,2]])"}) {
        write("spans/throttle.x.json", head + numbers + "}");

        EXPECT_THAT(all().notes, IsEmpty()) << numbers;
        EXPECT_THAT(all().unreadable, ElementsAre((folder_ / "spans/throttle.x.json").string())) << numbers;
    }
}

TEST_F(UndoFolderTest, AFullDiskLeavesItAsItWas) {
    write("spans/other", "");
    std::filesystem::create_symlink("/dev/full", notes_.file_of(note_).string() + ".new");

    EXPECT_THAT(trouble_of(notes_.add(note_)),
                testing::AllOf(HasSubstr(notes_.file_of(note_).string()), HasSubstr("No space left on device")));
    EXPECT_THAT(all().notes, IsEmpty());
    EXPECT_EQ(trouble_of(notes_.add(note_)), "") << "the next one may";
}

TEST_F(UndoFolderTest, AFolderThatCannotBeMadeOrReadIsTold) {
    write("spans", "");

    EXPECT_THAT(trouble_of(notes_.add(note_)), HasSubstr((folder_ / "spans").string()));
    EXPECT_THAT(all().unreadable, ElementsAre(HasSubstr((folder_ / "spans").string())));
}

}  // namespace
}  // namespace mayhem::stores
