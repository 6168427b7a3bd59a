// What the commands show of texts that others wrote, as a terminal gets it: a hook's output, and the answers of a
// daemon that means ill, played by the test on a socket of its own.

#include <thread>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "program.hpp"

namespace mayhem::testing {

namespace {

constexpr const char* hostile =
    "\x1b]0;pwned\x07\xc2\x9b"
    "2J\xe2\x80\xae";
constexpr const char* as_json = R"(\u001b]0;pwned\u0007\u009b2J\u202e)";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// ESC, BEL, CSI as one character and a change of direction: what `hostile` is made of.
bool drives_a_terminal(const std::string& text) {
    return has(text, "\x1b") || has(text, "\x07") || has(text, "\xc2\x9b") || has(text, "\xe2\x80\xae");
}

/// Answers every request on a Unix socket with the same bytes.
class evil_daemon {
public:
    evil_daemon(const std::string& path, const std::string& body)
        : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
          answer_("HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
                  "\r\n\r\n" + body) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(listener_, 8), 0);
        serving_ = std::thread([this] { serve(); });
    }
    ~evil_daemon() {
        (void)::shutdown(listener_, SHUT_RDWR);
        serving_.join();
        ::close(listener_);
    }
    evil_daemon(const evil_daemon&) = delete;
    evil_daemon& operator=(const evil_daemon&) = delete;

private:
    void serve() const {
        for (int fd = 0; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
            std::string request(4096, '\0');
            (void)::recv(fd, request.data(), request.size(), 0);
            (void)::send(fd, answer_.data(), answer_.size(), MSG_NOSIGNAL);
            ::close(fd);
        }
    }

    const int listener_;
    const std::string answer_;
    std::thread serving_;
};

}  // namespace

TEST(TerminalTest, NotifyShowsTheOutputOfAHookWithoutItsEscapes) {
    const test_folder folder;
    const std::string script = folder.write("hook.sh", std::string("printf '%s' '") + hostile + "'; exit 1\n");
    const std::string config = folder.write(
        "mayhem.toml", "[hook.evil]\ncommand = [\"/bin/sh\", \"" + script + "\"]\n[group.g]\ndriver = 'simulated'\n");

    const finished f = run({mayhem, "notify", "-c", config});

    EXPECT_EQ(f.ended, "exit 1") << f.log;
    EXPECT_TRUE(has(f.out, "pwned")) << "it is shown, but for what is not printable: " << f.out;
    EXPECT_FALSE(drives_a_terminal(f.out + f.log)) << f.out << f.log;
}

TEST(TerminalTest, NoCommandShowsTheEscapesOfADaemon) {
    const test_folder folder;
    const std::string socket = folder / "evil.sock";
    const evil_daemon daemon(socket, std::string(R"({"error": ")") + as_json + "\"}");

    const std::vector<std::vector<std::string>> commands{
        {"status"}, {"tasks"},          {"targets"},
        {"events"}, {"halt"},           {"resume"},
        {"drain"},  {"restart", "web"}, {"profile", "--seconds", "1", "-o", folder / "x.prof"}};

    for (const std::vector<std::string>& command : commands) {
        std::vector<std::string> all{mayhem};
        all.insert(all.end(), command.begin(), command.end());
        all.insert(all.end(), {"--socket", socket});

        const finished f = run(all);

        EXPECT_EQ(f.ended, "exit 1") << command.front() << f.log;
        EXPECT_TRUE(has(f.log, "pwned")) << command.front() << f.log;
        EXPECT_FALSE(drives_a_terminal(f.out + f.log)) << command.front();
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "x.prof"));
}

TEST(TerminalTest, ADaemonThatNestsItsAnswersDeepEndsNoCommand) {
    const test_folder folder;
    const std::string socket = folder / "evil.sock";
    const evil_daemon daemon(socket, std::string(1'000'000, '['));

    for (const char* command : {"status", "events", "drain"}) {
        EXPECT_EQ(run({mayhem, command, "--socket", socket}).ended, "exit 1") << command;
    }
}

TEST(TerminalTest, ANameOnTheCommandLineIsEchoedWithoutItsEscapes) {
    const finished wrong = run({mayhem, "status", hostile});

    EXPECT_EQ(wrong.ended, "exit 64");
    EXPECT_TRUE(has(wrong.log, "pwned")) << wrong.log;
    EXPECT_FALSE(drives_a_terminal(wrong.log)) << wrong.log;
}

}  // namespace mayhem::testing
