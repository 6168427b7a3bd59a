#include "network_fault_bed.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mayhem::testing {

using nlohmann::json;

std::string ask(std::uint16_t port, std::chrono::milliseconds limit) {
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

page_server::page_server()
    : server_(
          [this](const std::string& address) {
              (void)folder_.write("index.html", "up\n");
              return std::vector<std::string>{"/bin/busybox", "httpd", "-f", "-p", address, "-h", folder_.path()};
          },
          "/", "up\n") {}

std::uint16_t page_server::port() const {
    return static_cast<std::uint16_t>(std::stoi(address().substr(address().rfind(':') + 1)));
}

void NetworkFaultTest::SetUpTestSuite() {
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0) << "run the tests as root";
    ASSERT_EQ(run({"/bin/ip", "link", "set", "lo", "up"}).ended, "exit 0");
}

void NetworkFaultTest::SetUp() { ASSERT_TRUE(server_.is_up() && other_.is_up()); }

std::vector<std::string> NetworkFaultTest::start(const std::string& length, const std::string& keys) const {
    const std::string config =
        "dry_run = false\nseed = 7\n[group.web]\ndriver = \"process\"\nname = \"busybox\"\n"
        "command_line = \"httpd -f -p " +
        server_.address() +
        "\"\nmean_time_between = \"200ms\"\nexpires_after = \"1h\"\n"
        "recovery_timeout = \"1h\"\nrecovery_poll = \"10ms\"\nstable_for = \"0s\"\n"
        "max_failures = 0\nallow_terminal = true\nfor = \"" +
        length + "\"\n" + keys;
    return {mayhem, "run", "-c", folder_.write("mayhem.toml", config), "--store", store_, "--socket", socket_};
}

std::string NetworkFaultTest::of_its_port() const {
    return "ports = [" + std::to_string(server_.port()) + "]\ndirection = \"in\"\npeers = \"127.0.0.0/8\"\n";
}

finished NetworkFaultTest::command(std::vector<std::string> words) const {
    words.insert(words.begin(), mayhem);
    return run(std::move(words));
}

json NetworkFaultTest::attempts() const {
    const finished history = command({"history", "--json", "--store", store_, "-c", folder_ / "mayhem.toml"});
    return json::parse(history.out)["attempts"];
}

json NetworkFaultTest::first_span() const {
    json found;
    for (const json& a : attempts()) {
        found = found.is_null() && a["span"].is_object() ? a : found;
    }
    return found;
}

bool NetworkFaultTest::is_back(std::chrono::milliseconds limit, std::chrono::milliseconds answers_within) const {
    return eventually([&] { return ask(server_.port(), answers_within) == "answer"; }, limit);
}

pid_t NetworkFaultTest::holder_of(const program& daemon) {
    const std::string list = "/proc/" + std::to_string(daemon.pid()) + "/task/" + std::to_string(daemon.pid());
    const std::string children = read_text(list + "/children");
    return children.empty() ? 0 : std::stoi(children);
}

void NetworkFaultTest::dies_at_any_moment(const std::vector<std::string>& daemon_command, const std::string& begun,
                                          std::chrono::milliseconds answers_within) {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    std::cout << "MAYHEM_TEST_SEED=" << seed << '\n';
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> moment(0, 400);
    std::uniform_int_distribution<int> whom(0, 2);
    int stood = 0;
    for (int round = 0; round < 50; ++round) {
        program daemon(daemon_command);
        const bool is_to_stand = round % 2 == 0;  // a moment after that; otherwise any, before it as well
        ASSERT_TRUE(daemon.says(is_to_stand ? begun : "Mayhem is running")) << daemon.log();
        std::this_thread::sleep_for(std::chrono::milliseconds{moment(random)});
        const pid_t holder = holder_of(daemon);
        stood += daemon.log().find(begun) != std::string::npos ? 1 : 0;
        const int who = whom(random);
        if (who == 2) {
            daemon.kill(SIGSTOP);  // or it would begin the next one at once
        }
        if (who != 0 && holder != 0) {
            (void)::kill(holder, SIGKILL);
        }
        if (who == 2 && holder != 0) {
            ASSERT_TRUE(is_back(is_back_within, answers_within))
                << "its holder alone was killed: round " << round << ", seed " << seed;
        }
        daemon.kill(SIGKILL);
        EXPECT_EQ(daemon.end(), "signal 9");
        ASSERT_TRUE(is_back(is_back_within, answers_within)) << "round " << round << ", seed " << seed << '\n'
                                                             << daemon.log();
        std::filesystem::remove(store_);
        std::filesystem::remove_all(folder_.path() / "spans");
    }
    EXPECT_GT(stood, 10) << "too seldom did anything stand";
}

}  // namespace mayhem::testing
