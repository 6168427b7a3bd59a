// What every driver promises (mayhem/ports/driver.hpp), as tests that all of them share and that run against the real
// thing. A driver joins with a `driver_bed` of its own and one line:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(Process, DriverContractTest, process_bed);
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/drivers/driver_bed.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "support/may_act.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {

inline constexpr std::chrono::seconds contract_patience{30};

template <typename Bed>
class DriverContractTest : public ::testing::Test {
protected:
    void SetUp() override {
        bed_.create_target();
        bed_.begin(loop_);
    }
    void TearDown() override { bed_.end(loop_); }

    /// Runs `body` to its end, beside what the bed may have on the loop: returns its value or throws its exception.
    template <typename Operation>
    typename Operation::value_type run(Operation body) {
        async::settled<typename Operation::value_type> result;
        async::task_group group(loop_, "test", fail_test);
        group.spawn("body", then_stop(test::note(std::move(body), result)));
        loop_.run();
        return std::move(result).get();
    }

    static async::awaitable<void> then_stop(async::awaitable<void> body) {
        const async::frame here;
        co_await std::move(body);
        async::this_loop().stop();
    }

    /// Waits for it: dockerd may say for a moment that what was just resumed is paused.
    core::target only_target() {
        std::vector<core::target> targets = run(driver().list());
        for (const auto deadline = clock_.now() + contract_patience; targets.empty() && clock_.now() < deadline;) {
            targets = run(driver().list());
        }
        if (targets.size() != 1) {
            throw std::runtime_error("the driver lists " + std::to_string(targets.size()) + " targets instead of one");
        }
        return targets.front();
    }

    std::optional<core::guard> act(const core::target& t) {
        return run(bed_.act(driver(), t, test::may_act)).refused_by;
    }

    /// The next life of `t`, for which it waits.
    std::optional<core::target> recover(const core::target& t) {
        return run(async::with_timeout(poll(t), contract_patience));
    }

    async::awaitable<core::target> poll(const core::target& t) {
        const async::frame here;
        for (;;) {
            bed_.bring_back();
            std::optional<core::target> next = co_await driver().successor(t);
            if (next) {
                co_return *std::move(next);
            }
            co_await async::sleep_for(std::chrono::milliseconds{20});
        }
    }

    /// Starts to act on `t` and cancels after `delay`.
    async::settled<ports::act_result> act_and_cancel(const core::target& t, std::chrono::milliseconds delay) {
        async::settled<ports::act_result> result;
        async::task_group group(loop_, "act", fail_test);
        async::task_group canceller(loop_, "canceller", fail_test);
        group.spawn("restart", test::note(bed_.act(driver(), t, test::may_act), result));
        canceller.spawn("cancel", then_stop(cancel_after(delay, group)));
        loop_.run();
        return result;
    }

    static async::awaitable<void> cancel_after(std::chrono::milliseconds delay, async::task_group& group) {
        const async::frame here;
        co_await async::sleep_for(delay);
        group.cancel();
        co_await group.join();
    }

    async::awaitable<async::settled<ports::act_result>> act_while_it_vanishes(const core::target& t) {
        const async::frame here;
        auto [acted, vanished] = co_await async::gather_settled(
            bed_.act(driver(), t, test::may_act), async::run_blocking(pool_, [this] { bed_.vanish_target(); }));
        vanished.rethrow_if_failed();
        co_return std::move(acted);
    }

    ports::driver& driver() {
        if (!driver_) {
            driver_ = bed_.make_driver();
        }
        return *driver_;
    }

    Bed bed_;
    async::real_clock clock_;
    async::thread_pool pool_{1, "contract"};
    async::loop loop_{clock_};
    std::unique_ptr<ports::driver> driver_;
};

TYPED_TEST_SUITE_P(DriverContractTest);

TYPED_TEST_P(DriverContractTest, ListsTheTargetWithItsLife) {
    const core::target first = this->only_target();
    const core::target again = this->only_target();

    EXPECT_FALSE(first.id.empty());
    EXPECT_FALSE(first.name.empty());
    EXPECT_FALSE(first.incarnation.empty());
    EXPECT_EQ(first, again) << "looking changes nothing";
}

TYPED_TEST_P(DriverContractTest, SeesNoSuccessorOfALifeThatGoesOn) {
    const core::target t = this->only_target();

    EXPECT_EQ(this->run(this->driver().successor(t)), std::nullopt);
}

TYPED_TEST_P(DriverContractTest, ActsAndSeesTheRecovery) {
    const core::target old = this->only_target();

    ASSERT_EQ(this->act(old), std::nullopt);
    const std::optional<core::target> next = this->recover(old);

    ASSERT_TRUE(next) << "not back within " << contract_patience.count() << " s";
    EXPECT_EQ(next->id, old.id);
    EXPECT_NE(next->incarnation, old.incarnation);
    EXPECT_EQ(this->only_target().incarnation, next->incarnation);
}

TYPED_TEST_P(DriverContractTest, ActsOnALifeOnlyOnce) {
    const core::target old = this->only_target();
    ASSERT_EQ(this->act(old), std::nullopt);
    const std::optional<core::target> next = this->recover(old);
    ASSERT_TRUE(next);

    EXPECT_EQ(this->act(old), core::guard::already_restarted);

    EXPECT_EQ(this->only_target().incarnation, next->incarnation) << "the next life was hit";
}

TYPED_TEST_P(DriverContractTest, AsksOnceMoreRightBeforeTheAct) {
    const core::target t = this->only_target();

    const ports::act_result result = this->run(this->bed_.act(this->driver(), t, test::may_not_act));

    EXPECT_EQ(result.refused_by, core::guard::halted);
    EXPECT_EQ(this->run(async::with_timeout(this->poll(t), std::chrono::milliseconds{300})), std::nullopt);
    EXPECT_EQ(this->only_target(), t) << "it was hit all the same";
}

TYPED_TEST_P(DriverContractTest, ACancelledActIsWholeOrNotAtAll) {
    using std::chrono::milliseconds;
    for (const milliseconds delay : {milliseconds{0}, milliseconds{1}, milliseconds{5}, milliseconds{50}}) {
        SCOPED_TRACE(delay.count());
        const core::target t = this->only_target();

        const async::settled<ports::act_result> result = this->act_and_cancel(t, delay);

        if (result.has_value()) {
            EXPECT_TRUE(this->recover(t)) << "it was acted on, and is not back";
        } else {
            EXPECT_TRUE(async::is_cancellation(result.error()));
            EXPECT_FALSE(this->run(async::with_timeout(this->poll(t), milliseconds{200})));
            EXPECT_EQ(this->only_target().incarnation, t.incarnation) << "it was not acted on, and is not as it was";
        }
    }
}

TYPED_TEST_P(DriverContractTest, EndsWhenTheTargetVanishesInTheMiddle) {
    const core::target t = this->only_target();

    const async::settled<ports::act_result> acted = this->run(this->act_while_it_vanishes(t));

    if (!acted.has_value()) {
        EXPECT_THROW(acted.rethrow_if_failed(), core::restart_failed);
    }
    EXPECT_THAT(this->run(this->driver().list()), ::testing::IsEmpty());
    EXPECT_EQ(this->act(t), core::guard::already_restarted);
    EXPECT_EQ(this->run(this->driver().successor(t)), std::nullopt);
}

REGISTER_TYPED_TEST_SUITE_P(DriverContractTest, ListsTheTargetWithItsLife, SeesNoSuccessorOfALifeThatGoesOn,
                            ActsAndSeesTheRecovery, ActsOnALifeOnlyOnce, AsksOnceMoreRightBeforeTheAct,
                            ACancelledActIsWholeOrNotAtAll, EndsWhenTheTargetVanishesInTheMiddle);

}  // namespace mayhem::drivers
