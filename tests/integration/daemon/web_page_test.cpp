// What a web page can make a browser ask of the daemon through a tunnel to its Unix socket, or over TCP: nothing that
// acts, nothing that starts the operator's commands; and that curl and the commands go on working.

#include <chrono>
#include <fstream>
#include <vector>

#include <gtest/gtest.h>

#include "control_client.hpp"
#include "program.hpp"

namespace mayhem::testing {

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// A line of the request and its headers, each ended by "\r\n"; the answer.
std::string ask(const raw_connection& c, const std::string& head) {
    EXPECT_TRUE(c.send(head + "Connection: close\r\n\r\n"));
    return c.receive();
}

constexpr const char* post = "POST /v1/halt HTTP/1.1\r\nContent-Length: 0\r\n";

}  // namespace

class WebPageTest : public ::testing::Test {
protected:
    WebPageTest() {
        const std::string list = folder.write("list.sh", "echo look >> '" + looks + "'; printf 'web\\t1\\n'\n");
        config = folder.write("mayhem.toml",
                              "[control]\nlisten = \"127.0.0.1:0\"\n[group.web]\ndriver = \"command\"\n"
                              "mean_time_between = \"1000h\"\nlist = [\"/bin/sh\", \"" +
                                  list + "\"]\nrestart = [\"true\", \"{id}\"]\n");
    }

    std::vector<std::string> command() const {
        return {mayhem, "run", "-c", config, "--store", folder / "mayhem.db", "--socket", socket};
    }

    std::size_t looks_so_far() const {
        std::ifstream file(looks);
        std::size_t lines = 0;
        for (std::string line; std::getline(file, line);) {
            ++lines;
        }
        return lines;
    }

    std::string over_socket(const std::string& head) const { return ask(raw_connection(socket), head); }

    const test_folder folder;
    const std::string socket = folder / "control.sock";
    const std::string looks = folder / "looks";
    std::string config;
};

TEST_F(WebPageTest, CannotActThroughATunnelToTheSocket) {
    program daemon(command());
    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
    const std::string evil = "Host: evil.example:9666\r\n";
    const std::string tunnel = "Host: localhost:9666\r\n";

    for (const std::string& headers : {evil + "Origin: https://evil.example\r\nContent-Type: text/plain\r\n",
                                       tunnel + "Origin: https://evil.example\r\nContent-Type: text/plain\r\n",
                                       tunnel + "Origin: null\r\nContent-Type: application/json\r\n",
                                       tunnel + "Sec-Fetch-Site: cross-site\r\nContent-Type: application/json\r\n",
                                       tunnel + "Origin: http://localhost:8080\r\nSec-Fetch-Site: same-site\r\n"}) {
        EXPECT_TRUE(has(over_socket(post + headers), "403 Forbidden")) << headers;
        EXPECT_TRUE(has(over_socket("GET /v1/status HTTP/1.1\r\n" + headers), "403 Forbidden")) << headers;
    }
    EXPECT_TRUE(has(over_socket(post + tunnel + "Content-Type: text/plain\r\n"), "415 "));
    EXPECT_TRUE(has(over_socket(post + tunnel), "415 "));
    const std::string preflight =
        over_socket("OPTIONS /v1/halt HTTP/1.1\r\n" + tunnel +
                    "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n");
    EXPECT_TRUE(has(preflight, "403 Forbidden"));
    EXPECT_FALSE(has(preflight, "Access-Control-Allow"));
    EXPECT_TRUE(has(get(socket, "/v1/status"), "\"is_halted\": false"));
}

TEST_F(WebPageTest, OfTheDaemonsOwnAndWhatIsNoBrowserAreServed) {
    program daemon(command());
    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
    const std::string json = "Content-Type: application/json\r\n";

    EXPECT_TRUE(has(over_socket(post + json + "Host: localhost\r\n"), "200 OK")) << "as curl does";
    EXPECT_TRUE(has(over_socket(post + json +
                                "Host: 127.0.0.1:9666\r\nOrigin: http://127.0.0.1:9666\r\n"
                                "Sec-Fetch-Site: same-origin\r\n"),
                    "200 OK"));
    EXPECT_EQ(run({mayhem, "resume", "--socket", socket}).ended, "exit 0");
    EXPECT_TRUE(has(over_socket("GET /v1/status HTTP/1.0\r\n"), "200 OK")) << "HTTP/1.0 needs no Host";
    EXPECT_TRUE(has(over_socket("GET /v1/status HTTP/1.1\r\nHost: LOCALHOST\r\n"), "Cross-Origin-Resource-Policy"));
}

TEST_F(WebPageTest, NamesItsHostOnceAndItsPathAsItIs) {
    program daemon(command());
    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
    const std::string status = "GET /v1/status HTTP/1.1\r\n";

    EXPECT_TRUE(has(over_socket(status + "Host: localhost\r\nHost: evil.example\r\n"), "403 "));
    EXPECT_TRUE(has(over_socket(status + "Host: localhost\r\nHost: localhost\r\n"), "403 "));
    EXPECT_TRUE(has(over_socket(status + "Host:\r\nHost: localhost\r\n"), "403 "));
    EXPECT_FALSE(has(over_socket(status + "Host: localhost\r\nHost : evil.example\r\n"), "200 OK"));
    EXPECT_TRUE(has(over_socket(status + "Host: 127.0.0.1:evil.example\r\n"), "403 "));
    for (const char* path : {"/v1/status%00", "/v1/status%00.html", "/v1/%00status", "/v1/status%2", "//v1/status"}) {
        EXPECT_TRUE(has(over_socket("GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n"), "404 Not Found"))
            << path;
    }
    EXPECT_TRUE(has(over_socket("GET /v1/%73tatus HTTP/1.1\r\nHost: localhost\r\n"), "200 OK")) << "it says the same";
    EXPECT_TRUE(has(over_socket("GET /v1/history?group=a%2Fb%00c+d HTTP/1.1\r\nHost: localhost\r\n"), "200 OK"));
}

TEST_F(WebPageTest, StartsTheCommandsOfALookOnceForAllWhoAsk) {
    program daemon(command());
    ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
    const std::string before = "listens on 127.0.0.1:";
    const std::string log = daemon.log();
    const auto port = static_cast<std::uint16_t>(std::stoi(log.substr(log.find(before) + before.size())));
    const std::size_t looks_before = looks_so_far();
    const auto began = std::chrono::steady_clock::now();
    std::size_t answered = 0;
    std::size_t turned_away = 0;

    for (int round = 0; round < 5; ++round) {
        std::vector<raw_connection> many;
        for (int i = 0; i < 20; ++i) {
            many.emplace_back(port);
            (void)many.back().send("GET /v1/" + std::string(i % 2 == 0 ? "targets" : "eligible?target=t") +
                                   (i % 2 == 0 ? "" : std::to_string(i)) +
                                   " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        }
        for (const raw_connection& c : many) {
            const std::string answer = c.receive();
            answered += has(answer, "200 OK") ? 1 : 0;
            turned_away += has(answer, "503 ") ? 1 : 0;
        }
    }

    // Of each kind, one a second and the first.
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - began).count();
    EXPECT_EQ(answered + turned_away, 100U);
    EXPECT_GE(answered, 10U);
    EXPECT_LE(looks_so_far() - looks_before, 2U * static_cast<std::size_t>(seconds + 1));
    EXPECT_TRUE(has(get(socket, "/v1/targets"), "\"id\": \"web\""));
    EXPECT_TRUE(has(get(socket, "/v1/eligible?target=web"), "\"target\": \"web\""));
    EXPECT_FALSE(has(get(socket, "/v1/eligible?target=other"), "\"target\": \"web\""));
}

TEST_F(WebPageTest, CannotStartTheCommandsFromAnotherSite) {
    program daemon(command());
    ASSERT_TRUE(daemon.says("the next moment is")) << daemon.log();  // for which the daemon itself has looked
    const std::string before = "listens on 127.0.0.1:";
    const std::string log = daemon.log();
    const auto port = static_cast<std::uint16_t>(std::stoi(log.substr(log.find(before) + before.size())));
    const std::size_t looks_before = looks_so_far();

    for (const char* path : {"/v1/targets", "/v1/eligible"}) {
        EXPECT_TRUE(has(ask(raw_connection(port), "GET " + std::string(path) +
                                                      " HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\n"
                                                      "Sec-Fetch-Mode: no-cors\r\n"),
                        "403 Forbidden"));
    }

    EXPECT_EQ(looks_so_far(), looks_before);
}

}  // namespace mayhem::testing
