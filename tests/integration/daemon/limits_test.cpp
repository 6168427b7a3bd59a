// Proves by real processes that only one daemon works with a database, and that an open breaker holds until
// `mayhem resume`.
#include <csignal>
#include <stdexcept>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

/// Answers every request on a port of its own with 204.
class healthy_server {
public:
    healthy_server() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address_;
        auto* const address = reinterpret_cast<sockaddr*>(&address_);
        if (::bind(socket_, address, size) != 0 || ::listen(socket_, 16) != 0 ||
            ::getsockname(socket_, address, &size) != 0) {
            throw std::runtime_error("cannot listen");
        }
        thread_ = std::jthread([this] { serve(); });
    }
    ~healthy_server() {
        ::shutdown(socket_, SHUT_RDWR);
        thread_.join();
        ::close(socket_);
    }
    healthy_server(const healthy_server&) = delete;
    healthy_server& operator=(const healthy_server&) = delete;

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(ntohs(address_.sin_port)); }

private:
    void serve() const {
        for (int client = ::accept(socket_, nullptr, nullptr); client >= 0;
             client = ::accept(socket_, nullptr, nullptr)) {
            char request[4096];
            const std::string answer = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
            if (::recv(client, request, sizeof request, 0) > 0) {
                (void)::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
            }
            ::close(client);
        }
    }

    int socket_;
    sockaddr_in address_{};
    std::jthread thread_;
};

}  // namespace

TEST(LimitsTest, ASecondDaemonOnTheSameDatabaseIsRefusedAndToldWhoHasIt) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::vector<std::string> command{mayhem, "run", "--store", store};
    program first(command);
    ASSERT_TRUE(first.says("Mayhem is running"));

    const finished second = run(command);

    EXPECT_EQ(second.ended, "exit 74");
    EXPECT_THAT(second.log, HasSubstr("another mayhem (pid " + std::to_string(first.pid()) + ")"));
    first.kill(SIGKILL);
    EXPECT_EQ(first.end(), "signal 9");
    program third(command);
    EXPECT_TRUE(third.says("Mayhem is running"));
    third.kill(SIGTERM);
    EXPECT_EQ(third.end(), "exit 0");
}

TEST(LimitsTest, ABreakerThatOpenedHoldsOverARestartUntilItIsResumed) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string marker = "4711." + std::to_string(::getpid());
    const std::string config = folder.write(
        "mayhem.toml",
        "dry_run = false\n[group.sleepers]\ndriver = \"process\"\nallow_terminal = true\ncommand_line = \"sleep " +
            marker + "\"\nmean_time_between = \"100ms\"\nrecovery_timeout = \"300ms\"\nrecovery_poll = \"50ms\"\n");
    const std::vector<std::string> command{mayhem, "run", "-c", config, "--store", store};
    {
        program sleeper({"/usr/bin/sleep", marker});
        program daemon(command);
        ASSERT_TRUE(daemon.says("the breaker opens: sleep[")) << daemon.log();
        EXPECT_TRUE(daemon.says("\"mayhem resume sleepers\" closes it"));
        ASSERT_TRUE(eventually([&store] {
            return SQLite::Database(store, SQLite::OPEN_READWRITE, 5000)
                       .execAndGet("SELECT count(*) FROM breakers")
                       .getInt() > 0;
        }));
        EXPECT_EQ(sleeper.end(), "signal 15");
        daemon.kill(SIGKILL);
        EXPECT_EQ(daemon.end(), "signal 9");
    }
    program spared({"/usr/bin/sleep", marker});
    program daemon(command);
    ASSERT_TRUE(daemon.says("breaker_open")) << daemon.log();
    const finished why =
        run({mayhem, "why", "-c", config, "--store", store, "sleep[" + std::to_string(spared.pid()) + "]"});
    EXPECT_EQ(why.ended, "exit 1");
    EXPECT_THAT(why.out, HasSubstr("breaker_open       YES      open: sleep["));
    EXPECT_FALSE(is_gone(spared.pid()));

    const finished resumed = run({mayhem, "resume", "sleepers", "-c", config, "--store", store});

    EXPECT_EQ(resumed.ended, "exit 0") << resumed.log;
    EXPECT_EQ(spared.end(), "signal 15");
    EXPECT_TRUE(daemon.says("the breaker was closed"));
    EXPECT_EQ(run({mayhem, "resume", "other", "-c", config, "--store", store}).ended, "exit 1");
}

TEST(LimitsTest, EligibleAndWhyTellWhoCouldBeHit) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string marker = "4712." + std::to_string(::getpid());
    const program sleeper({"/usr/bin/sleep", marker});
    const std::string name = "sleep[" + std::to_string(sleeper.pid()) + "]";
    const auto config = [&](const std::string& more) {
        return folder.write(
            "mayhem.toml",
            "dry_run = false\n[group.sleepers]\ndriver = \"process\"\nallow_terminal = true\ncommand_line = \"sleep " +
                marker + "\"\nmean_time_between = \"1h\"\n" + more);
    };
    ASSERT_TRUE(eventually([&] {
        return run({mayhem, "eligible", "-c", config(""), "--store", store}).out.find(name) != std::string::npos;
    }));

    EXPECT_EQ(run({mayhem, "eligible", "-c", config(""), "--store", store}).ended, "exit 0");
    const finished young = run({mayhem, "eligible", "-c", config("min_age = \"1h\"\n"), "--store", store});
    EXPECT_EQ(young.ended, "exit 1");
    EXPECT_THAT(young.out, HasSubstr("no: too_young"));
    const finished open = run({mayhem, "why", name, "-c", config("timezone = \"Asia/Kathmandu\"\n"), "--store", store});
    EXPECT_THAT(open.out,
                ContainsRegex("within the hours: it is [A-Z][a-z]{2} 20[0-9-]{8} [0-9:]{5} in Asia/Kathmandu, "
                              "the hours are 00:00-24:00"));
    const finished unsteady =
        run({mayhem, "why", name, "-c", config("probe = {command = [\"false\"]}\n"), "--store", store});
    EXPECT_EQ(unsteady.ended, "exit 1");
    EXPECT_THAT(unsteady.out, HasSubstr("'false' exited with status 1"));
    const finished steady =
        run({mayhem, "why", name, "-c", config("probe = {command = [\"true\"]}\n"), "--store", store});
    EXPECT_EQ(steady.ended, "exit 0") << steady.out << steady.log;
    const finished closed =
        run({mayhem, "why", name, "-c", config("probe = {tcp = \"127.0.0.1:1\"}\n"), "--store", store});
    EXPECT_THAT(closed.out, HasSubstr("127.0.0.1:1 cannot be reached: Connection refused"));
    const finished unanswered =
        run({mayhem, "why", name, "-c", config("probe = {http = \"http://127.0.0.1:1/\"}\n"), "--store", store});
    EXPECT_EQ(unanswered.ended, "exit 1") << unanswered.out;
    const healthy_server server;
    for (const std::string& probe :
         {"tcp = \"" + server.address() + "\"", "http = \"http://" + server.address() + "/health\", status = 204"}) {
        const finished passes = run({mayhem, "why", name, "-c", config("probe = {" + probe + "}\n"), "--store", store});
        EXPECT_EQ(passes.ended, "exit 0") << passes.out << passes.log;
    }
    const finished wrong = run({mayhem, "why", name, "-c",
                                config("probe = {http = \"http://" + server.address() + "/\"}\n"), "--store", store});
    EXPECT_THAT(wrong.out, HasSubstr("answered with 204, not 200"));
    EXPECT_FALSE(is_gone(sleeper.pid()));
}

}  // namespace mayhem::testing
