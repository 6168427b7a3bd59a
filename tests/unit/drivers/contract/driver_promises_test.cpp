// Proves that drivers throw what the port says and nothing else, in a world where nobody answers: no engine, no bus, no
// program, no thread and no descriptor left.
#include "drivers/contract/driver_promises.hpp"

#include <exception>
#include <filesystem>
#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "drivers/command/command_driver.hpp"
#include "drivers/docker/docker_driver.hpp"
#include "drivers/process/process_driver.hpp"
#include "drivers/systemd/systemd_driver.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/core/errors.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// While it lives, no file can be opened.
class no_descriptors {
public:
    no_descriptors() {
        ::getrlimit(RLIMIT_NOFILE, &former_);
        const int lowest_free = ::dup(STDIN_FILENO);
        ::close(lowest_free);
        rlimit none = former_;
        none.rlim_cur = static_cast<rlim_t>(lowest_free);
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &former_); }
    no_descriptors(const no_descriptors&) = delete;
    no_descriptors& operator=(const no_descriptors&) = delete;

private:
    rlimit former_{};
};

/// Every driver that asks somebody, each in front of a closed door.
class DriverPromisesTest : public ::testing::Test {
protected:
    DriverPromisesTest() {
        const auto tell = [this](std::string_view text) { told_.emplace_back(text); };
        drivers_.push_back(std::make_unique<process_driver>(
            process_driver_settings{.selector = process_selector({.name = "no-such-process"})}, pool_, tell));
        drivers_.push_back(std::make_unique<command_driver>(
            command_driver_settings{.list = {"/no/such/program"}, .restart = {"/no/such/program"}}, tell));
        drivers_.push_back(std::make_unique<systemd_driver>(
            systemd_driver_settings{.bus_address = "unix:path=/no/such/bus", .units = {"web.service"}}, tell));
        drivers_.push_back(std::make_unique<docker_driver>(
            docker_driver_settings{.socket = "/no/such/socket", .selector = {.names = name_patterns({"web"})}}, "flow",
            pool_, tell));
    }

    const core::target gone_{.id = "web.service", .incarnation = "1:1:boot", .name = "web"};
    std::vector<std::string> told_;
    async::thread_pool pool_{1, "test"};
    async::real_clock clock_;
    async::loop loop_{clock_};
    std::vector<std::unique_ptr<ports::driver>> drivers_;
};

TEST_F(DriverPromisesTest, ADriverThatCannotAskSaysThatItsTargetsAreUnlisted) {
    for (const auto& d : drivers_) {
        if (d->kind() != "process") {
            EXPECT_THROW(run_task(loop_, d->list()), core::targets_unlisted) << d->kind();
        }
    }
}

TEST_F(DriverPromisesTest, SoDoesOneThatHasNoDescriptorLeft) {
    for (const auto& d : drivers_) {
        std::exception_ptr error;
        {
            const no_descriptors left;
            try {
                (void)run_task(loop_, d->list());
            } catch (...) {
                error = std::current_exception();
            }
        }
        ASSERT_TRUE(error) << d->kind();
        EXPECT_THROW(std::rethrow_exception(error), core::targets_unlisted) << d->kind();
    }
}

TEST_F(DriverPromisesTest, SoDoesOneForWhichNoThreadHasRoom) {
    std::promise<void> begun;
    std::promise<void> over;
    pool_.post([&begun, &over] {
        begun.set_value();
        over.get_future().wait();
    });
    begun.get_future().wait();  // the only thread is taken from here on, and takes nothing out of the queue
    const auto fill = [this] {
        for (;;) {
            pool_.post([] {});
        }
    };
    EXPECT_THROW(fill(), std::length_error);

    EXPECT_THROW(run_task(loop_, drivers_.front()->list()), core::targets_unlisted);

    over.set_value();
}

TEST_F(DriverPromisesTest, ADriverThatCannotLookDoesNotSayThatThereIsNoSuccessorAndTellsItOnce) {
    for (const auto& d : drivers_) {
        const no_descriptors left;
        EXPECT_THROW(run_task(loop_, d->successor(gone_)), core::unseen) << d->kind();
        EXPECT_THROW(run_task(loop_, d->successor(gone_)), core::unseen) << d->kind();
    }

    EXPECT_THAT(told_, SizeIs(drivers_.size()));
    EXPECT_THAT(told_, Each(HasSubstr("web has recovered: ")));
}

TEST_F(DriverPromisesTest, ADriverThatCannotLookAroundSaysThatItIsNotKnownWhoFalls) {
    int around = 0;
    for (const auto& d : drivers_) {
        ports::neighbourhood* const n = d->neighbours();
        if (n == nullptr) {
            continue;
        }
        ++around;
        const no_descriptors left;
        const std::vector<core::reach> found = run_task(loop_, n->reach_of({gone_, gone_}));
        EXPECT_THAT(found, SizeIs(2)) << d->kind();
        for (const core::reach& r : found) {
            EXPECT_NE(r.unknown, "") << d->kind();
            EXPECT_TRUE(core::why_out_of_reach(r, core::reach_policy::any)) << d->kind();
        }
        EXPECT_FALSE(run_task(loop_, n->lives_of({"web.service"}))) << d->kind();
    }

    EXPECT_EQ(around, 3);
    EXPECT_THAT(told_, SizeIs(3));
    EXPECT_THAT(told_, Each(HasSubstr("what fell has recovered: ")));
}

async::awaitable<std::vector<core::target>> wait_for_ever() {
    const async::frame here;
    co_await async::sleep_for(1h);
    co_return std::vector<core::target>();
}

async::awaitable<void> cancel(async::task_group& group) {
    const async::frame here;
    group.cancel();
    co_return;
}

TEST_F(DriverPromisesTest, ACancellationStaysOne) {
    async::settled<std::vector<core::target>> result;
    async::task_group group(loop_, "test", fail_test);
    async::task_group canceller(loop_, "canceller", fail_test);
    group.spawn("list", test::note(unlisted_on_trouble(wait_for_ever()), result));
    canceller.spawn("cancel", cancel(group));

    loop_.run();

    EXPECT_TRUE(async::is_cancellation(result.error()));
}

}  // namespace
}  // namespace mayhem::drivers
