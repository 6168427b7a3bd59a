// Clients that send garbage, too much, too slowly, nothing at all, or never read: none of them holds the loop.
// Meanwhile the daemon goes on restarting, and answers everybody else.

#include <algorithm>
#include <csignal>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "control_client.hpp"
#include "program.hpp"

namespace mayhem::testing {

namespace {

// The last four are there for their plans, which take half a second each.
constexpr const char* herd =
    "dry_run = false\n[control]\nlisten = \"127.0.0.1:0\"\n"
    "[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"20ms\"\n"
    "[group.a]\ndriver = \"simulated\"\nmean_time_between = \"10m\"\n"
    "[group.b]\ndriver = \"simulated\"\nmean_time_between = \"10m\"\n"
    "[group.c]\ndriver = \"simulated\"\nmean_time_between = \"10m\"\n"
    "[group.d]\ndriver = \"simulated\"\nmean_time_between = \"10m\"\n";
constexpr std::size_t megabytes = 1024 * 1024;

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

class HostileClientTest : public ::testing::Test {
protected:
    HostileClientTest()
        : daemon({mayhem, "run", "-c", folder.write("mayhem.toml", herd), "--store", folder / "mayhem.db", "--socket",
                  socket}) {}

    void SetUp() override { ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log(); }

    /// It answers, it works, and nothing has held the loop for longer than the clients could have wanted.
    void TearDown() override {
        EXPECT_EQ(get(socket, "/healthz"), "ok\n");
        EXPECT_TRUE(daemon.says("Restarted ", daemon.log().size())) << daemon.log();
        daemon.kill(SIGTERM);
        EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    }

    std::uint16_t port() const {
        const std::string before = "listens on 127.0.0.1:";
        return static_cast<std::uint16_t>(std::stoi(daemon.log().substr(daemon.log().find(before) + before.size())));
    }

    const test_folder folder;
    const std::string socket = folder / "control.sock";
    program daemon;
};

TEST_F(HostileClientTest, Malformed) {
    const std::string nul(1, '\0');
    for (const std::string& text :
         {std::string("GARBAGE\r\n\r\n"), nul + "\x01\x02\xff\r\n\r\n", std::string("GET\r\n\r\n"),
          std::string("GET /v1/status HTTP/9.9\r\n\r\n"), std::string("GET /v1/status HTTP/1.1\r\n\r\n"),
          std::string("POST /v1/halt HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"),
          std::string("POST /v1/halt HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n"),
          std::string("GET /%00%ff%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
          "GET /" + std::string(20'000, '/') + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"}) {
        const raw_connection c(socket);
        (void)c.send(text);

        const std::string answer = c.receive();

        EXPECT_FALSE(answer.starts_with("HTTP/1.1 200")) << text << answer;
    }
    EXPECT_EQ(nlohmann::json::parse(get(socket, "/v1/status"))["halt"]["is_halted"], false);
}

TEST_F(HostileClientTest, EndlessHeadersAndBodies) {
    const raw_connection headers(socket);
    ASSERT_TRUE(headers.send("GET / HTTP/1.1\r\nHost: localhost\r\n"));
    const raw_connection line(socket);
    const raw_connection body(socket);
    ASSERT_TRUE(body.send("POST /v1/halt HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"));

    EXPECT_LT(headers.send_for_ever("X-Much: " + std::string(1000, 'b') + "\r\n", 10 * megabytes), megabytes);
    EXPECT_LT(line.send_for_ever(std::string(1000, 'G'), 10 * megabytes), megabytes);
    EXPECT_LT(body.send_for_ever("400\r\n" + std::string(1024, 'b') + "\r\n", 10 * megabytes), megabytes);

    const raw_connection announced(socket);
    ASSERT_TRUE(announced.send("POST /v1/halt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n"));
    EXPECT_TRUE(has(announced.receive("\r\n"), "413"));
}

TEST_F(HostileClientTest, SlowAndSilent) {
    const raw_connection silent(socket);
    const raw_connection slow(socket);
    const auto began = std::chrono::steady_clock::now();

    const bool was_cut =
        eventually([&slow] { return !slow.send("G"); }, std::chrono::seconds{60});  // a byte every 2 ms

    EXPECT_TRUE(was_cut);
    EXPECT_GT(std::chrono::steady_clock::now() - began, std::chrono::seconds{5});
    EXPECT_EQ(silent.receive(), "");
}

TEST_F(HostileClientTest, MoreThanThereIsRoomFor) {
    {
        std::vector<raw_connection> many;
        for (int i = 0; i < 200; ++i) {
            many.emplace_back(socket);
        }
        EXPECT_TRUE(daemon.says("Restarted ", daemon.log().size()));
    }
    EXPECT_TRUE(eventually([this] {
        try {
            return get(socket, "/healthz") == "ok\n";
        } catch (const std::exception&) {
            return false;
        }
    }));
}

TEST_F(HostileClientTest, FillsWhatThereIsOfTcp) {
    std::vector<raw_connection> many;
    for (int i = 0; i < 200; ++i) {
        many.emplace_back(port());
    }
    for (const raw_connection& c : many) {
        (void)c.send("GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }

    const raw_connection root(socket);

    EXPECT_EQ(get(socket, "/healthz"), "ok\n");
    ASSERT_TRUE(root.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    EXPECT_TRUE(has(root.receive("event: "), "text/event-stream"));
}

TEST_F(HostileClientTest, AsksForMoreThanCanBeAnsweredAtOnce) {
    std::vector<raw_connection> many;
    for (int i = 0; i < 30; ++i) {
        many.emplace_back(port());
        (void)many.back().send(
            "GET /v1/plan?for=366d&limit=10000 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: "
            "close\r\n\r\n");
    }

    EXPECT_TRUE(has(exchange(socket, "POST", "/v1/halt"), "200 OK"));

    EXPECT_FALSE(std::ranges::all_of(many, &raw_connection::has_answer)) << "the halt has waited for the plans";
    EXPECT_TRUE(has(exchange(socket, "POST", "/v1/resume"), "200 OK"));
    int turned_away = 0;
    for (const raw_connection& c : many) {
        turned_away += has(c.receive(), "503 Service Unavailable") ? 1 : 0;
    }
    EXPECT_GT(turned_away, 0);
}

TEST_F(HostileClientTest, NeverReadsTheEvents) {
    const raw_connection deaf(socket);
    ASSERT_TRUE(deaf.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    std::vector<raw_connection> gone;
    for (int i = 0; i < 10; ++i) {
        gone.emplace_back(socket);
        ASSERT_TRUE(gone.back().send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        ASSERT_TRUE(has(gone.back().receive("what happens from now on"), "200 OK"));
    }

    gone.clear();

    EXPECT_TRUE(daemon.says("Restarted ", daemon.log().size()));
    EXPECT_TRUE(has(deaf.receive("event: "), "text/event-stream"));
}

TEST_F(HostileClientTest, ComesAndGoesAsAReloadedPageDoes) {
    for (int i = 0; i < 60; ++i) {
        const raw_connection reader(port());
        ASSERT_TRUE(reader.send("GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
        ASSERT_TRUE(has(reader.receive("what happens from now on"), "200 OK"))
            << "the place of reader " << i << " was still taken";
    }
}

TEST_F(HostileClientTest, GoesAwayInTheMiddle) {
    for (int i = 0; i < 100; ++i) {
        const raw_connection c(socket);
        (void)c.send(i % 2 == 0 ? "GET /v1/targets HTTP/1.1\r\nHost: localhost\r\n\r\n" : "GET /v1/his");
    }
    EXPECT_EQ(get(socket, "/readyz"), "running\n");
}

}  // namespace mayhem::testing
