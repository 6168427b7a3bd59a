// Proves that what Prometheus and Alertmanager are asked is what their APIs want, and that every way in which they can
// fail to answer is no pass, said clearly, and throws nothing, against servers of our own on the same loop; and that of
// several probes all must pass.
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "probes/alertmanager_probe.hpp"
#include "probes/all_probes.hpp"
#include "probes/make_probe.hpp"
#include "probes/prometheus_probe.hpp"
#include "support/fake_http_server.hpp"
#include "support/open_descriptors.hpp"
#include "support/virtual_loop.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::probes {
namespace {

using namespace std::chrono_literals;
using test::fake_http_server;
using test::http_reply;
using test::reply;
using ::testing::HasSubstr;

const core::target web{.id = "web", .incarnation = "1", .name = "web"};

async::awaitable<void> ask_and_stop(ports::probe& p, fake_http_server& server, ports::probe_result& result) {
    const async::frame here;
    result = co_await p.ask(web);
    server.stop();
}

using make = std::function<std::unique_ptr<ports::probe>(const std::string& url, std::chrono::nanoseconds timeout)>;

std::unique_ptr<ports::probe> make_prometheus(const std::string& url, std::chrono::nanoseconds timeout) {
    return std::make_unique<prometheus_probe>(
        prometheus_probe_settings{
            .url = url, .query = R"(sum(up{job="web"}) > 0)", .is = core::parse_threshold("< 1").value()},
        timeout);
}

std::unique_ptr<ports::probe> make_alertmanager(const std::string& url, std::chrono::nanoseconds timeout) {
    return std::make_unique<alertmanager_probe>(
        alertmanager_probe_settings{.url = url, .matchers = {R"(service="web")", R"(severity=~"page|ticket")"}},
        timeout);
}

class MonitorTest : public ::testing::Test {
protected:
    /// What the probe finds when the server answers so.
    ports::probe_result ask(const fake_http_server::answer& a, const make& m, std::chrono::nanoseconds timeout = 30s) {
        fake_http_server server(loop_, "", a);
        const std::unique_ptr<ports::probe> p = m(server.url(""), timeout);
        ports::probe_result result;
        async::task_group group(loop_, "test", drivers::fail_test);
        group.spawn("ask", ask_and_stop(*p, server, result));
        loop_.run();
        requests_ = server.requests();
        return result;
    }

    std::vector<std::string> requests_;
    async::real_clock clock_;
    async::loop loop_{clock_};
};

class MonitorProbesTest : public MonitorTest, public ::testing::WithParamInterface<make> {
protected:
    void expect_no(const reply& r, const std::string& word, std::chrono::nanoseconds timeout = 30s) {
        const ports::probe_result result = ask([&r](const std::string&) { return r; }, GetParam(), timeout);
        EXPECT_FALSE(result.passes);
        EXPECT_THAT(result.detail, HasSubstr(word));
        EXPECT_THAT(result.detail, HasSubstr("of http://127.0.0.1:"));
    }
};

TEST_P(MonitorProbesTest, DoesNotPassWhateverOddComes) {
    const std::ptrdiff_t open_before = test::open_descriptors();

    expect_no({.bytes = ""}, "the connection was dropped");
    expect_no({.bytes = "SSH-2.0-OpenSSH_9.2\r\n"}, "not HTTP");
    expect_no({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n[]"}, "the connection was dropped");
    expect_no(http_reply(200, ""), "is no answer of");
    expect_no(http_reply(200, "<html>Log in</html>"), "is no answer of");
    expect_no(http_reply(500, "boom"), "answers with status 500");
    expect_no(http_reply(404, "404 page not found"), "answers with status 404");
    expect_no(http_reply(401, "no"), "answers with status 401");
    expect_no({.bytes = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"},
              "a redirection, which is not followed");
    EXPECT_EQ(requests_.size(), 1U) << "it went nowhere else";
    expect_no(http_reply(200, '[' + std::string(2 * 1024 * 1024, ' ') + ']'),
              "the answer is longer than 1048576 bytes");
    expect_no({.bytes = "", .stays = true}, "no complete answer within 0.05 s", 50ms);
    expect_no({.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[", .stays = true}, "no complete answer", 50ms);

    EXPECT_EQ(test::open_descriptors(), open_before);
}

TEST_P(MonitorProbesTest, DoesNotPassWhenNobodyIsThere) {
    const std::unique_ptr<ports::probe> p = GetParam()("http://127.0.0.1:1", 5s);

    const ports::probe_result result = drivers::run_task(loop_, p->ask(web));

    EXPECT_FALSE(result.passes);
    EXPECT_THAT(result.detail, HasSubstr("of http://127.0.0.1:1: cannot connect: Connection refused"));
    EXPECT_THAT(result.detail, HasSubstr("does the server run"));
}

INSTANTIATE_TEST_SUITE_P(OfBoth, MonitorProbesTest, testing::Values(&make_prometheus, &make_alertmanager));

TEST_F(MonitorTest, AsksPrometheusForThisMoment) {
    const auto answer = [](const std::string&) {
        return http_reply(200, R"({"status":"success","data":{"resultType":"scalar","result":[1,"0.5"]}})");
    };

    const ports::probe_result result = ask(answer, &make_prometheus, 1500ms);

    EXPECT_TRUE(result.passes) << result.detail;
    EXPECT_THAT(result.detail, HasSubstr(R"('sum(up{job="web"}) > 0' of http://127.0.0.1:)"));
    EXPECT_THAT(result.detail, HasSubstr(": 0.5 is < 1"));
    EXPECT_TRUE(requests_.at(0).starts_with(
        "GET /api/v1/query?query=sum%28up%7Bjob%3D%22web%22%7D%29%20%3E%200&timeout=1500ms HTTP/1.1\r\n"))
        << requests_.at(0);
}

TEST_F(MonitorTest, AsksAlertmanagerForWhatFires) {
    const ports::probe_result result =
        ask([](const std::string&) { return http_reply(200, "[]"); }, &make_alertmanager);

    EXPECT_TRUE(result.passes) << result.detail;
    EXPECT_THAT(result.detail, HasSubstr(R"(alerts with service="web", severity=~"page|ticket" of http://)"));
    EXPECT_TRUE(
        requests_.at(0).starts_with("GET /api/v2/alerts?active=true&unprocessed=true&silenced=false&inhibited=false"
                                    "&filter=service%3D%22web%22&filter=severity%3D~%22page%7Cticket%22 HTTP/1.1\r\n"))
        << requests_.at(0);
}

/// Answers after a while.
class late_probe final : public ports::probe {
public:
    late_probe(std::chrono::nanoseconds after, bool passes, std::string detail)
        : after_(after), result_{.passes = passes, .detail = std::move(detail)} {}

    [[nodiscard]] std::string describe() const override { return result_.detail; }
    async::awaitable<ports::probe_result> ask(const core::target& t) override {
        const async::frame here;
        EXPECT_EQ(t.id, "web");
        co_await async::sleep_for(after_);
        co_return result_;
    }

private:
    std::chrono::nanoseconds after_;
    ports::probe_result result_;
};

all_probes two(bool first, bool second) {
    std::vector<std::unique_ptr<ports::probe>> probes;
    probes.push_back(std::make_unique<late_probe>(3s, first, "one"));
    probes.push_back(std::make_unique<late_probe>(2s, second, "two"));
    return all_probes(std::move(probes));
}

TEST(AllProbesTest, PassesWhenAllDoAndTakesAsLongAsTheSlowest) {
    test::virtual_loop t;
    all_probes probes = two(true, true);
    ports::probe_result result;
    const auto ask = [](all_probes& p, ports::probe_result& r) -> async::awaitable<void> {
        const async::frame here;
        r = co_await p.ask(web);
    };
    const auto begun = t.clock.now();

    t.run(ask(probes, result));

    EXPECT_TRUE(result.passes);
    EXPECT_EQ(result.detail, "one; two");
    EXPECT_EQ(t.clock.now() - begun, 3s);
    EXPECT_EQ(probes.describe(), "one; two");
}

TEST(AllProbesTest, NamesThoseThatDoNotPass) {
    async::virtual_clock clock;
    async::loop loop(clock);
    for (const auto& [first, second, named] :
         {std::tuple{false, true, "one"}, {true, false, "two"}, {false, false, "one; two"}}) {
        all_probes probes = two(first, second);

        const ports::probe_result result = drivers::run_task(loop, probes.ask(web));

        EXPECT_FALSE(result.passes);
        EXPECT_EQ(result.detail, named);
    }
}

TEST(AllProbesTest, ACancelledQuestionIsCancelled) {
    test::virtual_loop t;
    all_probes probes = two(true, true);
    const auto ask = [](all_probes& p) -> async::awaitable<void> {
        const async::frame here;
        (void)co_await p.ask(web);
        ADD_FAILURE() << "it was cancelled";
    };
    t.spawn(ask(probes));
    t.run_for(1s);

    t.group.cancel();
    t.run();
}

TEST(MakeProbeTest, MakesNoneOneOrAll) {
    async::thread_pool pool{1, "test"};
    const probe_settings tcp{.what = tcp_probe_settings{.host = "127.0.0.1", .port = "1"}};
    const probe_settings http{.what = http_probe_settings{.url = "http://127.0.0.1:1/"}};

    EXPECT_EQ(make_probe({}, pool), nullptr);
    EXPECT_EQ(make_probe({tcp}, pool)->describe(), "127.0.0.1:1");
    EXPECT_EQ(make_probe({tcp, http}, pool)->describe(), "127.0.0.1:1; http://127.0.0.1:1/ answers with 200");
}

}  // namespace
}  // namespace mayhem::probes
