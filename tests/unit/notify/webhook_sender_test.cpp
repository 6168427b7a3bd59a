// Proves what is sent to a webhook and what each of its answers means, against a server of our own on the same loop
// that is well, failing, slow, gone, drops the connection, or never stops; and that no secret is in any result.
#include "notify/webhook_sender.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/clock.hpp"
#include "support/fake_http_server.hpp"
#include "unit/drivers/run_task.hpp"
#include "unit/notify/events.hpp"

namespace mayhem::notify {
namespace {

using namespace std::chrono_literals;
using test::fake_http_server;
using test::http_reply;
using test::reply;
using verdict = enum attempt_result::verdict;

constexpr const char* url_secret = "T0SECRET-IN-THE-URL";
constexpr const char* token = "s3cr3t-bearer-token";

async::awaitable<void> send_and_stop(webhook_sender& with, fake_http_server& server, attempt_result& result) {
    const async::frame here;
    result = co_await with.send(test::shared_event("nginx.service"));
    server.stop();
}

class WebhookSenderTest : public ::testing::Test {
protected:
    /// One attempt at a server that answers with `a`; `url` instead of the server's if given.
    attempt_result tell(fake_http_server::answer a, const std::string& url = {}) {
        fake_http_server server(loop_, "", std::move(a));
        webhook_sender with({.name = "chat",
                             .url = url.empty() ? server.url(std::string("/services/") + url_secret) : url,
                             .token = token,
                             .timeout = timeout_});
        attempt_result result;
        async::task_group group(loop_, "test", drivers::fail_test);
        group.spawn("send", send_and_stop(with, server, result));
        loop_.run();
        requests_ = server.requests();
        EXPECT_EQ(result.why.find(url_secret), std::string::npos) << result.why;
        EXPECT_EQ(result.why.find(token), std::string::npos) << result.why;
        return result;
    }

    static fake_http_server::answer status(int number, const std::string& headers = {}) {
        return [number, headers](const std::string&) {
            reply r = http_reply(number, "no " + std::string(token));
            r.bytes.insert(r.bytes.find("\r\n") + 2, headers);
            return r;
        };
    }

    async::real_clock clock_;
    async::loop loop_{clock_};
    std::chrono::nanoseconds timeout_ = 20s;
    std::vector<std::string> requests_;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_F(WebhookSenderTest, PostsJsonWithTheToken) {
    std::string whole;
    const attempt_result r = tell([&whole](const std::string& request) {
        whole = request;
        return http_reply(200, "ok");
    });

    EXPECT_EQ(r.verdict, verdict::sent);
    EXPECT_TRUE(whole.starts_with("POST /services/T0SECRET-IN-THE-URL HTTP/1.1\r\n")) << whole;
    EXPECT_TRUE(has(whole, "\r\nContent-Type: application/json\r\n")) << whole;
    EXPECT_TRUE(has(whole, "\r\nAuthorization: Bearer s3cr3t-bearer-token\r\n")) << whole;
    EXPECT_TRUE(has(whole, "\r\nIdempotency-Key: 0d5e6b8e-0000-4000-8000-000000000001\r\n")) << whole;
    EXPECT_TRUE(whole.ends_with("\r\n\r\n{\"text\":\"db1: restarted nginx.service (group web)\"}")) << whole;
}

TEST_F(WebhookSenderTest, AServerInTroubleIsWorthAnotherAttempt) {
    for (const int number : {500, 502, 503, 408, 425}) {
        EXPECT_EQ(tell(status(number)).verdict, verdict::failed) << number;
    }
    const attempt_result busy = tell(status(429, "Retry-After: 7\r\n"));
    EXPECT_EQ(busy.verdict, verdict::failed);
    EXPECT_EQ(busy.not_before, 7s);
    EXPECT_EQ(busy.why, "the server answered with 429");
}

TEST_F(WebhookSenderTest, AServerThatSaysNoIsNotAskedAgain) {
    for (const int number : {400, 401, 403, 404, 410, 422}) {
        EXPECT_EQ(tell(status(number)).verdict, verdict::refused) << number;
    }
}

TEST_F(WebhookSenderTest, FollowsNoRedirect) {
    const attempt_result r = tell(status(307, "Location: http://127.0.0.1:1/elsewhere\r\n"));

    EXPECT_EQ(r.verdict, verdict::refused);
    EXPECT_EQ(requests_.size(), 1U);
    EXPECT_EQ(r.why, "the server answered with 307; redirects are not followed: give the final URL");
}

TEST_F(WebhookSenderTest, ASlowServerIsCutOff) {
    timeout_ = 200ms;
    const attempt_result r = tell([](const std::string&) { return reply{.bytes = "HTTP/1.1 200", .stays = true}; });

    EXPECT_EQ(r.verdict, verdict::failed);
    EXPECT_TRUE(r.why.starts_with("no complete answer within 0.2 s")) << r.why;
}

TEST_F(WebhookSenderTest, ADroppedConnectionIsWorthAnotherAttempt) {
    const attempt_result r = tell([](const std::string&) { return reply{.bytes = "HTTP/1.1 200 OK\r\nConte"}; });

    EXPECT_EQ(r.verdict, verdict::failed);
    EXPECT_TRUE(r.why.starts_with("the connection was dropped")) << r.why;
}

TEST_F(WebhookSenderTest, AnEndlessAnswerIsNotReadToItsEnd) {
    const attempt_result r = tell([](const std::string&) {
        return reply{.bytes = "HTTP/1.1 200 OK\r\n\r\n" + std::string(4UL * 1024 * 1024, 'x'), .stays = true};
    });

    EXPECT_EQ(r.verdict, verdict::refused);
    EXPECT_TRUE(has(r.why, "longer than 65536 bytes")) << r.why;
}

TEST_F(WebhookSenderTest, AServerThatIsGoneIsWorthAnotherAttempt) {
    const attempt_result r = tell(status(200), std::string("http://127.0.0.1:1/") + url_secret);

    EXPECT_EQ(r.verdict, verdict::failed);
    EXPECT_TRUE(r.why.starts_with("cannot connect: Connection refused")) << r.why;
}

TEST_F(WebhookSenderTest, TellsNoSecretOfAUrlThatIsNone) {
    for (const std::string& url : {std::string("ftp://host/") + url_secret, std::string("http://host/ ") + url_secret,
                                   std::string("http://[") + url_secret, std::string("http://x:y:z/") + url_secret,
                                   std::string("http://") + url_secret + ".invalid/"}) {
        const attempt_result r = tell(status(200), url);
        EXPECT_NE(r.verdict, verdict::sent) << url;
        EXPECT_NE(r.why, "");
    }
}

TEST_F(WebhookSenderTest, TrustsNoServerWithoutTls) {
    const attempt_result r =
        tell([](const std::string&) { return reply{.bytes = "HTTP/1.1 200 OK\r\n\r\n"}; }, "https://127.0.0.1:1/");

    EXPECT_EQ(r.verdict, verdict::failed);
}

}  // namespace
}  // namespace mayhem::notify
