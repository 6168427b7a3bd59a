// Proves what the talk's monitor_tasks does: every live task but the monitor, at the start and then periodically, with
// a bounded part of its stack. On virtual time.
#include "telemetry/task_monitor.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"

namespace mayhem::telemetry {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

async::awaitable<void> deep(int frames, async::clock::duration length) {
    const async::frame here;
    if (frames > 1) {
        co_await deep(frames - 1, length);
    } else {
        co_await async::sleep_for(length);
    }
}

async::awaitable<void> cancel_after(async::task_group& group, async::clock::duration length) {
    const async::frame here;
    co_await async::sleep_for(length);
    group.cancel();
}

struct told {
    std::vector<std::pair<std::int64_t, std::string>> texts;  ///< seconds since the start

    std::vector<std::int64_t> times_of(std::string_view task) const {
        std::vector<std::int64_t> times;
        for (const auto& [second, text] : texts) {
            if (text.find(task) < text.find('\n')) {
                times.push_back(second);
            }
        }
        return times;
    }
};

/// Monitors a worker of so many frames, which lives for `length`, every 2 s for 5 s.
told monitor(int frames, async::clock::duration length) {
    async::virtual_clock clock;
    async::loop l(clock);
    const auto begin = l.now();
    told all;
    async::task_group group(l, "service", [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });
    async::task_group watching(l, "watch", [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });
    group.spawn("worker", deep(frames, length));
    watching.spawn("monitor_tasks", monitor_tasks(2s, [&](const std::string& text) {
                       all.texts.emplace_back(std::chrono::duration_cast<std::chrono::seconds>(l.now() - begin).count(),
                                              text);
                   }));
    group.spawn("end", cancel_after(watching, 5s));
    l.run();
    return all;
}

TEST(TaskMonitorTest, F41TellsEveryTaskAtOnceAndThenPeriodically) {
    const told all = monitor(1, 3s);

    EXPECT_THAT(all.times_of("service/worker"), ElementsAre(0, 2));
    EXPECT_THAT(all.times_of("service/end"), ElementsAre(0, 2, 4));
}

TEST(TaskMonitorTest, F41LeavesItselfOut) {
    const told all = monitor(1, 3s);

    EXPECT_THAT(all.times_of("watch/monitor_tasks"), ElementsAre());
}

TEST(TaskMonitorTest, F41ShowsTheInnermostFiveFrames) {
    const told all = monitor(7, 3s);

    const std::string& text =
        all.texts.back().second.find("worker") == std::string::npos ? all.texts[2].second : all.texts.back().second;
    ASSERT_THAT(text, HasSubstr("service/worker"));
    EXPECT_THAT(text, HasSubstr("2 outer frames"));
    EXPECT_EQ(std::ranges::count(text, '\n'), 6);
    EXPECT_THAT(text, HasSubstr("awaits sleep at"));
    EXPECT_THAT(text, Not(::testing::EndsWith("\n")));
}

TEST(TaskMonitorTest, F41ShowsAShorterStackWhole) {
    const told all = monitor(4, 3s);

    const auto found = std::ranges::find_if(all.texts, [](const auto& t) { return t.second.find("worker") < 40; });
    ASSERT_NE(found, all.texts.end());
    EXPECT_EQ(std::ranges::count(found->second, '\n'), 4) << found->second;
}

}  // namespace
}  // namespace mayhem::telemetry
