#include "cancellation_scenarios.hpp"

#include <array>
#include <future>
#include <optional>
#include <stop_token>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/first_of.hpp"
#include "mayhem/async/gather_range.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/task_handle.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "mayhem/async/wall_jumps.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::async::test_cancellation {

namespace {

using namespace std::chrono_literals;

constexpr clock::duration half_a_second = 500ms;

class sleep_scenario final : public scenario {
public:
    awaitable<void> perform() override { return sleep_for(half_a_second); }
    awaitable<void> complete() override { return sleep_for(half_a_second); }
    [[nodiscard]] bool is_timed() const override { return true; }
};

/// Is over as soon as it begins, so that there is nothing to cut.
class yield_scenario final : public scenario {
public:
    awaitable<void> perform() override { return yield(); }
    awaitable<void> complete() override {
        const frame here;
        co_return;
    }
    [[nodiscard]] bool is_cut_by_cancellation() const override { return false; }
};

class event_scenario final : public scenario {
public:
    awaitable<void> perform() override { return event_.wait(); }
    awaitable<void> complete() override {
        const frame here;
        event_.set();
        co_return;
    }

private:
    event event_;
};

class wall_jump_scenario final : public scenario {
public:
    awaitable<void> perform() override { return jumps_.sleep_until(clock::time_point::max(), 0); }
    awaitable<void> complete() override {
        const frame here;
        jumps_.note();
        co_return;
    }

private:
    wall_jumps jumps_;
};

class semaphore_scenario final : public scenario {
public:
    awaitable<void> perform() override {
        const frame here;
        mine_ = co_await semaphore_.acquire();
        EXPECT_TRUE(mine_);
    }
    awaitable<void> complete() override {
        const frame here;
        others_.release();
        co_return;
    }
    void check(bool completed) override {
        EXPECT_EQ(static_cast<bool>(mine_), completed);
        mine_.release();
        others_.release();
        EXPECT_EQ(semaphore_.available(), 1U) << "a permit was lost";
    }

private:
    semaphore semaphore_{1};
    semaphore::permit others_ = semaphore_.try_acquire();
    semaphore::permit mine_;
};

class send_scenario final : public scenario {
public:
    send_scenario() {
        auto in_the_way = std::make_unique<int>(0);
        EXPECT_TRUE(channel_.try_send(in_the_way));
    }
    awaitable<void> perform() override {
        const frame here;
        const bool sent = co_await channel_.send(mine_);
        EXPECT_TRUE(sent);
    }
    awaitable<void> complete() override {
        const frame here;
        EXPECT_EQ(**channel_.try_receive(), 0);
        co_return;
    }
    void check(bool completed) override {
        EXPECT_EQ(mine_ == nullptr, completed) << "the value is with its sender unless it was sent";
        std::optional<std::unique_ptr<int>> last;
        while (std::optional<std::unique_ptr<int>> next = channel_.try_receive()) {
            last = std::move(next);
        }
        EXPECT_EQ(last.has_value() && **last == 1, completed);
    }

private:
    channel<std::unique_ptr<int>> channel_{1};
    std::unique_ptr<int> mine_ = std::make_unique<int>(1);
};

class receive_scenario final : public scenario {
public:
    awaitable<void> perform() override {
        const frame here;
        received_ = co_await channel_.receive();
        EXPECT_EQ(received_, 7);
    }
    awaitable<void> complete() override {
        const frame here;
        int value = 7;
        is_sent_ = channel_.try_send(value);
        EXPECT_TRUE(is_sent_);
        co_return;
    }
    void check(bool completed) override {
        EXPECT_EQ(received_.has_value(), completed);
        EXPECT_EQ(channel_.size(), is_sent_ && !completed ? 1U : 0U) << "the value is in exactly one hand";
    }

private:
    channel<int> channel_{1};
    std::optional<int> received_;
    bool is_sent_ = false;
};

class join_scenario final : public scenario {
public:
    awaitable<void> perform() override {
        const frame here;
        group_ = std::unique_ptr<task_group>(new task_group(this_loop(), "joined", {}));
        group_->spawn("wait", wait(release_));
        co_await group_->join();
    }
    awaitable<void> complete() override {
        const frame here;
        release_.set();
        while (group_ && !group_->empty()) {
            co_await yield();
        }
    }
    void check(bool /*completed*/) override {
        EXPECT_TRUE(group_ == nullptr || group_->failures() == 0) << "cancelling the join cancels nobody";
    }

private:
    static awaitable<void> wait(event& e) {
        const frame here;
        co_await e.wait();
    }

    event release_;
    std::unique_ptr<task_group> group_;
};

class gather_scenario final : public scenario {
public:
    awaitable<void> perform() override {
        const frame here;
        auto results = co_await gather_settled(first_.wait(), second_.wait(), third_.wait());
        is_done_ = true;
        const auto is_clean = [](const auto& r) { return r.has_value() || is_cancellation(r.error()); };
        EXPECT_TRUE(std::apply([&](const auto&... r) { return (is_clean(r) && ...); }, results));
    }
    awaitable<void> complete() override {
        const frame here;
        first_.set();
        third_.set();
        co_await yield();
        co_await yield();
        second_.set();
        co_await yield();
    }
    /// It returns in any case, with how far its operations came.
    [[nodiscard]] bool is_cut_by_cancellation() const override { return false; }
    void check(bool completed) override { EXPECT_EQ(is_done_, completed); }

private:
    event first_;
    event second_;
    event third_;
    bool is_done_ = false;
};

class gather_range_scenario final : public scenario {
public:
    awaitable<void> perform() override {
        const frame here;
        std::vector<awaitable<void>> operations;
        for (event& e : events_) {
            operations.push_back(e.wait());
        }
        const auto results = co_await gather_settled(std::move(operations), 2);
        is_done_ = true;
        for (const settled<void>& r : results) {
            EXPECT_TRUE(r.has_value() || is_cancellation(r.error()));
        }
    }
    awaitable<void> complete() override {
        const frame here;
        for (event& e : events_) {
            e.set();
            co_await yield();
            if (&e != &events_.back()) {
                co_await yield();
            }
        }
    }
    [[nodiscard]] bool is_cut_by_cancellation() const override { return false; }
    void check(bool completed) override { EXPECT_EQ(is_done_, completed); }

private:
    std::array<event, 3> events_;
    bool is_done_ = false;
};

class first_of_scenario final : public scenario {
public:
    awaitable<void> perform() override {
        const frame here;
        const auto [never, event] = co_await first_of(never_.wait(), event_.wait());
        is_done_ = true;
        EXPECT_TRUE(is_cancellation(never.error()));
        EXPECT_TRUE(event || is_cancellation(event.error()));
    }
    awaitable<void> complete() override {
        const frame here;
        event_.set();
        for (int i = 0; i < 3; ++i) {
            co_await yield();
        }
    }
    /// It returns in any case, with how far its operations came.
    [[nodiscard]] bool is_cut_by_cancellation() const override { return false; }
    void check(bool completed) override { EXPECT_EQ(is_done_, completed); }

private:
    event never_;
    event event_;
    bool is_done_ = false;
};

class task_handle_scenario final : public scenario {
public:
    awaitable<void> perform() override {
        const frame here;
        group_ = std::unique_ptr<task_group>(new task_group(this_loop(), "started", {}));
        task_.emplace(start(*group_, "wait", wait(release_)));
        const settled<int> ended = co_await task_->join();
        is_taken_ = true;
        EXPECT_EQ(*ended, 7);
    }
    awaitable<void> complete() override {
        const frame here;
        release_.set();
        while (group_ && !group_->empty()) {
            co_await yield();
        }
    }
    void check(bool /*completed*/) override {
        if (task_ && !is_taken_) {
            EXPECT_EQ(*task_->take(), 7) << "cancelling the join leaves the task alone, and its result can be had";
        }
    }

private:
    static awaitable<int> wait(event& e) {
        const frame here;
        co_await e.wait();
        co_return 7;
    }

    event release_;
    std::unique_ptr<task_group> group_;
    std::optional<task_handle<int>> task_;
    bool is_taken_ = false;
};

class in_time_scenario final : public scenario {
public:
    awaitable<void> perform() override {
        const frame here;
        const auto in_time = co_await with_timeout(event_.wait(), 1h);
        EXPECT_TRUE(in_time);
    }
    awaitable<void> complete() override {
        const frame here;
        event_.set();
        co_await yield();
    }

private:
    event event_;
};

class expiring_scenario final : public scenario {
public:
    awaitable<void> perform() override {
        const frame here;
        const auto in_time = co_await with_timeout(never_.wait(), half_a_second);
        EXPECT_FALSE(in_time);
    }
    awaitable<void> complete() override { return sleep_for(half_a_second); }
    [[nodiscard]] bool is_timed() const override { return true; }

private:
    event never_;
};

class shield_scenario final : public scenario {
public:
    awaitable<void> perform() override { return shield(event_.wait(), 1h); }
    awaitable<void> complete() override {
        const frame here;
        event_.set();
        co_await yield();
    }
    [[nodiscard]] bool is_cut_by_cancellation() const override { return false; }

private:
    event event_;
};

class run_blocking_scenario final : public scenario {
public:
    awaitable<void> perform() override {
        const frame here;
        const bool value =
            co_await run_blocking(pool_, [released = release_.get_future().share()](std::stop_token stop) {
                const std::stop_callback on_stop(stop, [] {});
                released.wait();
                return true;
            });
        EXPECT_TRUE(value);
    }
    awaitable<void> complete() override {
        const frame here;
        release_.set_value();
        co_return;
    }
    [[nodiscard]] bool is_cut_by_cancellation() const override { return false; }

private:
    std::promise<void> release_;
    thread_pool pool_{1, "scenario"};
};

template <typename Scenario>
std::unique_ptr<scenario> make() {
    return std::make_unique<Scenario>();
}

}  // namespace

std::vector<named_scenario> all_scenarios() {
    return {{"Sleep", &make<sleep_scenario>},
            {"Yield", &make<yield_scenario>},
            {"Event", &make<event_scenario>},
            {"WallJump", &make<wall_jump_scenario>},
            {"Semaphore", &make<semaphore_scenario>},
            {"ChannelSend", &make<send_scenario>},
            {"ChannelReceive", &make<receive_scenario>},
            {"Join", &make<join_scenario>},
            {"GatherSettled", &make<gather_scenario>},
            {"GatherRange", &make<gather_range_scenario>},
            {"FirstOf", &make<first_of_scenario>},
            {"TaskHandleJoin", &make<task_handle_scenario>},
            {"WithTimeoutInTime", &make<in_time_scenario>},
            {"WithTimeoutExpiring", &make<expiring_scenario>},
            {"Shield", &make<shield_scenario>},
            {"RunBlocking", &make<run_blocking_scenario>}};
}

}  // namespace mayhem::async::test_cancellation
