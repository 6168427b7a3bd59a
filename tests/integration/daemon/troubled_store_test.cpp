// The database cannot be written: the disk is full, the folder is read-only, somebody else holds it, it is damaged.
// Nothing is then acted on without a record, the reason is said, and work goes on when it can.

#include <csignal>
#include <cstdlib>
#include <fstream>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

bool mounts_are_allowed() {
    return run({"unshare", "-m", "--propagation", "private", "sh", "-c", "mount -t tmpfs none /mnt"}).ended == "exit 0";
}

/// Fills the file system that `path` is on.
void fill_up(const std::string& path) {
    for (const std::size_t piece : {4096U, 1U}) {
        std::ofstream file(path, std::ios::app | std::ios::binary);
        while (file.write(std::string(piece, 'x').data(), static_cast<std::streamsize>(piece)).flush()) {
        }
    }
}

void expect_on_record(const std::map<std::string, int>& signals, const record& r) {
    for (const auto& [incarnation, count] : signals) {
        EXPECT_TRUE(r.messages_of(incarnation) > 0) << incarnation << " was signalled without a record";
    }
}

}  // namespace

TEST(TroubledStoreTest, WaitsWhileTheDiskIsFull) {
    if (!mounts_are_allowed()) {
        FAIL() << "no small file system may be mounted here: run the tests as root";
    }
    const test_folder folder;
    const std::string disk = folder / "disk";
    const std::string pid_file = folder / "pid";
    std::filesystem::create_directory(disk);
    const workers herd(4);
    const std::string config = folder.write("mayhem.toml", herd.config("500ms"));  // its log must not fill the disk
    const std::string script = folder.write("script",
                                            "mount -t tmpfs -o size=2m none \"$3\" || exit 98\n"
                                            "\"$1\" run -c \"$2\" --store \"$3/mayhem.db\" & echo $! >\"$4\"\n"
                                            "wait $!; status=$?\n"
                                            "cp \"$3\"/mayhem.db* \"$3/..\"\n"
                                            "exit $status\n");
    program p({"unshare", "-m", "--propagation", "private", "sh", script, mayhem, config, disk, pid_file});
    ASSERT_TRUE(p.says("Done. Acked")) << p.log();
    pid_t daemon = 0;
    ASSERT_TRUE(eventually([&] {
        daemon = std::atoi(read_text(pid_file).c_str());
        return daemon > 0;
    }));
    const std::string ballast = "/proc/" + std::to_string(daemon) + "/root" + disk + "/ballast";

    fill_up(ballast);
    ASSERT_TRUE(p.says("the disk is full")) << p.log();
    EXPECT_TRUE(p.says("publishes nothing, retrying")) << p.log();
    const auto before = herd.signals().size();
    (void)eventually([] { return false; }, std::chrono::seconds{1});
    EXPECT_LE(herd.signals().size(), before + 4);  // the ones that were on record already
    std::filesystem::remove(ballast);

    EXPECT_TRUE(p.says("Done. Acked", p.log().size())) << p.log();
    ::kill(daemon, SIGTERM);
    EXPECT_EQ(p.end(), "exit 0") << p.log();
    const record r = read_record(folder / "mayhem.db");
    EXPECT_EQ(r.integrity, "ok");
    EXPECT_EQ(r.count("running") + r.count("journalled"), 0);
    expect_on_record(herd.signals(), r);
}

TEST(TroubledStoreTest, WaitsWhileSomebodyElseHoldsTheDatabase) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const workers herd(4);
    program p({mayhem, "run", "-c", folder.write("mayhem.toml", herd.config("20ms")), "--store", store});
    ASSERT_TRUE(p.says("Done. Acked")) << p.log();
    held_database other(store);
    EXPECT_TRUE(p.says("another process holds it locked")) << p.log();
    other.release();

    EXPECT_TRUE(p.says("Done. Acked", p.log().size())) << p.log();
    p.kill(SIGTERM);
    EXPECT_EQ(p.end(), "exit 0") << p.log();
    expect_on_record(herd.signals(), read_record(store));
}

TEST(TroubledStoreTest, WaitsWhileTheFileIsNotInItsPlace) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string elsewhere = folder / "elsewhere.db";
    const workers herd(4);
    program p({mayhem, "run", "-c", folder.write("mayhem.toml", herd.config("20ms")), "--store", store});
    ASSERT_TRUE(p.says("Done. Acked")) << p.log();

    std::filesystem::rename(store, elsewhere);
    EXPECT_TRUE(p.says("the file was moved, replaced or deleted while it was open; put it back")) << p.log();
    std::filesystem::rename(elsewhere, store);

    EXPECT_TRUE(p.says("Done. Acked", p.log().size())) << p.log();
    p.kill(SIGTERM);
    EXPECT_EQ(p.end(), "exit 0") << p.log();
    const record r = read_record(store);
    EXPECT_EQ(r.integrity, "ok");
    expect_on_record(herd.signals(), r);
}

TEST(TroubledStoreTest, ActsOnNothingWithoutItsLogAndLosesNothingOfIt) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const workers herd(4);
    program p({mayhem, "run", "-c", folder.write("mayhem.toml", herd.config("20ms")), "--store", store});
    ASSERT_TRUE(p.says("Done. Acked")) << p.log();

    std::filesystem::remove(store + "-wal");
    std::filesystem::remove(store + "-shm");
    EXPECT_TRUE(p.says("(-wal, -shm) was moved, replaced or deleted while it was open")) << p.log();
    EXPECT_TRUE(p.says("start mayhem again: what was on record is in the file")) << p.log();
    p.kill(SIGKILL);
    (void)p.end();

    const record r = read_record(store);
    EXPECT_EQ(r.integrity, "ok");
    expect_on_record(herd.signals(), r);
}

TEST(TroubledStoreTest, ActsOnNothingOnceTheFileIsCutShort) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const workers herd(4);
    program p({mayhem, "run", "-c", folder.write("mayhem.toml", herd.config("20ms")), "--store", store});
    ASSERT_TRUE(p.says("Done. Acked")) << p.log();

    std::filesystem::resize_file(store, 0);

    EXPECT_TRUE(p.says("the file was cut short while it was open")) << p.log();
}

TEST(TroubledStoreTest, DoesNotStartWhileSomebodyElseHoldsTheDatabase) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    SQLite::Database other(store, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 5000);
    other.exec("BEGIN EXCLUSIVE");

    const finished f = run({mayhem, "run", "--store", store});

    EXPECT_EQ(f.ended, "exit 74");
    EXPECT_TRUE(has(f.log, "another process holds it locked")) << f.log;
}

TEST(TroubledStoreTest, DoesNotStartOnAFileThatIsNoDatabase) {
    const test_folder folder;
    const std::string store = folder.write("mayhem.db", std::string(10'000, 'x'));

    const finished f = run({mayhem, "run", "--store", store});

    EXPECT_EQ(f.ended, "exit 74");
    EXPECT_TRUE(has(f.log, "not a database")) << f.log;
    EXPECT_EQ(read_text(store), std::string(10'000, 'x'));
}

TEST(TroubledStoreTest, DoesNotStartOnADamagedDatabase) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    program first({mayhem, "run", "--store", store});
    ASSERT_TRUE(first.says("Done. "));
    first.kill(SIGTERM);
    ASSERT_EQ(first.end(), "exit 0");
    std::string bytes = read_text(store);
    ASSERT_GT(bytes.size(), 8192U);
    std::fill(bytes.begin() + 4096, bytes.end(), '\xa5');
    (void)folder.write("mayhem.db", bytes);

    const finished f = run({mayhem, "run", "--store", store});

    EXPECT_EQ(f.ended, "exit 74") << f.log;
    EXPECT_TRUE(has(f.log, "damaged")) << f.log;
}

TEST(TroubledStoreTest, DoesNotStartInAReadOnlyFolder) {
    if (!mounts_are_allowed()) {
        FAIL() << "no file system may be mounted here: run the tests as root";
    }
    const test_folder folder;
    const std::string disk = folder / "disk";
    std::filesystem::create_directory(disk);
    const std::string script = folder.write(
        "script", "mount -t tmpfs -o ro none \"$2\" || exit 98\nexec \"$1\" run --store \"$2/mayhem.db\"\n");

    const finished f = run({"unshare", "-m", "--propagation", "private", "sh", script, mayhem, disk});

    EXPECT_EQ(f.ended, "exit 74") << f.log;
    EXPECT_TRUE(has(f.log, "Read-only file system")) << f.log;
}

}  // namespace mayhem::testing
