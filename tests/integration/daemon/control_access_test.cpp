// The doors of the control socket on the running daemon: a socket that systemd passes, TCP with its token, a terminal.

#include <csignal>
#include <functional>
#include <memory>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "control_client.hpp"
#include "program.hpp"

namespace mayhem::testing {

namespace {

constexpr const char* herd = "[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"1h\"\n";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// A request over TCP on the loopback, and its answer.
std::string ask(int port, const std::string& first_line, const std::string& headers = {}) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    std::string answer;
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        const std::string request = first_line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers +
                                    "Content-Length: 0\r\n\r\n";
        (void)::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
        std::string piece(4096, '\0');
        for (ssize_t size = 0; (size = ::recv(fd, piece.data(), piece.size(), 0)) > 0;) {
            answer.append(piece, 0, static_cast<std::size_t>(size));
        }
    }
    ::close(fd);
    return answer;
}

/// A terminal of the test's own, and what was drawn on it.
class terminal {
public:
    terminal() : fd_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) {
        EXPECT_GE(fd_, 0);
        EXPECT_EQ(::grantpt(fd_) + ::unlockpt(fd_), 0);
        name_ = ::ptsname(fd_);
    }
    ~terminal() { ::close(fd_); }
    terminal(const terminal&) = delete;
    terminal& operator=(const terminal&) = delete;

    /// For a child: its standard output.
    [[nodiscard]] std::function<void()> as_output() const {
        return [name = name_] { ::dup2(::open(name.c_str(), O_RDWR | O_NOCTTY), STDOUT_FILENO); };
    }

    [[nodiscard]] const std::string& drawn() const noexcept { return drawn_; }

    /// How often `part` was drawn until now.
    [[nodiscard]] std::size_t count(std::string_view part) {
        std::string piece(4096, '\0');
        for (ssize_t size = 0; (size = ::read(fd_, piece.data(), piece.size())) > 0;) {
            drawn_.append(piece, 0, static_cast<std::size_t>(size));
        }
        std::size_t found = 0;
        for (std::size_t at = drawn_.find(part); at != std::string::npos; at = drawn_.find(part, at + 1)) {
            ++found;
        }
        return found;
    }

private:
    int fd_;
    std::string name_;
    std::string drawn_;
};

}  // namespace

TEST(ControlAccessTest, ListensOnTheSocketThatSystemdPasses) {
    const test_folder folder;
    const std::string path = folder / "passed.sock";
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(fd, 8), 0);
    const std::string command = std::string("LISTEN_PID=$$ LISTEN_FDS=1 exec ") + mayhem + " run --store " +
                                (folder / "mayhem.db") + " --socket " + (folder / "other.sock");
    {
        // systemd listens before the service is there: whoever comes early waits, and is answered.
        const raw_connection early(path);
        ASSERT_TRUE(early.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        program daemon({"/bin/sh", "-c", command}, {.environment = {}, .in_child = [fd] {
                                                        ::dup2(fd, 3);
                                                        (void)::fcntl(3, F_SETFD, 0);  // it may have been 3 all along
                                                    }});

        EXPECT_TRUE(has(early.receive(), "200 OK")) << daemon.log();
        ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
        EXPECT_EQ(get(path, "/readyz"), "running\n");
        EXPECT_FALSE(std::filesystem::exists(folder / "other.sock"));
        daemon.kill(SIGTERM);
        EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    }
    EXPECT_TRUE(std::filesystem::exists(path));  // it is systemd's
    ::close(fd);
}

TEST(ControlAccessTest, OverTcpToActTakesTheToken) {
    const test_folder folder;
    const std::string token = folder.write("token", "correct horse battery\n");
    std::filesystem::permissions(token, std::filesystem::perms{0600});
    const std::string config = std::string("[control]\nlisten = \"127.0.0.1:0\"\ntoken_file = \"") + token + "\"\n";
    program daemon({mayhem, "run", "-c", folder.write("mayhem.toml", config + herd), "--store", folder / "mayhem.db",
                    "--socket", folder / "control.sock"});
    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
    const std::string log = daemon.log();
    const std::string before = "listens on 127.0.0.1:";
    const int port = std::stoi(log.substr(log.find(before) + before.size()));

    EXPECT_TRUE(has(ask(port, "GET /v1/status"), "200 OK"));
    for (const char* what : {"POST /v1/halt", "POST /v1/resume", "POST /v1/restart", "POST /v1/drain"}) {
        EXPECT_TRUE(has(ask(port, what), "401 Unauthorized")) << what;
        EXPECT_TRUE(has(ask(port, what, "Authorization: Bearer correct horse batterz\r\n"), "401 ")) << what;
        EXPECT_TRUE(has(ask(port, what, "Authorization: Basic correct horse battery\r\n"), "401 ")) << what;
    }
    EXPECT_TRUE(has(get(folder / "control.sock", "/v1/status"), "\"is_halted\": false"));
    EXPECT_TRUE(has(ask(port, "POST /v1/restart", "Authorization: Bearer correct horse battery\r\n"), "400 Bad"));
    EXPECT_TRUE(has(ask(port, "POST /v1/halt", "Authorization: Bearer correct horse battery\r\n"), "200 OK"));
    EXPECT_TRUE(has(get(folder / "control.sock", "/v1/status"), "\"is_halted\": true"));
    EXPECT_FALSE(has(daemon.log(), "correct horse")) << "the token is in the log";
}

TEST(ControlAccessTest, WatchDrawsInPlaceOnATerminalAndOnlyThere) {
    const test_folder folder;
    const std::string socket = folder / "control.sock";
    program daemon({mayhem, "run", "--store", folder / "mayhem.db", "--socket", socket});
    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
    const std::vector<std::string> watch{mayhem, "status", "--watch", "--socket", socket};
    terminal screen;
    {
        const program on_terminal(watch, {.environment = {}, .in_child = screen.as_output()});
        EXPECT_TRUE(eventually([&] { return screen.count("Mayhem ") >= 3; })) << screen.drawn();
    }
    program to_a_file(watch);
    EXPECT_TRUE(eventually([&] { return has(to_a_file.out(), "Mayhem "); }));

    EXPECT_EQ(screen.count("\x1b[H"), screen.count("Mayhem "));  // home before each picture
    EXPECT_TRUE(screen.drawn().starts_with("\x1b[H")) << screen.drawn();
    EXPECT_GE(screen.count("\x1b[J"), 2U);
    EXPECT_FALSE(has(to_a_file.out(), "\x1b"));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_EQ(to_a_file.end(), "exit 69");
}

TEST(ControlAccessTest, WatchOnATerminalWaitsForADaemonThatWentAway) {
    const test_folder folder;
    const std::string socket = folder / "control.sock";
    const std::vector<std::string> start{mayhem, "run", "--store", folder / "mayhem.db", "--socket", socket};
    auto daemon = std::make_unique<program>(start);
    ASSERT_TRUE(daemon->says("Mayhem is running")) << daemon->log();
    terminal screen;
    const program watch({mayhem, "status", "--watch", "--socket", socket},
                        {.environment = {}, .in_child = screen.as_output()});
    ASSERT_TRUE(eventually([&] { return screen.count("is running") >= 1; })) << screen.drawn();

    daemon->kill(SIGTERM);
    EXPECT_EQ(daemon->end(), "exit 0");
    EXPECT_TRUE(eventually([&] { return screen.count("Looking again every second.") >= 1; })) << screen.drawn();
    const std::size_t before = screen.count("is running");
    daemon = std::make_unique<program>(start);

    EXPECT_TRUE(eventually([&] { return screen.count("is running") > before; })) << screen.drawn();
}

}  // namespace mayhem::testing
