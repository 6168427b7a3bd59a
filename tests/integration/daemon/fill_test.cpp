// A file system is full for a while, and as it was before whatever becomes of Mayhem; others on it are left with what
// they are to be left with; and no name, link or mount makes it the file system of the host. With real file systems, in
// a mount namespace of this test's own, because only the kernel can prove it.
// MAYHEM_TEST_SEED repeats the moments of the last test.

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "control_client.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr std::uint64_t mib = 1U << 20U;

/// Who filled has given it back within this, as promised.
constexpr std::chrono::seconds is_back_within{2};

/// What can be used there, and what is.
struct usage {
    std::uint64_t usable = 0;
    std::uint64_t used = 0;
    [[nodiscard]] std::uint64_t percent() const { return used * 100 / usable; }
    [[nodiscard]] std::uint64_t available() const { return usable - used; }
};

usage look(const std::string& directory) {
    struct statvfs s{};
    EXPECT_EQ(::statvfs(directory.c_str(), &s), 0) << directory;
    const std::uint64_t used = (s.f_blocks - s.f_bfree) * s.f_frsize;
    return {.usable = used + s.f_bavail * s.f_frsize, .used = used};
}

class FillTest : public ::testing::Test {
protected:
    /// Where nothing that is mounted is seen by anybody else, and all of it ends with this process.
    static void SetUpTestSuite() {
        ASSERT_EQ(::unshare(CLONE_NEWNS), 0) << "run the tests as root";
        ASSERT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    }
    void SetUp() override {
        std::filesystem::create_directory(disk_);
        ASSERT_EQ(::mount("tmpfs", disk_.c_str(), "tmpfs", 0, "size=300m"), 0);
    }
    void TearDown() override { (void)::umount2(disk_.c_str(), MNT_DETACH); }

    [[nodiscard]] std::string keys(const std::string& directory, int fill_to = 70) const {
        return "action = \"fill\"\ndirectory = \"" + directory + "\"\nfill_to = " + std::to_string(fill_to) +
               "\nkeep_free = \"64 MiB\"\n";
    }
    /// A daemon that fills soon, for so long.
    [[nodiscard]] std::vector<std::string> start(const std::string& length, const std::string& of_group) const {
        const std::string config = herd_.config("200ms", "seed = 7\n", "1h") + "for = \"" + length + "\"\n" + of_group;
        return {mayhem, "run", "-c", folder_.write("mayhem.toml", config), "--store", store_, "--socket", socket_};
    }
    [[nodiscard]] finished command(std::vector<std::string> words) const {
        words.insert(words.begin(), mayhem);
        return run(std::move(words));
    }
    [[nodiscard]] json first_attempt(const std::string& key) const {
        const finished history = command({"history", "--json", "--store", store_, "-c", folder_ / "mayhem.toml"});
        const json all = json::parse(history.out)["attempts"];
        json found;
        for (const json& a : all) {
            found = a[key].is_null() ? found : a;
        }
        return found;
    }
    [[nodiscard]] bool is_as_before(std::chrono::milliseconds limit = is_back_within) const {
        return eventually([this] { return look(disk_).used == before_; }, limit);
    }
    /// The process that holds it up; 0: nobody does.
    static pid_t holder_of(const program& daemon) {
        const std::string list = "/proc/" + std::to_string(daemon.pid()) + "/task/" + std::to_string(daemon.pid());
        const std::string children = read_text(list + "/children");
        return children.empty() ? 0 : std::stoi(children);
    }

    const test_folder folder_;
    const std::string store_ = folder_ / "mayhem.db";
    const std::string socket_ = folder_ / "control.sock";
    const std::string disk_ = folder_ / "disk";
    const std::uint64_t before_ = 0;
    const workers herd_{1};
};

TEST_F(FillTest, IsFullForItsTimeAndNoLongerAndTheRecordSaysSo) {
    program daemon(start("2s", keys(disk_)));
    ASSERT_TRUE(daemon.says("Began fill of ")) << daemon.log();
    const usage full = look(disk_);
    const bool is_nameless = std::filesystem::is_empty(disk_);
    const json standing = json::parse(get(socket_, "/v1/status"))["standing"];

    ASSERT_TRUE(daemon.says("Ended fill of ")) << daemon.log();
    ASSERT_TRUE(daemon.says("Recovered ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_TRUE(is_as_before());

    EXPECT_EQ(full.percent(), 70U);
    EXPECT_TRUE(is_nameless);
    EXPECT_NE(daemon.log().find("takes 210 MiB from everybody who writes on " + disk_ +
                                " (tmpfs), of whose 300 MiB 0 % are in use"),
              std::string::npos)
        << daemon.log();
    ASSERT_EQ(standing.size(), 1U);
    EXPECT_EQ(standing[0]["done"], "short of disk space");
    EXPECT_EQ(standing[0]["how_to_see"], "df -h '" + disk_ + "'; lsof -nP +L1 '" + disk_ + "'");
    const json a = first_attempt("span");
    EXPECT_EQ(a["verdict"], "recovered") << a;
    EXPECT_EQ(a["action"], "fill");
    EXPECT_EQ(a["span"]["ended_by"], "time_over") << a;
    EXPECT_EQ(a["span"]["effect"], "from 0 % to 70 %, 210 MiB") << a;
}

TEST_F(FillTest, OthersGetBackWhatTheyAreToHave) {
    program daemon(start("10m", keys(disk_)));
    ASSERT_TRUE(daemon.says("Began fill of ")) << daemon.log();
    const std::string block(mib, 'x');
    std::uint64_t written = 0;
    bool has_failed = false;
    std::ofstream file(disk_ + "/theirs", std::ios::binary);
    for (; written < 150 && !has_failed; ++written) {  // of the 90 that are left
        has_failed = !file.write(block.data(), static_cast<std::streamsize>(block.size())).flush();
        std::this_thread::sleep_for(20ms);
    }

    EXPECT_FALSE(has_failed) << "no space was left after " << written << " MiB\n" << daemon.log();
    EXPECT_TRUE(eventually([this] { return look(disk_).available() >= 64 * mib; }, 2s));
    EXPECT_EQ(command({"halt", "--socket", socket_, "--why", "enough"}).ended, "exit 0");
    EXPECT_TRUE(eventually([this] { return look(disk_).used == 150 * mib; }, is_back_within)) << daemon.log();
    ASSERT_TRUE(daemon.says("Ended fill of ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    const json a = first_attempt("span");
    EXPECT_NE(a["span"]["effect"].get<std::string>().find("of it given back"), std::string::npos) << a;
}

TEST_F(FillTest, TheHostsOwnIsNeverFilledByWhateverNameItIsCalled) {
    const std::string link = disk_ + "/link";
    const std::string bind = disk_ + "/bind";
    std::filesystem::create_directory_symlink("/usr", link);
    std::filesystem::create_directory(bind);
    ASSERT_EQ(::mount("/usr", bind.c_str(), nullptr, MS_BIND, nullptr), 0);
    for (const std::string& directory : {std::string("/"), link, bind}) {
        program daemon(start("10m", keys(directory)));
        ASSERT_TRUE(daemon.says("is never filled")) << daemon.log();
        ASSERT_TRUE(daemon.says(": protected")) << daemon.log();
        daemon.kill(SIGTERM);
        EXPECT_EQ(daemon.end(), "exit 0");
        std::filesystem::remove(store_);
    }
    (void)::umount2(bind.c_str(), MNT_DETACH);
}

TEST_F(FillTest, WhereMayhemItselfKeepsItsStateNothingIsFilled) {
    const std::string config = herd_.config("200ms", "seed = 7\n", "1h") + keys(disk_);
    const std::string file = folder_.write("mayhem.toml", config);
    const std::string own = disk_ + "/mayhem.db";
    program daemon({mayhem, "run", "-c", file, "--store", own, "--socket", socket_});

    ASSERT_TRUE(daemon.says("which is Mayhem's own, which is never filled")) << daemon.log();
    ASSERT_TRUE(daemon.says(": protected")) << daemon.log();
    EXPECT_LT(look(disk_).percent(), 10U);
}

TEST_F(FillTest, ADaemonThatIsStoppedProlongsNothing) {
    program daemon(start("2s", keys(disk_)));
    ASSERT_TRUE(daemon.says("Began fill of ")) << daemon.log();

    daemon.kill(SIGSTOP);
    const bool is_back_in_time = is_as_before(5s);
    daemon.kill(SIGCONT);

    EXPECT_TRUE(is_back_in_time);
}

TEST_F(FillTest, OnADiskTheReserveOfRootIsLeftAlone) {
    const std::string image = folder_ / "image";
    ASSERT_EQ(run({"/bin/sh", "-c", "truncate -s 400M '" + image + "' && mkfs.ext4 -q -F '" + image + "'"}).ended,
              "exit 0");
    const std::string ext4 = folder_ / "ext4";
    std::filesystem::create_directory(ext4);
    if (const finished mounted = run({"/bin/mount", "-o", "loop", image, ext4}); mounted.ended != "exit 0") {
        GTEST_SKIP() << "this host mounts no image: " << mounted.log;
    }
    const usage before = look(ext4);
    program daemon(start("10m", keys(ext4, 80)));
    ASSERT_TRUE(daemon.says("Began fill of ")) << daemon.log();
    const usage full = look(ext4);

    daemon.kill(SIGKILL);

    EXPECT_EQ(daemon.end(), "signal 9");
    EXPECT_TRUE(eventually([&] { return look(ext4).used == before.used; }, is_back_within));
    EXPECT_NEAR(static_cast<double>(full.percent()), 80, 1);
    (void)::umount2(ext4.c_str(), MNT_DETACH);
}

TEST_F(FillTest, ADeathAtAnyMomentUndoesItWithoutANextStart) {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    std::cout << "MAYHEM_TEST_SEED=" << seed << '\n';
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> moment(0, 400);
    std::uniform_int_distribution<int> whom(0, 2);
    int stood = 0;
    for (int round = 0; round < 50; ++round) {
        program daemon(start("10m", keys(disk_)));
        ASSERT_TRUE(daemon.says(round % 2 == 0 ? "Mayhem is running" : "Began fill of ")) << daemon.log();
        std::this_thread::sleep_for(std::chrono::milliseconds{moment(random)});
        const pid_t holder = holder_of(daemon);
        stood += daemon.log().find("Began fill of ") != std::string::npos ? 1 : 0;
        const int who = whom(random);
        if (who != 0 && holder != 0) {
            (void)::kill(holder, SIGKILL);
        }
        if (who == 2 && holder != 0) {
            ASSERT_TRUE(eventually([&] { return is_gone(holder); }, is_back_within)) << "round " << round;
        }
        daemon.kill(SIGKILL);
        EXPECT_EQ(daemon.end(), "signal 9");
        ASSERT_TRUE(is_as_before()) << "round " << round << ", seed " << seed << '\n' << daemon.log();
        ASSERT_TRUE(std::filesystem::is_empty(disk_));
        std::filesystem::remove(store_);
        std::filesystem::remove_all(folder_.path() / "spans");
    }
    EXPECT_GT(stood, 10) << "too seldom did anything stand";
}

}  // namespace

}  // namespace mayhem::testing
