// A daemon that has said HALTED is halted: whatever becomes of the halt file, of the record, of who asks meanwhile.

#include <csignal>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "control_client.hpp"
#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

using nlohmann::json;

constexpr const char* herd = "dry_run = false\n[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"100h\"\n";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

class HaltTest : public ::testing::Test {
protected:
    std::vector<std::string> start(const std::string& head = "") const {
        return {mayhem, "run", "-c", folder.write("mayhem.toml", head + herd), "--store", store, "--socket", socket};
    }
    std::vector<std::string> words(std::vector<std::string> words) const {
        words.insert(words.begin(), mayhem);
        words.insert(words.end(), {"--socket", socket});
        return words;
    }
    finished command(std::vector<std::string> asked) const { return run(words(std::move(asked))); }
    bool is_halted() const { return json::parse(get(socket, "/v1/status"))["halt"]["is_halted"]; }
    bool is_asked(const std::string& route) const {
        return has(get(socket, "/v1/tasks"), "control_routes::" + route + "(");
    }
    /// A link to itself: no such file, and nothing that says that there is none.
    void make_unreadable(const std::string& file) const {
        std::filesystem::create_symlink(file, file + ".loop");
        std::filesystem::rename(file + ".loop", file);
    }

    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string socket = folder / "control.sock";
};

TEST_F(HaltTest, AFileThatCannotBeLookedAtChangesNothing) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    (void)folder.write("halt", "the disk is being replaced\n");
    ASSERT_TRUE(daemon.says("the disk is being replaced"));

    make_unreadable(folder / "halt");

    EXPECT_TRUE(eventually([&] { return has(daemon.log(), "Too many levels") || has(daemon.log(), "Resumed"); }));
    EXPECT_TRUE(is_halted()) << daemon.log();
    std::filesystem::remove(folder / "halt");
    EXPECT_TRUE(daemon.says("Resumed by the removal of")) << daemon.log();
}

TEST_F(HaltTest, AFileThatCannotBeLookedAtHaltsAStart) {
    make_unreadable(folder / "halt");
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    EXPECT_TRUE(is_halted()) << daemon.log();
    EXPECT_TRUE(has(daemon.log(), (folder / "halt") + ": it cannot be looked at")) << daemon.log();

    const finished eligible = run({mayhem, "eligible", "-c", folder / "mayhem.toml", "--store", store});
    std::filesystem::remove(folder / "halt");

    EXPECT_EQ(eligible.ended, "exit 1") << eligible.out;
    EXPECT_TRUE(has(eligible.out, "halted")) << eligible.out;
    EXPECT_TRUE(daemon.says("Resumed by ")) << daemon.log();
    EXPECT_FALSE(is_halted());
}

TEST_F(HaltTest, AHaltThatComesWhileAResumeIsWrittenHolds) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    ASSERT_EQ(command({"halt", "--why", "first"}).ended, "exit 0");
    held_database other(store);
    program resume(words({"resume"}));
    ASSERT_TRUE(eventually([&] { return is_asked("resume"); }));

    program halt(words({"halt", "--why", "second"}));
    ASSERT_TRUE(eventually([&] { return is_asked("halt") || !halt.out().empty(); }));
    other.release();

    EXPECT_EQ(halt.end(), "exit 0") << halt.log();
    EXPECT_TRUE(has(halt.out(), "HALTED by ")) << halt.out();
    EXPECT_EQ(resume.end(), "exit 1") << resume.out();
    EXPECT_TRUE(is_halted()) << daemon.log();
    daemon.kill(SIGKILL);
    (void)daemon.end();
    program again(start());
    EXPECT_TRUE(again.says("Mayhem is running"));
    EXPECT_TRUE(is_halted()) << again.log();
}

TEST_F(HaltTest, AHaltThatCouldNotBeWrittenIsWrittenAsSoonAsItCan) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    held_database other(store);
    const finished halt = command({"halt", "--why", "first"});
    EXPECT_EQ(halt.ended, "exit 1");
    EXPECT_TRUE(has(halt.log, "only until the daemon ends")) << halt.log;
    EXPECT_TRUE(is_halted());

    other.release();

    EXPECT_TRUE(eventually([&] { return has(daemon.log(), "The halt is on record"); }, std::chrono::seconds{20}))
        << daemon.log();
    daemon.kill(SIGKILL);
    (void)daemon.end();
    program again(start());
    EXPECT_TRUE(again.says("Mayhem is running"));
    EXPECT_TRUE(is_halted()) << again.log();
}

TEST_F(HaltTest, AResumeThatCouldNotBeWrittenHasResumedNothing) {
    program daemon(start());
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    ASSERT_EQ(command({"halt"}).ended, "exit 0");
    held_database other(store);

    const finished resume = command({"resume"});

    EXPECT_EQ(resume.ended, "exit 1");
    EXPECT_TRUE(has(resume.log, "still halted")) << resume.log;
    EXPECT_TRUE(is_halted());
    other.release();
    EXPECT_TRUE(eventually([&] { return has(daemon.log(), "The halt is on record"); }, std::chrono::seconds{20}))
        << daemon.log();
    EXPECT_EQ(command({"resume"}).ended, "exit 0");
    EXPECT_FALSE(is_halted());
}

TEST_F(HaltTest, IsAnsweredWhileNobodyCanTellNames) {
    // Who opens /etc/passwd waits until somebody writes to it.
    const std::string script = folder.write(
        "script", "mkfifo \"$1/passwd\" && mount --bind \"$1/passwd\" /etc/passwd || exit 98\nshift; exec \"$@\"\n");
    std::vector<std::string> all{"unshare", "-m", "--propagation", "private", "sh", script, folder / "."};
    const std::vector<std::string> daemon_words = start();
    all.insert(all.end(), daemon_words.begin(), daemon_words.end());
    program daemon(all);
    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();

    const auto asked_at = std::chrono::steady_clock::now();
    const finished halt = command({"halt", "--why", "the directory is away"});
    const auto took = std::chrono::steady_clock::now() - asked_at;

    EXPECT_EQ(halt.ended, "exit 0") << halt.log;
    EXPECT_TRUE(has(halt.out, "HALTED by uid 0 (pid ")) << halt.out;
    EXPECT_LT(took, std::chrono::seconds{5});
    for (int i = 0; i < 6; ++i) {  // more than may hang at the same time
        EXPECT_EQ(command({"halt"}).ended, "exit 0");
    }
    EXPECT_EQ(command({"resume"}).ended, "exit 0");
    EXPECT_EQ(command({"drain"}).ended, "exit 0");
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
}

TEST_F(HaltTest, AFileWhoseServerIsAwayHaltsAStartAndHoldsNothingUp) {
    const std::string away = folder / "away";
    std::filesystem::create_directory(away);
    const program::options mounted{
        .environment = {}, .in_child = [&away] {
            // A file system that nobody serves: whoever looks into it waits.
            const int server = ::open("/dev/fuse", O_RDWR);
            const std::string data = "fd=" + std::to_string(server) + ",rootmode=40000,user_id=0,group_id=0";
            if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
                ::mount("away", away.c_str(), "fuse", 0, data.c_str()) != 0) {
                ::_exit(98);
            }
        }};

    program daemon(start("halt_file = \"" + away + "/halt\"\n"), mounted);

    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
    EXPECT_TRUE(has(daemon.log(), "away/halt: it cannot be looked at (no answer within 1 s)")) << daemon.log();
    EXPECT_TRUE(is_halted());
    ASSERT_EQ(command({"halt"}).ended, "exit 0");
    const std::size_t before = daemon.log().size();
    (void)start();
    daemon.kill(SIGHUP);
    EXPECT_TRUE(daemon.says("Resumed by the absence of", before)) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
}

TEST_F(HaltTest, AReloadWatchesTheNewFileAtOnce) {
    for (const char* name : {"config", "other"}) {  // what happens there is none of a watched folder's business
        std::filesystem::create_directory(folder / name);
    }
    const std::string config = folder.write("config/mayhem.toml", herd);
    program daemon({mayhem, "run", "-c", config, "--store", store, "--socket", socket});
    ASSERT_TRUE(daemon.says("Mayhem is running"));
    (void)eventually([] { return false; }, std::chrono::seconds{1});  // what the start did to the folder is over
    const std::size_t before = daemon.log().size();
    (void)folder.write("config/mayhem.toml", "halt_file = \"" + (folder / "other/stop") + "\"\n" + herd);
    daemon.kill(SIGHUP);
    ASSERT_TRUE(daemon.says("Mayhem is running", before)) << daemon.log();

    (void)folder.write("other/stop", "now\n");

    EXPECT_TRUE(eventually([&] { return is_halted(); }, std::chrono::seconds{10})) << daemon.log();
}

}  // namespace mayhem::testing
