// Proves how a request finds its answer: access first, then the path, then the method.
#include "control/router.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::control {
namespace {

async::awaitable<response> echo(request r) {
    const async::frame here;
    response made;
    made.body = r.method + " " + r.path;
    co_return made;
}

async::awaitable<void> ask(router& to, request r, response& answer) {
    const async::frame here;
    answer = co_await to.answer(std::move(r));
}

response answer_to(const std::string& method, const std::string& path, uid_t uid = 0) {
    router to(access_policy{});
    to.add({.method = "GET", .path = "/a", .summary = "", .answer = &echo});
    to.add({.method = "POST", .path = "/b", .summary = "", .answer = &echo});
    request r;
    r.method = method;
    r.path = path;
    r.content_type = "application/json";
    r.from.is_local_user = true;
    r.from.uid = uid;
    response answer;
    test::virtual_loop l;
    l.run(ask(to, std::move(r), answer));
    return answer;
}

TEST(RouterTest, AnswersByPathAndMethod) {
    EXPECT_EQ(answer_to("GET", "/a").body, "GET /a");
    EXPECT_EQ(answer_to("POST", "/b").body, "POST /b");
    EXPECT_EQ(answer_to("HEAD", "/a").status, 200);
}

TEST(RouterTest, SaysWhatItDoesNotHave) {
    EXPECT_EQ(answer_to("GET", "/c").status, 404);
    EXPECT_EQ(answer_to("GET", "/a/").status, 404);
    EXPECT_EQ(answer_to("GET", "/b").status, 405);
    EXPECT_EQ(answer_to("GET", "/b").allow, "POST");
    EXPECT_EQ(answer_to("DELETE", "/a").status, 405);
}

async::awaitable<response> echo_late(request r) {
    const async::frame here;
    co_await async::sleep_for(std::chrono::seconds{11});
    response made = co_await echo(std::move(r));
    co_return made;
}

response late_answer(std::chrono::seconds time_max) {
    router to(access_policy{});
    to.add({.method = "GET", .path = "/a", .summary = "", .answer = &echo_late, .time_max = time_max});
    request r;
    r.method = "GET";
    r.path = "/a";
    r.from.is_local_user = true;
    r.from.uid = 0;
    response answer;
    test::virtual_loop l;
    l.run(ask(to, std::move(r), answer));
    return answer;
}

TEST(RouterTest, WaitsForAnAnswerAsLongAsItsRouteAllows) {
    EXPECT_EQ(late_answer(std::chrono::seconds{10}).status, 503);
    EXPECT_EQ(late_answer(std::chrono::seconds{12}).status, 200);
}

TEST(RouterTest, TellsAStrangerNothingOfWhatThereIs) {
    EXPECT_EQ(answer_to("GET", "/a", 12345).status, 403);
    EXPECT_EQ(answer_to("GET", "/c", 12345).status, 403);
}

TEST(RouterTest, SaysWhetherWhoeverAsksCouldAct) {
    const router to(access_policy{.daemon_user = 0, .group = std::nullopt, .token = "0123456789abcdef"});
    request local;
    local.method = "GET";
    local.from.is_local_user = true;
    local.from.uid = 0;
    request remote;
    remote.method = "GET";
    remote.host = "127.0.0.1:9666";

    EXPECT_TRUE(to.may_act(local));
    EXPECT_FALSE(to.may_act(remote));
    EXPECT_TRUE(to.takes_token());
    EXPECT_FALSE(router(access_policy{}).takes_token());
    remote.authorization = "Bearer 0123456789abcdef";
    EXPECT_TRUE(to.may_act(remote));
    remote.origin = "https://evil.example";
    EXPECT_FALSE(to.may_act(remote));
    local.from.uid = 12345;
    EXPECT_FALSE(to.may_act(local));
}

}  // namespace
}  // namespace mayhem::control
