// Proves on virtual time who is killed for not ending, who is spared, and what goes on record of it.
#include "drivers/process/insist.hpp"

#include <csignal>
#include <stdexcept>
#include <system_error>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/settled.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::drivers {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// Withdrawn from one moment to another, by the loop's clock.
class spell final : public ports::go_ahead {
public:
    spell(core::guard by, async::clock::time_point from, async::clock::time_point until) noexcept
        : by_(by), from_(from), until_(until) {}
    [[nodiscard]] std::optional<core::guard> withdrawn_by() const override {
        const async::clock::time_point now = async::this_loop().now();
        return now >= from_ && now < until_ ? std::optional(by_) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::string> must_end() const override { return std::nullopt; }  // nothing lasts here

private:
    core::guard by_;
    async::clock::time_point from_;
    async::clock::time_point until_;
};

struct fixture {
    test::virtual_loop loop;
    std::chrono::nanoseconds obeys_after = 100h;  ///< from the first signal
    bool dies_of_kill = true;
    std::string trouble_of_looking;
    std::optional<async::clock::duration> killed_at;

    told_to_end process() {
        return {.signal = SIGTERM,
                .ends = [this] { return ends(*this); },
                .kill =
                    [this] {
                        killed_at = loop.elapsed();
                        return true;
                    }};
    }

    static async::awaitable<void> ends(fixture& f) {
        const async::frame here;
        if (!f.trouble_of_looking.empty()) {
            throw std::runtime_error(f.trouble_of_looking);
        }
        co_await async::sleep_for(f.killed_at && f.dies_of_kill ? 1ms : f.obeys_after);
    }

    /// What goes on record, kill_after being 10 s, while `by` withdraws the go-ahead.
    std::string insist(core::guard by = core::guard::halted, std::chrono::nanoseconds from = 100h,
                       std::chrono::nanoseconds until = 100h) {
        const async::clock::time_point now = loop.clock.now();
        const spell may_act(by, now + from, now + until);
        async::settled<std::string> result;
        loop.run(test::note(drivers::insist(process(), 10s, may_act), result));
        return std::move(result).get();
    }
};

TEST(InsistTest, KillsWhoIsStillThereWhenTheTimeIsOver) {
    fixture f;

    EXPECT_EQ(f.insist(), "");
    EXPECT_EQ(f.killed_at, 10s);
}

TEST(InsistTest, LeavesAloneWhoObeys) {
    fixture f;
    f.obeys_after = 9s;

    EXPECT_EQ(f.insist(), "");
    EXPECT_EQ(f.killed_at, std::nullopt);
    EXPECT_EQ(f.loop.elapsed(), 9s);
}

TEST(InsistTest, SparesWhoIsStillThereWhenSomebodyHasHaltedSince) {
    fixture f;

    EXPECT_EQ(f.insist(core::guard::halted, 10s - 1ns),
              "it was still there 10 s after SIGTERM, and was spared SIGKILL: halted");
    EXPECT_EQ(f.killed_at, std::nullopt);
}

TEST(InsistTest, SparesWhoIsStillThereOnceTheHoursAreOverOrTheBreakerIsOpen) {
    for (const core::guard g : {core::guard::outside_hours, core::guard::excluded_day, core::guard::breaker_open}) {
        fixture f;

        EXPECT_THAT(f.insist(g, 1s), HasSubstr(core::to_string(g)));
        EXPECT_EQ(f.killed_at, std::nullopt);
    }
}

TEST(InsistTest, WhatCountsIsTheMomentOfTheKill) {
    fixture f;

    EXPECT_EQ(f.insist(core::guard::halted, 1s, 9s), "") << "resumed in time";
    EXPECT_EQ(f.killed_at, 10s);
}

TEST(InsistTest, AMessageThatHasExpiredSinceForbidsNothing) {
    fixture f;

    EXPECT_EQ(f.insist(core::guard::expired, 1s), "");
    EXPECT_EQ(f.killed_at, 10s);
}

TEST(InsistTest, TellsOfWhoSurvivesTheKill) {
    fixture f;
    f.dies_of_kill = false;

    EXPECT_THAT(f.insist(), HasSubstr("it survives SIGKILL: it is stuck inside the kernel"));
    EXPECT_EQ(f.loop.elapsed(), 15s);
}

TEST(InsistTest, TellsWhatKeepsItFromLooking) {
    fixture f;
    f.trouble_of_looking = "too many open files";

    EXPECT_EQ(f.insist(), "it was sent SIGTERM, and then: too many open files");
    EXPECT_EQ(f.killed_at, std::nullopt);
}

TEST(InsistTest, ACancellationLeavesItAtWhatWasSent) {
    fixture f;
    const spell may_act(core::guard::halted, async::clock::time_point::max(), async::clock::time_point::max());
    async::settled<std::string> result;
    f.loop.spawn(test::note(insist(f.process(), 10s, may_act), result));
    f.loop.run_for(1s);

    f.loop.group.cancel();
    f.loop.run();

    EXPECT_EQ(*result, "");
    EXPECT_EQ(f.killed_at, std::nullopt);
}

}  // namespace
}  // namespace mayhem::drivers
