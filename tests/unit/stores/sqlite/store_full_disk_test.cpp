// Proves that a full disk is told as such, loses nothing, and is over when there is room again: on a file system of 1
// MiB of its own where the test may mount one, and for everybody with a limit on the size of files.
#include <fstream>
#include <semaphore>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "stores/sqlite/ledger.hpp"
#include "stores/sqlite/sqlite_writer.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::in_child;
using test::message_number;
using testing::HasSubstr;

// One message at a time: the text of its failure, empty if it is durable.
class one_by_one {
public:
    explicit one_by_one(const std::filesystem::path& path)
        : writer_(sqlite_database::open(path), [this](const sqlite_writer::batch&) { done_.release(); }) {}

    std::string journal(std::uint64_t n, std::size_t bytes = 10'000) {
        core::message m = message_number(n);
        m.target.id.resize(bytes, 'x');
        const auto request = std::make_shared<write_request>([m](ledger& l) { l.enter(m); });
        (void)writer_.submit(request);
        done_.acquire();
        return test::failure_of([&] { request->get(); });
    }

    /// Until the first failure: how many became durable, and the failure.
    std::pair<std::uint64_t, std::string> fill() {
        for (std::uint64_t n = 0; n < 10'000; ++n) {
            std::string failure = journal(n);
            if (!failure.empty()) {
                return {n, failure};
            }
        }
        return {10'000, "never full"};
    }

private:
    std::counting_semaphore<> done_{0};
    sqlite_writer writer_;
};

TEST(StoreFullDiskTest, AFullFileSystemFailsWritesUntilThereIsRoomAndLosesNothing) {
    const test::temporary_folder folder;
    const std::string told = in_child([&](const test::child_report& report) {
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=1m") != 0) {
            report("may not mount");
            return;
        }
        const std::filesystem::path path = folder / "mayhem.db";
        const std::filesystem::path ballast = folder / "ballast";
        std::ofstream(ballast) << std::string(300'000, 'b');
        std::uint64_t durable = 0;
        {
            one_by_one writer(path);
            const auto [before, failure] = writer.fill();
            std::filesystem::remove(ballast);
            const std::string failure_with_room = writer.journal(before);
            durable = before + 1;
            report(failure + "\nwith room: '" + failure_with_room + "'\n");
        }
        const auto there = static_cast<std::uint64_t>(test::count(path, "SELECT count(*) FROM messages"));
        report(there == durable && there > 1 ? "all there" : "lost some");
    });
    if (told == "may not mount") {
        FAIL() << "needs the right to mount a file system: run the tests as root";
    }

    EXPECT_THAT(told, HasSubstr("the disk is full"));
    EXPECT_THAT(told, HasSubstr("with room: ''"));
    EXPECT_THAT(told, HasSubstr("all there"));
}

TEST(StoreFullDiskTest, AReadOnlyFileSystemIsRefusedForWriting) {
    const test::temporary_folder folder;
    (void)sqlite_database::open(folder / "mayhem.db");

    const std::string told = in_child([&](const test::child_report& report) {
        if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount(folder.path().c_str(), folder.path().c_str(), nullptr, MS_BIND, nullptr) != 0 ||
            ::mount(nullptr, folder.path().c_str(), nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY, nullptr) != 0) {
            report("may not mount");
            return;
        }
        report(test::failure_of([&] { (void)sqlite_database::open(folder / "mayhem.db"); }) + "\n");
        report(test::failure_of([&] { (void)sqlite_database::open(folder / "new.db"); }) + "\n");
        report(test::failure_of([&] { (void)sqlite_database::open_read_only(folder / "mayhem.db"); }) +
               "reading works");
    });
    if (told == "may not mount") {
        FAIL() << "needs the right to mount a file system: run the tests as root";
    }

    const std::string refusal = "no file can be created in " + folder.path().string() + " (Read-only file system)";
    EXPECT_THAT(told, HasSubstr("cannot open the database " + (folder / "mayhem.db").string() + ": " + refusal));
    EXPECT_THAT(told, HasSubstr("cannot open the database " + (folder / "new.db").string() + ": " + refusal));
    EXPECT_THAT(told, HasSubstr("mount its file system writable"));
    EXPECT_THAT(told, HasSubstr("\nreading works"));
}

TEST(StoreFullDiskTest, ALimitOnFileSizesFailsWritesAndLosesNothing) {
    const test::temporary_folder folder;
    const std::filesystem::path path = folder / "mayhem.db";

    const std::string told = in_child([&](const test::child_report& report) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{.rlim_cur = 512 * 1024, .rlim_max = 512 * 1024};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        one_by_one writer(path);
        const auto [durable, failure] = writer.fill();
        report(failure + "\n");
        report(std::to_string(durable) + " durable");
    });

    const std::int64_t there = test::count(path, "SELECT count(*) FROM messages");
    EXPECT_THAT(told, HasSubstr("cannot write to the database " + path.string()));
    EXPECT_THAT(told, HasSubstr("ulimit -f"));
    EXPECT_THAT(told, HasSubstr("\n" + std::to_string(there) + " durable"));
    EXPECT_GT(there, 1);
}

}  // namespace
}  // namespace mayhem::stores
