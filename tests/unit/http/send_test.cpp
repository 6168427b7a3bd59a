// Proves that a request gets its answer, that every way in which it can fail is told apart, and that nothing is left
// behind, against a server of our own on the same loop.
#include "http/send.hpp"

#include <filesystem>
#include <optional>
#include <stdexcept>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/fake_http_server.hpp"
#include "support/open_descriptors.hpp"
#include "system/unique_fd.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::http {

using namespace std::chrono_literals;
using test::fake_http_server;
using test::http_reply;
using test::reply;

namespace {

async::awaitable<void> send_and_stop(request r, fake_http_server& server, async::settled<response>& result) {
    const async::frame here;
    try {
        result.set_value(co_await send(std::move(r)));
    } catch (...) {
        result.set_error(std::current_exception());
    }
    server.stop();
}

class SendTest : public ::testing::Test {
protected:
    SendTest() {
        std::filesystem::remove(socket_);  // of one that was killed, long ago
        loop_.emplace(clock_);
    }

    /// Sends `r` to a server that answers with `a`, and returns what came of it.
    async::settled<response> exchange(fake_http_server::answer a, request r = {}, bool over_unix = true) {
        fake_http_server server(*loop_, over_unix ? socket_.string() : "", std::move(a));
        r.url = r.url.empty() ? server.url("/path") : r.url;
        r.unix_socket = server.unix_socket();
        r.timeout = r.timeout == request{}.timeout ? 30s : r.timeout;
        async::settled<response> result;
        async::task_group group(*loop_, "test", drivers::fail_test);
        group.spawn("send", send_and_stop(std::move(r), server, result));
        loop_->run();
        requests_ = server.requests();
        std::filesystem::remove(socket_);
        return result;
    }

    failure why(const async::settled<response>& result) {
        try {
            result.rethrow_if_failed();
        } catch (const request_failed& e) {
            text_ = e.what();
            return e.why();
        }
        throw std::logic_error("the request did not fail");
    }

    const std::filesystem::path socket_ =
        std::filesystem::temp_directory_path() / ("mayhem-http-" + std::to_string(::getpid()));
    async::real_clock clock_;
    std::optional<async::loop> loop_;
    std::vector<std::string> requests_;
    std::string text_;
};

fake_http_server::answer always(reply r) {
    return [r](const std::string&) { return r; };
}

}  // namespace

TEST_F(SendTest, GetsStatusHeadersAndBodyOverAUnixSocket) {
    const auto result = exchange(always(http_reply(200, R"({"a":1})")));

    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->status, 200);
    EXPECT_EQ(result->body, R"({"a":1})");
    EXPECT_EQ(result->header("content-type"), "application/json");
    EXPECT_TRUE(requests_.at(0).starts_with("GET /path HTTP/1.1\r\nHost: fake\r\n")) << requests_.at(0);
}

TEST_F(SendTest, GetsAnAnswerOverTcp) {
    const auto result = exchange(always(http_reply(503, "busy")), {}, false);

    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->status, 503) << "an error of the server is an answer";
    EXPECT_FALSE(result->is_success());
}

TEST_F(SendTest, SendsMethodHeadersAndBody) {
    std::string seen;
    const auto result = exchange(
        [&seen](const std::string& r) {
            seen = r;
            return http_reply(201, "");
        },
        {.method = "POST", .headers = {"Content-Type: application/json", "X-One: 1"}, .body = R"({"b":2})"});

    ASSERT_TRUE(result.has_value());
    EXPECT_TRUE(seen.starts_with("POST /path HTTP/1.1\r\n"));
    EXPECT_TRUE(seen.ends_with("\r\n\r\n{\"b\":2}"));
    EXPECT_NE(seen.find("X-One: 1\r\n"), std::string::npos);
    EXPECT_EQ(seen.find("Expect:"), std::string::npos);
}

TEST_F(SendTest, UnderstandsChunksAndInterimAnswers) {
    const auto result = exchange(always({.bytes = "HTTP/1.1 100 Continue\r\nX: interim\r\n\r\nHTTP/1.1 200 OK\r\n"
                                                  "Transfer-Encoding: chunked\r\nX: last\r\n\r\n"
                                                  "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"}));

    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->body, "abcde");
    EXPECT_EQ(result->header("x"), "last");
}

TEST_F(SendTest, GivesUpOnASlowServer) {
    const auto silent = exchange(always({.bytes = "", .stays = true}), {.timeout = 50ms});
    const auto half =
        exchange(always({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", .stays = true}), {.timeout = 50ms});

    EXPECT_EQ(why(silent), failure::timed_out);
    EXPECT_EQ(text_, "GET http://fake/path over " + socket_.string() +
                         ": no complete answer within 0.05 s; the server hangs or is overloaded: look at its log, or "
                         "allow it more time");
    EXPECT_EQ(why(half), failure::timed_out);
}

TEST_F(SendTest, NoticesADropAtOnceAndDoesNotRepeatTheRequest) {
    const auto nothing = exchange(always({.bytes = ""}), {.method = "POST"});

    EXPECT_EQ(why(nothing), failure::dropped);
    EXPECT_EQ(requests_.size(), 1U);
    const auto half = exchange(always({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"}));
    EXPECT_EQ(why(half), failure::dropped);
    const auto half_a_head = exchange(always({.bytes = "HTTP/1.1 200 OK\r\nContent-"}));
    EXPECT_EQ(why(half_a_head), failure::dropped) << text_;
    EXPECT_EQ(requests_.size(), 1U);
}

TEST_F(SendTest, RefusesNonsense) {
    EXPECT_EQ(why(exchange(always({.bytes = "SSH-2.0-OpenSSH_9.2\r\n"}))), failure::nonsense) << text_;
    EXPECT_NE(text_.find("the answer is not HTTP"), std::string::npos) << text_;
    EXPECT_NE(text_.find("another kind of server"), std::string::npos) << text_;
}

TEST_F(SendTest, StopsReadingWhatIsTooLarge) {
    const auto body = exchange(always(http_reply(200, std::string(100'000, 'x'))), {.response_bytes_max = 10'000});
    const auto endless =
        exchange(always({.bytes = "HTTP/1.1 200 OK\r\n\r\n" + std::string(20'000, 'x'), .stays = true}),
                 {.response_bytes_max = 10'000});
    const auto head = exchange(always({.bytes = "HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"}),
                               {.response_bytes_max = 10'000});

    EXPECT_EQ(why(body), failure::too_large);
    EXPECT_NE(text_.find("longer than 10000 bytes"), std::string::npos) << text_;
    EXPECT_EQ(why(endless), failure::too_large);
    EXPECT_EQ(why(head), failure::too_large);
}

TEST_F(SendTest, SaysWhyItCannotConnect) {
    const auto send_alone = [this](request r) {
        async::settled<response> result;
        async::task_group group(*loop_, "test", drivers::fail_test);
        group.spawn("send", test::note(send(std::move(r)), result));
        loop_->run();
        return result;
    };

    EXPECT_EQ(why(send_alone({.url = "http://d/x", .unix_socket = "/nowhere/at/all.sock"})), failure::not_connected);
    EXPECT_NE(text_.find("cannot connect: No such file or directory; does the server run"), std::string::npos) << text_;

    const system::unique_fd deaf(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));  // keeps the port from others
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    auto* const name = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(::bind(deaf.get(), name, size), 0);
    ASSERT_EQ(::getsockname(deaf.get(), name, &size), 0);
    const std::string url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
    EXPECT_EQ(why(send_alone({.url = url})), failure::not_connected);
    EXPECT_NE(text_.find("Connection refused"), std::string::npos) << text_;
}

TEST_F(SendTest, RefusesWhatIsNoRequest) {
    const auto fails = [this](request r) {
        EXPECT_THROW(drivers::run_task(*loop_, send(std::move(r))), std::invalid_argument);
    };

    fails({.url = "file:///etc/passwd"});
    fails({.url = "http://a/b\r\nX: y"});
    fails({.url = "http://a/b c"});
    fails({.method = "GET /x", .url = "http://a/"});
    fails({.url = "http://a/", .headers = {"A: b\nC: d"}});
}

TEST_F(SendTest, ACancellationInTheMiddleClosesTheConnectionAndLeavesNothing) {
    const auto before = test::open_descriptors();
    {
        fake_http_server server(*loop_, socket_.string(), always({.bytes = "HTTP/1.1 200 OK\r\n", .stays = true}));
        async::settled<response> result;
        async::task_group group(*loop_, "test", drivers::fail_test);
        async::task_group watching(*loop_, "watching", drivers::fail_test);
        group.spawn("send",
                    test::note(send({.url = "http://d/x", .unix_socket = socket_.string(), .timeout = 1h}), result));
        static const auto cancel = [](fake_http_server& s, async::task_group& g) -> async::awaitable<void> {
            const async::frame here;
            while (s.requests().empty()) {
                co_await async::sleep_for(1ms);
            }
            g.cancel();
            while (s.open_connections() > 0) {
                co_await async::sleep_for(1ms);
            }
            s.stop();
        };
        watching.spawn("cancel", cancel(server, group));
        loop_->run();

        EXPECT_TRUE(async::is_cancellation(result.error()));
        std::filesystem::remove(socket_);
    }
    EXPECT_EQ(test::open_descriptors(), before);
}

TEST_F(SendTest, LeavesNoDescriptorWhateverHappens) {
    (void)exchange(always(http_reply(200, "")));
    const auto before = test::open_descriptors();

    for (int i = 0; i < 20; ++i) {
        (void)exchange(always(http_reply(200, "x")));
        (void)exchange(always({.bytes = "nonsense"}));
        (void)exchange(always({.bytes = "", .stays = true}), {.timeout = 1ms});
        (void)exchange(always(http_reply(200, std::string(5000, 'x'))), {.response_bytes_max = 100});
    }

    EXPECT_EQ(test::open_descriptors(), before);
}

TEST_F(SendTest, ManyAtOnceDoNotDisturbEachOther) {
    fake_http_server server(*loop_, "",
                            [](const std::string& r) { return http_reply(200, r.substr(4, r.find(" HTTP") - 4)); });
    std::vector<async::settled<response>> results(50);
    async::task_group group(*loop_, "test", drivers::fail_test);
    async::task_group stopping(*loop_, "stop", drivers::fail_test);

    for (std::size_t i = 0; i < results.size(); ++i) {
        group.spawn("send", test::note(send({.url = server.url("/" + std::to_string(i)), .timeout = 30s}), results[i]));
    }
    static const auto stop = [](fake_http_server& s, async::task_group& g) -> async::awaitable<void> {
        const async::frame here;
        co_await g.join();
        s.stop();
    };
    stopping.spawn("stop", stop(server, group));
    loop_->run();

    for (std::size_t i = 0; i < results.size(); ++i) {
        ASSERT_TRUE(results[i].has_value());
        EXPECT_EQ(results[i]->body, "/" + std::to_string(i));
    }
}

TEST_F(SendTest, AnAliasKeepsTheUrlOutOfEveryError) {
    request r;
    r.alias = "the webhook";
    for (const char* url : {"http://127.0.0.1:1/SECRET", "http://SECRET.invalid/", "http://[SECRET", "http://x:SECRET/",
                            "SECRET", "http://SECRET /"}) {
        r.url = url;
        std::string text;
        try {
            exchange([](const std::string&) { return reply(); }, r, false).rethrow_if_failed();
        } catch (const std::exception& e) {
            text = e.what();
        }
        EXPECT_TRUE(text.starts_with("the webhook: ")) << text;
        EXPECT_EQ(text.find("SECRET"), std::string::npos) << text;
    }
}

}  // namespace mayhem::http
