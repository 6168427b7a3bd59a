// Proves when the desk looks at the file and the record: at once when something happens in their folders, when a reload
// names another file, and when it has overlooked something; and that one of the two that hangs holds up nothing else.
#include "halts/halt_desk.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "support/virtual_loop.hpp"
#include "telemetry/logging.hpp"
#include "unit/halts/fake_sight.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using ports::halt_record;
using test::absent;
using test::there;

class slow_memory final : public ports::halt_memory {
public:
    async::awaitable<std::optional<halt_record>> read_halt() override {
        const async::frame here;
        ++reads;
        co_await may_go_on.wait();
        co_return kept;
    }
    async::awaitable<void> write_halt(halt_record r) override {
        const async::frame here;
        co_await may_go_on.wait();
        kept = r;
    }
    async::awaitable<std::optional<halt_record>> forget_halt(std::vector<halt_record> /*known*/) override {
        const async::frame here;
        co_await may_go_on.wait();
        kept.reset();
        co_return std::nullopt;
    }

    std::optional<halt_record> kept;
    async::event may_go_on;
    int reads = 0;

    slow_memory() { may_go_on.set(); }
};

class HaltDeskTest : public ::testing::Test {
protected:
    ~HaltDeskTest() override {
        memory_.may_go_on.set();
        time_.group.cancel();
        time_.run();
    }
    void start(const std::string& file = "/halt") {
        time_.run(desk_.configure(false, "mayhem.toml", file));
        time_.spawn("record", desk_.keep_record(memory_));
        time_.spawn("folders", desk_.watch_folders());
        time_.spawn("file", desk_.watch_file());
        time_.spawn("watch", desk_.watch_record(memory_, "/data/mayhem.db"));
        time_.run_for(100ms);
    }
    bool is_halted() const { return desk_.get().is_halted(); }

    test::fake_sight sight_;
    slow_memory memory_;
    telemetry::logging logging_{{.lowest = telemetry::level::critical}};
    test::virtual_loop time_;
    halt_desk desk_{time_.loop, logging_.get(), sight_};
};

TEST_F(HaltDeskTest, LooksAtFileAndRecordWhenSomethingHappens) {
    start();
    sight_.found = there();
    sight_.changed.set();
    time_.run_for(100ms);
    EXPECT_TRUE(desk_.get().is_open(pipeline::halt_door::file));

    memory_.kept = halt_record{.who = "somebody", .why = "", .since = {}};
    sight_.changed.set();
    time_.run_for(100ms);

    EXPECT_TRUE(desk_.get().is_open(pipeline::halt_door::command));
    EXPECT_EQ(sight_.attended.front(), "/data");
}

TEST_F(HaltDeskTest, LooksEveryHalfMinuteThoughNothingHappensAndTwiceASecondWhereNobodyTells) {
    start();
    const std::size_t before = sight_.looks.size();
    time_.run_for(61s);
    EXPECT_EQ(sight_.looks.size(), before + 2);

    sight_.is_watched = false;
    sight_.changed.set();
    time_.run_for(100ms);
    const std::size_t then = sight_.looks.size();
    time_.run_for(10s);

    EXPECT_EQ(sight_.looks.size(), then + 20);
}

TEST_F(HaltDeskTest, AReloadWithAnotherFileIsWatchedAtOnce) {
    start();
    sight_.looks.clear();

    time_.spawn("reload", desk_.configure(false, "mayhem.toml", "/other"));
    time_.run_for(100ms);

    EXPECT_EQ(sight_.looks, (std::vector<std::string>{"/other", "/other"}));  // by the reload, by the watch
}

TEST_F(HaltDeskTest, AFileThatHangsHoldsUpNoHaltByAnotherProcess) {
    start();
    sight_.hangs = true;
    sight_.changed.set();
    time_.run_for(100ms);

    memory_.kept = halt_record{.who = "somebody", .why = "", .since = {}};
    sight_.changed.set();
    time_.run_for(100ms);

    EXPECT_TRUE(is_halted());
}

TEST_F(HaltDeskTest, ADatabaseThatHangsHoldsUpNoHaltByTheFile) {
    start();
    memory_.may_go_on.clear();
    sight_.changed.set();
    time_.run_for(100ms);

    sight_.found = there();
    sight_.changed.set();
    time_.run_for(100ms);

    EXPECT_TRUE(is_halted());
}

TEST_F(HaltDeskTest, WhatAnotherProcessDoesDuringAHaltIsLookedAtAfterwards) {
    start();
    memory_.may_go_on.clear();
    time_.spawn("halt", desk_.halt({.who = "alice"}, ""));
    sight_.changed.set();
    time_.run_for(100ms);
    const int before = memory_.reads;

    memory_.may_go_on.set();
    time_.run_for(100ms);

    EXPECT_GT(memory_.reads, before);
}

TEST_F(HaltDeskTest, TheConfigHaltsAndTakesBack) {
    start();

    desk_.halt_by_config("mayhem.toml");
    EXPECT_TRUE(is_halted());
    time_.spawn("reload", desk_.configure(false, "mayhem.toml", "/halt"));
    time_.run_for(100ms);

    EXPECT_FALSE(is_halted());
}

}  // namespace
}  // namespace mayhem::app
