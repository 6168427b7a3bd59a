// Proves what the page's routes refuse before they look at anything, and that the page comes with a content policy
// under which nothing but its own files can run.
#include "api/page/page_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "api/page/page_files.hpp"
#include "halts/halt_desk.hpp"
#include "mayhem/async/frame.hpp"
#include "support/virtual_loop.hpp"
#include "telemetry/logging.hpp"
#include "unit/halts/fake_sight.hpp"

namespace mayhem::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class untouched_daemon final : public controlled {
public:
    daemon_facts facts() const override { throw std::logic_error("nobody asks"); }
    std::shared_ptr<flow> current_flow() const override { throw std::logic_error("nobody asks"); }
    ports::limits& limits() override { throw std::logic_error("nobody asks"); }
    ports::halt_memory& halt_memory() override { throw std::logic_error("nobody asks"); }
    telemetry::histogram commit_times() const override { return {}; }
    const telemetry::metrics& counts() const override { throw std::logic_error("nobody asks"); }
    const config& current_config() const override { throw std::logic_error("nobody asks"); }
    const pipeline::acted_incarnations& acted() const override { throw std::logic_error("nobody asks"); }
    const pipeline::span_keeper& spans() const override { throw std::logic_error("nobody asks"); }
    pipeline::restart_requests& requests() override { throw std::logic_error("nobody asks"); }
    bool drain(const std::string& /*who*/) override { return false; }
};

class PageRoutesTest : public testing::Test {
protected:
    PageRoutesTest() { routes_.add_to(router_); }

    static async::awaitable<void> ask(control::router& r, control::request asked, control::response& to) {
        const async::frame here;
        to = co_await r.answer(std::move(asked));
    }
    control::response get(const std::string& path, const std::map<std::string, std::string, std::less<>>& query = {}) {
        control::request asked;
        asked.method = "GET";
        asked.path = path;
        asked.query = query;
        asked.from.is_local_user = true;
        asked.from.uid = ::geteuid();
        control::response made;
        time_.run(ask(router_, std::move(asked), made));
        return made;
    }

    test::virtual_loop time_;
    telemetry::logging logging_{{}};
    test::fake_sight sight_;
    halt_desk desk_{time_.loop, logging_.get(), sight_};
    untouched_daemon daemon_;
    control::event_stream events_;
    page_routes routes_{time_.loop, daemon_, desk_, events_};
    control::router router_{control::access_policy{.daemon_user = ::geteuid(), .group = {}, .token = {}}};
};

TEST_F(PageRoutesTest, ThePageRunsNothingButItsOwnFiles) {
    const control::response page = get("/");

    ASSERT_EQ(page.status, 200);
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(page.headers.at(0).first, "Content-Security-Policy");
    EXPECT_THAT(page.headers.at(0).second, HasSubstr("default-src 'none'; script-src 'self'; style-src 'self'"));
    EXPECT_THAT(page.headers.at(0).second, Not(HasSubstr("unsafe")));
    EXPECT_THAT(page.body, Not(HasSubstr("<style")));
    EXPECT_THAT(page.body, Not(HasSubstr("style=")));
}

TEST_F(PageRoutesTest, EveryFileThatThePageNamesIsThere) {
    for (const page_file& f : page_files()) {
        EXPECT_EQ(get(std::string(f.path)).status, 200);
        EXPECT_FALSE(f.text.empty()) << f.path;
        EXPECT_TRUE(f.path == "/" || get("/").body.find(f.path) != std::string::npos) << f.path;
    }
}

TEST_F(PageRoutesTest, WhatCannotBeMeantIsSaidSoBeforeAnythingIsLookedAt) {
    EXPECT_THAT(get("/v1/group").body, HasSubstr("group: is missing"));
    EXPECT_THAT(get("/v1/target", {{"group", "web"}}).body, HasSubstr("target: is missing"));
    EXPECT_THAT(get("/v1/target", {{"group", "a"}, {"target", "b"}, {"since", "9999d"}}).body, HasSubstr("since: "));
    EXPECT_THAT(get("/v1/glance", {{"rows", "101"}}).body, HasSubstr("rows: must be a number of at most 100"));
    EXPECT_THAT(get("/v1/glance", {{"find", std::string(201, 'x')}}).body, HasSubstr("find: at most 200 bytes"));
    EXPECT_EQ(get("/v1/glance", {{"rows", "-1"}}).status, 400);
}

}  // namespace
}  // namespace mayhem::app
