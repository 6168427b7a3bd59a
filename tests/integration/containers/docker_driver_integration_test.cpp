// Proves what the docker driver refuses, what it waits for, and that a pause always ends, on real containers.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/docker/docker_driver.hpp"
#include "integration/containers/container_engine.hpp"
#include "integration/daemon/test_folder.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/core/errors.hpp"
#include "support/may_act.hpp"
#include "support/spans_on_disk.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

class DockerDriverIntegrationTest : public ::testing::Test {
protected:
    docker_driver make(const test_container& c, docker_action action) {
        docker_driver_settings settings;
        settings.socket = c.engine().socket();
        settings.selector.names = name_patterns({c.name()});
        settings.action = action;
        settings.allow_dead = allow_dead_;
        settings.terms.length = pause_for_;
        return {settings, "test", pool_, [this](std::string_view text) { told_ += std::string(text) + '\n'; }};
    }

    std::vector<core::target> list(docker_driver& d) { return run_task(loop_, d.list()); }

    std::string why_nothing_is_listed(docker_driver& d) {
        try {
            return "listed " + std::to_string(list(d).size());
        } catch (const std::runtime_error& e) {
            return e.what();
        }
    }

    bool eventually(const std::function<bool()>& condition) {
        const auto deadline = clock_.now() + 30s;
        while (!condition()) {
            if (clock_.now() > deadline) {
                return false;
            }
            run_task(loop_, async::sleep_for(20ms));
        }
        return true;
    }

    const testing::test_folder folder_;
    bool allow_dead_ = false;
    std::chrono::nanoseconds pause_for_ = 1h;
    std::string told_;
    async::real_clock clock_;
    async::thread_pool pool_{2, "test"};
    async::loop loop_{clock_};
    test::spans_on_disk spans_{pool_, folder_.path(),
                               [this](std::string_view text) { told_ += std::string(text) + '\n'; }};
};

/// Lets an act begin, and has it end half a second later.
class ends_soon final : public ports::go_ahead {
public:
    explicit ends_soon(const async::clock& clock) : clock_(clock) {}
    [[nodiscard]] std::optional<core::guard> withdrawn_by() const override {
        asked_at_ = clock_.now();
        return std::nullopt;
    }
    [[nodiscard]] std::optional<std::string> must_end() const override {
        return clock_.now() - asked_at_ >= 500ms ? std::optional<std::string>("it must end") : std::nullopt;
    }

private:
    const async::clock& clock_;
    mutable async::clock::time_point asked_at_{};
};

/// The conditions ask the engine, each on a loop of its own, and so on another thread.
async::awaitable<void> until(async::thread_pool& pool, std::function<bool()> condition) {
    const async::frame here;
    while (true) {
        const bool is_so = co_await async::run_blocking(pool, condition);
        if (is_so) {
            co_return;
        }
        co_await async::sleep_for(20ms);
    }
}

async::awaitable<void> cancel_when(async::thread_pool& pool, std::function<bool()> condition,
                                   async::task_group& group) {
    const async::frame here;
    co_await until(pool, std::move(condition));
    group.cancel();
}

async::awaitable<void> run_until(pipeline::span_keeper& keeper, async::thread_pool& pool,
                                 std::function<bool()> condition) {
    const async::frame here;
    async::task_group group(async::this_loop(), "keeper", fail_test);
    group.spawn("run", keeper.run());
    co_await until(pool, std::move(condition));
    group.cancel();
    co_await group.join();
}

}  // namespace

TEST_F(DockerDriverIntegrationTest, KnowsWhenALifeBegan) {
    const core::wall_time before = clock_.wall_now();
    const test_container c;
    docker_driver d = make(c, docker_action::restart);

    const core::target t = list(d).at(0);

    ASSERT_TRUE(t.started_at);
    EXPECT_GE(*t.started_at, before - 1s);
    EXPECT_LE(*t.started_at, clock_.wall_now() + 1s);
}

TEST_F(DockerDriverIntegrationTest, LeavesAloneWhoHasNotOptedIn) {
    const test_container c(nlohmann::json::object());
    docker_driver driver = make(c, docker_action::restart);

    EXPECT_THAT(list(driver), IsEmpty());
    const container now = c.look();
    const core::target forged{.id = c.name(), .incarnation = now.id + '@' + now.started_at, .name = c.name()};
    EXPECT_EQ(run_task(loop_, driver.restart(forged, test::may_act)).refused_by, core::guard::not_opted_in);
    EXPECT_EQ(c.look().started_at, now.started_at);
}

TEST_F(DockerDriverIntegrationTest, KnowsWhoLivesInTheNetworkOfAContainer) {
    const test_container lead;
    nlohmann::json extra = opted_in();
    extra["HostConfig"]["NetworkMode"] = "container:" + lead.name();
    const test_container guest(extra);
    const test_container stranger;
    docker_driver d = make(lead, docker_action::restart);
    ports::neighbourhood* const around = static_cast<ports::driver&>(d).neighbours();
    ASSERT_NE(around, nullptr);

    const std::vector<core::reach> found = run_task(loop_, around->reach_of(list(d)));
    const auto lives = run_task(loop_, around->lives_of({guest.name(), "nobody"}));

    ASSERT_THAT(found, SizeIs(1));
    ASSERT_THAT(found[0].falls, SizeIs(1)) << found[0].unknown;
    EXPECT_EQ(found[0].falls[0].id, guest.name());
    EXPECT_EQ(found[0].falls[0].because, "lives in the network namespace of " + lead.name());
    EXPECT_FALSE(found[0].falls[0].is_meant);
    ASSERT_TRUE(lives);
    EXPECT_EQ(lives->at(0), found[0].falls[0].incarnation);
    EXPECT_EQ(lives->at(1), "");
}

TEST_F(DockerDriverIntegrationTest, RefusesWhatWouldVanish) {
    nlohmann::json extra = opted_in("no");
    extra["HostConfig"]["AutoRemove"] = true;
    const test_container c(extra);
    docker_driver driver = make(c, docker_action::restart);

    EXPECT_THAT(why_nothing_is_listed(driver), HasSubstr("was started with --rm and would vanish"));
}

TEST_F(DockerDriverIntegrationTest, RefusesToCrashWhatNothingStartsAgain) {
    const test_container c(opted_in("no"));
    docker_driver driver = make(c, docker_action::crash);

    EXPECT_THAT(why_nothing_is_listed(driver), HasSubstr("its restart policy is \"no\""));
    EXPECT_THAT(told_, HasSubstr(c.name() + " is left alone"));
}

TEST_F(DockerDriverIntegrationTest, KillsOnlyWhereThatIsAllowedBecauseItLeavesItDead) {
    const test_container c;
    docker_driver careful = make(c, docker_action::kill);
    EXPECT_THAT(why_nothing_is_listed(careful), HasSubstr("action = \"crash\""));
    allow_dead_ = true;
    docker_driver driver = make(c, docker_action::kill);
    const auto targets = list(driver);
    ASSERT_THAT(targets, SizeIs(1));

    EXPECT_EQ(run_task(loop_, driver.restart(targets[0], test::may_act)).refused_by, std::nullopt);

    EXPECT_TRUE(eventually([&] { return !c.look().is_running; }));
    EXPECT_EQ(run_task(loop_, driver.successor(targets[0])), std::nullopt);
    EXPECT_THAT(list(driver), IsEmpty());
    EXPECT_EQ(run_task(loop_, driver.restart(targets[0], test::may_act)).refused_by, core::guard::already_restarted);
}

TEST_F(DockerDriverIntegrationTest, ACrashGoesThroughTheRestartPolicy) {
    const test_container c(opted_in("on-failure"));
    docker_driver driver = make(c, docker_action::crash);
    const auto targets = list(driver);
    ASSERT_THAT(targets, SizeIs(1));

    EXPECT_EQ(run_task(loop_, driver.restart(targets[0], test::may_act)).refused_by, std::nullopt);

    EXPECT_TRUE(eventually([&] { return run_task(loop_, driver.successor(targets[0])).has_value(); }));
    EXPECT_EQ(c.look().restarts, 1);
}

TEST_F(DockerDriverIntegrationTest, HasNotRecoveredBeforeItIsHealthy) {
    nlohmann::json extra = opted_in();
    const std::string gate = folder_ / "gate";
    std::filesystem::create_directory(gate);
    extra["HostConfig"]["Binds"] = {gate + ":/gate"};
    extra["Healthcheck"] = {
        {"Test", {"CMD-SHELL", "test -e /gate/open"}}, {"Interval", 200'000'000}, {"Retries", 1000}};
    const test_container c(extra);
    docker_driver driver = make(c, docker_action::restart);
    EXPECT_THAT(list(driver), IsEmpty()) << "not healthy yet: " << c.look().health.value_or("none");
    const auto is_listed = [&] {
        c.engine().check_health(c.name());
        return list(driver).size() == 1;
    };
    (void)folder_.write("gate/open", "");
    ASSERT_TRUE(eventually(is_listed));
    const core::target old = list(driver).front();
    std::filesystem::remove(gate + "/open");

    ASSERT_EQ(run_task(loop_, driver.restart(old, test::may_act)).refused_by, std::nullopt);

    EXPECT_EQ(run_task(loop_, driver.successor(old)), std::nullopt) << "runs, but is not healthy yet";
    EXPECT_NE(c.look().started_at, old.incarnation.substr(65));
    (void)folder_.write("gate/open", "");
    EXPECT_TRUE(eventually([&] {
        c.engine().check_health(c.name());
        return run_task(loop_, driver.successor(old)).has_value();
    }));
}

TEST_F(DockerDriverIntegrationTest, ACancelledPauseEndsAtOnce) {
    const test_container c;
    docker_driver driver = make(c, docker_action::pause);
    const core::target t = list(driver).at(0);
    async::settled<ports::act_result> result;
    async::task_group group(loop_, "act", fail_test);
    async::task_group canceller(loop_, "canceller", fail_test);
    group.spawn("restart", test::note(spans_.act(driver, t), result));
    bool was_recorded = false;
    canceller.spawn("cancel", cancel_when(
                                  pool_,
                                  [&] {
                                      const bool is_paused = c.look().is_paused;
                                      was_recorded = !spans_.has_no_note();
                                      return is_paused;
                                  },
                                  group));

    loop_.run();

    ASSERT_TRUE(result.has_value()) << "it was paused, and that goes on record";
    EXPECT_EQ(result->refused_by, std::nullopt);
    EXPECT_TRUE(was_recorded) << "though it was paused";
    EXPECT_TRUE(spans_.has_no_note());
    EXPECT_TRUE(eventually([&] { return !c.look().is_paused; }))
        << "dockerd may say for a moment that it is, when containerd tells it of the pause later than of the resume";
}

TEST_F(DockerDriverIntegrationTest, APauseThatMustEndEndsWithinASecond) {
    const test_container c;
    docker_driver driver = make(c, docker_action::pause);
    const core::target t = list(driver).at(0);
    const ends_soon may_act(clock_);
    const auto began = clock_.now();

    const ports::act_result result = run_task(loop_, spans_.act(driver, t, may_act));

    EXPECT_EQ(result.refused_by, std::nullopt);
    ASSERT_TRUE(result.remark);
    EXPECT_THAT(*result.remark, HasSubstr(" of 1 h: it must end"));
    EXPECT_GE(clock_.now() - began, 500ms);
    EXPECT_LE(clock_.now() - began, 30s) << "of an hour, on a machine that has much to do";
    EXPECT_TRUE(spans_.has_no_note());
    EXPECT_TRUE(eventually([&] { return !c.look().is_paused; }));
    EXPECT_TRUE(eventually([&] { return run_task(loop_, driver.successor(t)).has_value(); }));
}

TEST_F(DockerDriverIntegrationTest, ARestartWhoseStartFailsIsInDoubtAndDoesNotRecover) {
    const std::string mounted = folder_.write("mounted", "");
    nlohmann::json extra = opted_in("no");
    extra["HostConfig"]["Binds"] = {mounted + ":/mounted"};
    const test_container c(extra);
    docker_driver driver = make(c, docker_action::restart);
    const core::target t = list(driver).at(0);
    std::filesystem::remove(mounted);  // so that it can be stopped, and not started

    const ports::act_result result = run_task(loop_, driver.restart(t, test::may_act));

    EXPECT_EQ(result.refused_by, std::nullopt) << "it was stopped";
    EXPECT_TRUE(result.is_in_doubt);
    EXPECT_THAT(result.trouble, HasSubstr("the engine was asked to restart it, and then: "));
    EXPECT_FALSE(c.look().is_running);
    EXPECT_EQ(run_task(loop_, driver.successor(t)), std::nullopt);
}

TEST_F(DockerDriverIntegrationTest, LeavesAloneWhatSomebodyElseHasPaused) {
    const test_container c;
    docker_driver driver = make(c, docker_action::restart);
    const core::target t = list(driver).at(0);
    c.engine().post("/containers/" + c.name() + "/pause");

    EXPECT_THAT(list(driver), IsEmpty());
    EXPECT_EQ(run_task(loop_, driver.restart(t, test::may_act)).refused_by, core::guard::busy);

    EXPECT_TRUE(c.look().is_paused);
    c.engine().post("/containers/" + c.name() + "/unpause");
}

TEST_F(DockerDriverIntegrationTest, TheNextLifeResumesWhatWasLeftPausedAndNothingElse) {
    const test_container left;
    const test_container others;
    const container now = left.look();
    container other = others.look();
    other.started_at = "another life";
    run_task(loop_, spans_.notes().add(docker_pause::note_of(now, left.engine().socket())));
    run_task(loop_, spans_.notes().add(docker_pause::note_of(other, left.engine().socket())));
    left.engine().post("/containers/" + left.name() + "/pause");
    left.engine().post("/containers/" + others.name() + "/pause");

    run_task(loop_, run_until(spans_.keeper(), pool_, [&] { return spans_.has_no_note(); }));

    EXPECT_TRUE(eventually([&] { return !left.look().is_paused; }));
    EXPECT_TRUE(others.look().is_paused) << "a life that we have not paused";
    EXPECT_THAT(told_, HasSubstr("Container " + left.name() + ", which was left paused, is resumed"));
    left.engine().post("/containers/" + others.name() + "/unpause");
}

}  // namespace mayhem::drivers
