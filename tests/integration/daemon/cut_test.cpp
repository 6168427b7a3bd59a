// A server whose packets do not arrive is out of reach while that stands, and nobody else is; and it is reachable
// again, whatever becomes of Mayhem. With a real server and the kernel's packet filter, because only they can prove it:
// the rules are about one port of the loopback, on which this test's own server listens, in a network of its own.
// MAYHEM_TEST_SEED repeats the moments of the last test.

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "control_client.hpp"
#include "real_server.hpp"

namespace mayhem::testing {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// Whoever was cut off is reachable again within this, as promised.
constexpr std::chrono::seconds is_back_within{2};

/// What a request to a port of the loopback comes to: "answer", "refused", or "nothing" within a while.
std::string ask(std::uint16_t port, std::chrono::milliseconds limit = 700ms) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in to{
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    (void)::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    pollfd ready{.fd = fd, .events = POLLOUT, .revents = 0};
    std::string came = "nothing";
    if (::poll(&ready, 1, static_cast<int>(limit.count())) > 0) {
        const std::string request = "GET / HTTP/1.0\r\n\r\n";
        const bool is_sent = ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0;
        ready.events = POLLIN;
        char byte = 0;
        if (!is_sent) {
            came = "refused";
        } else if (::poll(&ready, 1, static_cast<int>(limit.count())) > 0) {
            came = ::recv(fd, &byte, 1, 0) == 1 ? "answer" : "refused";
        }
    }
    ::close(fd);
    return came;
}

/// Serves one page with busybox.
class page_server {
public:
    page_server()
        : server_(
              [this](const std::string& address) {
                  (void)folder_.write("index.html", "up\n");
                  return std::vector<std::string>{"/bin/busybox", "httpd", "-f", "-p", address, "-h", folder_.path()};
              },
              "/", "up\n") {}

    [[nodiscard]] bool is_up() const { return server_.is_up(); }
    [[nodiscard]] const std::string& address() const { return server_.address(); }
    [[nodiscard]] const program& get() const { return server_.get(); }
    [[nodiscard]] std::uint16_t port() const {
        return static_cast<std::uint16_t>(std::stoi(address().substr(address().rfind(':') + 1)));
    }

private:
    test_folder folder_;
    real_server server_;
};

class CutTest : public ::testing::Test {
protected:
    /// In a network of its own, so that nothing is written into the packet filter of the host.
    static void SetUpTestSuite() {
        ASSERT_EQ(::unshare(CLONE_NEWNET), 0) << "run the tests as root";
        ASSERT_EQ(run({"/bin/ip", "link", "set", "lo", "up"}).ended, "exit 0");
    }
    void SetUp() override { ASSERT_TRUE(server_.is_up() && other_.is_up()); }

    /// A daemon that does so to the server soon, and takes some milliseconds to look whether it is back.
    std::vector<std::string> start(const std::string& length, const std::string& keys = "action = \"cut\"\n") const {
        const std::string port = std::to_string(server_.port());
        const std::string config =
            "dry_run = false\nseed = 7\n[group.web]\ndriver = \"process\"\nname = \"busybox\"\n"
            "command_line = \"httpd -f -p " +
            server_.address() +
            "\"\nmean_time_between = \"200ms\"\nexpires_after = \"1h\"\n"
            "recovery_timeout = \"1h\"\nrecovery_poll = \"10ms\"\nstable_for = \"0s\"\n"
            "max_failures = 0\nallow_terminal = true\nfor = \"" +
            length + "\"\n" + keys +
            (keys.find("loss") == std::string::npos && keys.find("cut") == std::string::npos
                 ? ""
                 : "ports = [" + port + "]\ndirection = \"in\"\npeers = \"127.0.0.0/8\"\n");
        return {mayhem, "run", "-c", folder_.write("mayhem.toml", config), "--store", store_, "--socket", socket_};
    }
    finished command(std::vector<std::string> words) const {
        words.insert(words.begin(), mayhem);
        return run(std::move(words));
    }
    json attempts() const {
        const finished history = command({"history", "--json", "--store", store_, "-c", folder_ / "mayhem.toml"});
        return json::parse(history.out)["attempts"];
    }
    json first_span() const {
        json found;
        for (const json& a : attempts()) {
            found = a["span"].is_object() ? a : found;
        }
        return found;
    }
    bool is_back(std::chrono::milliseconds limit = is_back_within) const {
        return eventually([this] { return ask(server_.port(), 100ms) == "answer"; }, limit);
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
    const page_server server_;
    const page_server other_;
};

TEST_F(CutTest, IsOutOfReachForItsTimeAndNobodyElseIs) {
    program daemon(start("2s"));
    ASSERT_TRUE(daemon.says("Began cut of ")) << daemon.log();
    const std::string while_it_stands = ask(server_.port());
    const std::string of_others = ask(other_.port());
    const json standing = json::parse(get(socket_, "/v1/status"))["standing"];

    ASSERT_TRUE(daemon.says("Ended cut of ")) << daemon.log();
    ASSERT_TRUE(daemon.says("Recovered ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_TRUE(is_back());

    EXPECT_EQ(while_it_stands, "nothing") << daemon.log();
    EXPECT_EQ(of_others, "answer");
    ASSERT_EQ(standing.size(), 1U);
    EXPECT_EQ(standing[0]["done"], "cut off");
    EXPECT_EQ(standing[0]["how_to_see"].get<std::string>().find("nft list table inet mayhem_"), 0U);
    const json a = first_span();
    EXPECT_EQ(a["verdict"], "recovered") << a;
    EXPECT_EQ(a["action"], "cut");
    EXPECT_EQ(a["span"]["ended_by"], "time_over") << a;
    EXPECT_NE(a["span"]["effect"].get<std::string>().find(" packet"), std::string::npos) << a;
    EXPECT_NE(a["span"]["effect"], "no packet") << a;
}

TEST_F(CutTest, RejectedWhoTriesIsToldAtOnce) {
    program daemon(start("10m", "action = \"cut\"\nhow = \"reject\"\n"));
    ASSERT_TRUE(daemon.says("Began cut of ")) << daemon.log();

    EXPECT_EQ(ask(server_.port()), "refused") << daemon.log();
    EXPECT_EQ(ask(other_.port()), "answer");

    EXPECT_EQ(command({"halt", "--socket", socket_, "--why", "enough"}).ended, "exit 0");
    EXPECT_TRUE(is_back()) << daemon.log();
}

TEST_F(CutTest, WhoLosesSomePacketsIsSlowAndInReach) {
    program daemon(start("10m", "action = \"loss\"\nloss = 50\n"));
    ASSERT_TRUE(daemon.says("Began loss of ")) << daemon.log();
    int answers = 0;
    for (int i = 0; i < 20; ++i) {
        answers += ask(server_.port(), 250ms) == "answer" ? 1 : 0;
    }

    EXPECT_GT(answers, 0);
    EXPECT_LT(answers, 20);
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_TRUE(is_back());
}

TEST_F(CutTest, AProcessThatSharesItsPacketsWithOthersIsLeftAlone) {
    program daemon(start("10m", "action = \"dns\"\n"));

    ASSERT_TRUE(daemon.says("shares_its_cgroup")) << daemon.log();
    EXPECT_EQ(ask(server_.port()), "answer");
}

TEST_F(CutTest, ADaemonThatIsStoppedProlongsNothing) {
    program daemon(start("2s"));
    ASSERT_TRUE(daemon.says("Began cut of ")) << daemon.log();

    daemon.kill(SIGSTOP);
    const bool is_back_in_time = is_back(5s);
    daemon.kill(SIGCONT);

    EXPECT_TRUE(is_back_in_time);
}

TEST_F(CutTest, ItsServerKilledTheHolderEnds) {
    program daemon(start("10m"));
    ASSERT_TRUE(daemon.says("Began cut of ")) << daemon.log();
    const pid_t holder = holder_of(daemon);
    ASSERT_NE(holder, 0);

    server_.get().kill(SIGKILL);

    EXPECT_TRUE(eventually([&] { return is_gone(holder); }, 5s));
    ASSERT_TRUE(daemon.says("Ended cut of ")) << daemon.log();
}

TEST_F(CutTest, ADeathAtAnyMomentUndoesItWithoutANextStart) {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    std::cout << "MAYHEM_TEST_SEED=" << seed << '\n';
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> moment(0, 400);
    std::uniform_int_distribution<int> whom(0, 2);
    int stood = 0;
    for (int round = 0; round < 50; ++round) {
        program daemon(start("10m"));
        ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
        std::this_thread::sleep_for(std::chrono::milliseconds{moment(random)});
        const pid_t holder = holder_of(daemon);
        stood += daemon.log().find("Began cut of ") != std::string::npos ? 1 : 0;
        const int who = whom(random);
        if (who != 0 && holder != 0) {
            (void)::kill(holder, SIGKILL);
        }
        if (who == 2 && holder != 0) {
            ASSERT_TRUE(is_back()) << "its holder alone was killed: round " << round << ", seed " << seed;
        }
        daemon.kill(SIGKILL);
        EXPECT_EQ(daemon.end(), "signal 9");
        ASSERT_TRUE(is_back()) << "round " << round << ", seed " << seed << '\n' << daemon.log();
        std::filesystem::remove(store_);
        std::filesystem::remove_all(folder_.path() / "spans");
    }
    EXPECT_GT(stood, 10) << "too seldom did anything stand";
}

}  // namespace

}  // namespace mayhem::testing
