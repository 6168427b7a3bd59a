// SIGHUP with a config file: a good one takes effect, a bad one changes nothing and says why. D13.

#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

std::string herds(int count) {
    std::string config;
    for (int number = 1; number <= count; ++number) {
        config += "[group.herd" + std::to_string(number) + "]\ndriver = \"simulated\"\nmean_time_between = \"20ms\"\n";
    }
    return config;
}

const std::string idle = "[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"100h\"\n";

/// Hears what the daemon tells systemd.
class notify_socket {
public:
    explicit notify_socket(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    ~notify_socket() { ::close(fd_); }
    notify_socket(const notify_socket&) = delete;
    notify_socket& operator=(const notify_socket&) = delete;

    /// Whether it is told something with `part` in it soon; what came before that is gone.
    bool hears(std::string_view part) {
        return eventually([&] {
            std::string told(4096, '\0');
            const ssize_t size = ::recv(fd_, told.data(), told.size(), MSG_DONTWAIT);
            told.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
            return told.find(part) != std::string::npos;
        });
    }

private:
    int fd_;
};

/// The daemon is started with one config and is to go on with another.
class ReloadTest : public ::testing::Test {
protected:
    std::vector<std::string> run_with(const std::string& text) const {
        return {mayhem, "run", "-c", folder.write("mayhem.toml", text), "--store", store};
    }

    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string config = folder / "mayhem.toml";
};

}  // namespace

TEST_F(ReloadTest, AGoodFileTakesEffect) {
    program daemon(run_with(herds(1)));
    ASSERT_TRUE(daemon.says("1 group"));
    ASSERT_TRUE(daemon.says("Refused to restart"));

    (void)folder.write("mayhem.toml", "dry_run = false\n" + herds(2));
    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("armed; 2 groups")) << daemon.log();
    EXPECT_TRUE(daemon.says("Restarted ", daemon.log().find("2 groups")));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_EQ(read_record(store).count("running"), 0);
}

TEST_F(ReloadTest, ABadFileChangesNothingAndSaysWhy) {
    program daemon(run_with(herds(1)));
    ASSERT_TRUE(daemon.says("Refused to restart"));

    (void)folder.write("mayhem.toml", herds(1) + "recovery_timeot = \"1s\"\n");
    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("stays as it was")) << daemon.log();
    EXPECT_NE(daemon.log().find(config + ":4:1: "), std::string::npos) << daemon.log();
    EXPECT_NE(daemon.log().find("recovery_timeout"), std::string::npos) << daemon.log();
    EXPECT_TRUE(daemon.says("Refused to restart", daemon.log().size()));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
}

TEST_F(ReloadTest, LeavesEveryMessageOfBothFlowsOnRecord) {
    program daemon(run_with("dry_run = false\n" + herds(1)));
    ASSERT_TRUE(daemon.says("Done. "));

    daemon.kill(SIGHUP);  // the new flow must not draw the message ids of the old one again

    ASSERT_TRUE(daemon.says("Reloading"));
    ASSERT_TRUE(daemon.says("Mayhem is running", daemon.log().find("Reloading")));
    ASSERT_TRUE(daemon.says("Done. ", daemon.log().rfind("Mayhem is running")));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    const std::string log = daemon.log();
    const std::string published = "published=";
    const std::size_t at = log.find(published);
    ASSERT_NE(at, std::string::npos) << log;
    EXPECT_GE(static_cast<int>(read_record(store).ids.size()), std::stoi(log.substr(at + published.size())));
}

TEST_F(ReloadTest, NamesWhatCannotChangeAndGoesOnWithIt) {
    program daemon(run_with(herds(1)));
    ASSERT_TRUE(daemon.says("Refused to restart"));

    (void)folder.write("mayhem.toml", "[store]\npath = \"" + (folder / "other.db") +
                                          "\"\n[control]\nlisten = \"127.0.0.1:0\"\nsocket = \"" +
                                          (folder / "other.sock") + "\"\n" + herds(2));
    for (int i = 0; i < 2; ++i) {  // the second time it still cannot
        const std::size_t before = daemon.log().size();
        daemon.kill(SIGHUP);
        ASSERT_TRUE(daemon.says("2 groups", before)) << daemon.log();
        for (const std::string key : {"[store] path", "[control] socket", "[control] listen"}) {
            EXPECT_TRUE(daemon.says("WARNING: A change of " + key + " takes effect only at the next start", before))
                << daemon.log();
        }
    }

    EXPECT_FALSE(std::filesystem::exists(folder / "other.db"));
    EXPECT_FALSE(std::filesystem::exists(folder / "other.sock"));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
}

TEST_F(ReloadTest, OneThatIsAskedForDuringAnotherIsNotLost) {
    program daemon(run_with(herds(1)));
    ASSERT_TRUE(daemon.says("Done. "));
    held_database other(store);  // a reload waits for the record, too
    const std::size_t before = daemon.log().size();
    (void)folder.write("mayhem.toml", "[store]\npath = \"" + (folder / "other.db") + "\"\n" + herds(2));
    daemon.kill(SIGHUP);
    ASSERT_TRUE(daemon.says("takes effect only at the next start", before)) << daemon.log();  // the file is read

    (void)folder.write("mayhem.toml", herds(3));
    daemon.kill(SIGHUP);
    std::this_thread::sleep_for(std::chrono::milliseconds{500});  // so that it comes during the first
    other.release();

    EXPECT_TRUE(daemon.says("3 groups", before)) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
}

TEST_F(ReloadTest, WaitsForTheRecordHoweverLongThatTakes) {
    program daemon(run_with(idle));
    ASSERT_TRUE(daemon.says("1 group"));
    const std::size_t before = daemon.log().size();
    held_database other(store);

    (void)folder.write("mayhem.toml", herds(2));
    daemon.kill(SIGHUP);
    ASSERT_TRUE(daemon.says("nothing runs without the record, retrying in 2 s", before)) << daemon.log();
    other.release();

    EXPECT_TRUE(daemon.says("2 groups", before)) << daemon.log();
    EXPECT_TRUE(daemon.says("Refused to restart", before)) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
}

TEST_F(ReloadTest, TellsSystemdHowFarItIs) {
    notify_socket systemd(folder / "notify");
    program daemon(run_with(idle), {.environment = {"NOTIFY_SOCKET=" + (folder / "notify")}, .in_child = {}});
    ASSERT_TRUE(systemd.hears("READY=1")) << daemon.log();
    held_database other(store);

    daemon.kill(SIGHUP);

    EXPECT_TRUE(systemd.hears("STATUS=reading " + config)) << daemon.log();
    EXPECT_TRUE(systemd.hears("STATUS=reloading, waits for the record: cannot write to the database")) << daemon.log();
    other.release();
    EXPECT_TRUE(systemd.hears("READY=1")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_TRUE(systemd.hears("STOPPING=1")) << daemon.log();
    EXPECT_EQ(daemon.end(), "exit 0");
}

TEST_F(ReloadTest, EndsWhenItIsToldToWhileItWaitsForTheRecord) {
    program daemon(run_with(idle));
    ASSERT_TRUE(daemon.says("1 group"));
    held_database other(store);
    daemon.kill(SIGHUP);
    ASSERT_TRUE(daemon.says("nothing runs without the record, retrying in 2 s")) << daemon.log();

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
}

TEST_F(ReloadTest, AFileThatIsGoneChangesNothing) {
    program daemon(run_with(herds(1)));
    ASSERT_TRUE(daemon.says("Refused to restart"));

    std::filesystem::remove(config);
    daemon.kill(SIGHUP);

    EXPECT_TRUE(daemon.says("stays as it was")) << daemon.log();
    EXPECT_TRUE(daemon.says("Refused to restart", daemon.log().size()));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
}

TEST_F(ReloadTest, AStormOfReloadsAndThenTheEnd) {
    program daemon(run_with("dry_run = false\n" + herds(3)));
    ASSERT_TRUE(daemon.says("Done. "));

    for (int i = 0; i < 50; ++i) {
        daemon.kill(SIGHUP);
        (void)eventually([] { return false; }, std::chrono::milliseconds{i % 10});
    }
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    const record r = read_record(store);
    EXPECT_EQ(r.count("running") + r.count("journalled"), 0);
    EXPECT_EQ(r.open_attempts, 0);
}

}  // namespace mayhem::testing
