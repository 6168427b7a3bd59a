// Proves that notifications are never in the way of a restart: the pipeline's steps come at the very same moments with
// a webhook that never answers as without one. Virtual time, so that "the same" means to the nanosecond.
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "notify/notifier.hpp"
#include "unit/notify/scripted_sender.hpp"
#include "unit/pipeline/flow.hpp"

namespace mayhem::notify {
namespace {

using namespace std::chrono_literals;

async::awaitable<void> attend(notifier& n, std::vector<destination_plan> plans) {
    const async::frame here;
    co_await n.replace(std::move(plans));
    co_await async::sleep_for(11min);
    (void)co_await n.flush();
}

/// "KIND TARGET@NANOSECONDS" of each step; ten messages, five of whose restarts fail at first.
std::vector<std::string> steps(bool with_dead_webhook, std::uint64_t& told) {
    test::flow f;
    f.driver.takes = 300ms;
    for (int i = 0; i < 10; ++i) {
        f.give("host-" + std::to_string(i), std::chrono::seconds{i});
    }
    f.driver.restart_failures = 5;
    const auto dead = std::make_shared<test::scripted_sender>(f.loop.loop);
    dead->takes = 24h;
    notifier n({.loop = f.loop.loop,
                .host = "db1",
                .random = core::random_source(1),
                .warn = [&f](std::string_view text) { f.seen.warn(text); },
                .on_failure = [](const async::task_failure& x) { ADD_FAILURE() << x.describe(); }});
    f.seen.pass_on_to(n);
    if (with_dead_webhook) {
        f.loop.spawn("notify", attend(n, {{.settings = {.name = "dead"}, .with = dead}}));
    }
    f.run(10min);
    std::vector<std::string> all;
    for (const test::seen_step& s : f.seen.steps()) {
        all.push_back(std::string(ports::to_string(s.kind)) + " " + s.name + "@" + std::to_string(s.at.count()));
    }
    told = n.counts(destination_kind::webhook).dropped;
    return all;
}

TEST(NotifierInThePipelineTest, ADeadWebhookDelaysNoStep) {
    std::uint64_t none = 0;
    std::uint64_t told = 0;

    const auto without = steps(false, none);
    const auto with = steps(true, told);

    EXPECT_EQ(with, without);
    EXPECT_GE(without.size(), 50U);
    EXPECT_EQ(none, 0U);
    EXPECT_GE(told, 10U) << "the webhook was not told of the restarts";
}

}  // namespace
}  // namespace mayhem::notify
