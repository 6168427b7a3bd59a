// Proves what is logged of a halt by command whose record is in trouble. On virtual time, with a record that waits and
// fails at will.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "halts/halt_command.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"
#include "support/virtual_loop.hpp"
#include "telemetry/logging.hpp"
#include "unit/halts/fake_halt_memory.hpp"
#include "unit/telemetry/pipe.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using ports::halt_record;

TEST(HaltCommandLogTest, ATroubleIsToldOnceAndItsEnd) {
    telemetry::test::pipe p;
    {
        telemetry::logging logging({.format = telemetry::log_format::journald, .fd = p.write_end()});
        test::fake_halt_memory memory;
        test::virtual_loop time;
        halt_doors doors(time.loop, logging.get());
        halt_command command(time.loop, logging.get(), doors, [] {});
        command.recall(halt_record{.who = "alice", .why = "", .since = core::wall_time{}});
        time.spawn("keep", command.keep(memory));
        memory.failures = 3;
        time.spawn("halt", [](halt_command& c) -> async::awaitable<void> {
            const async::frame here;
            try {
                co_await c.halt({.who = "bob"}, "");
            } catch (const core::store_failed&) {
                co_return;
            }
        }(command));
        time.run_for(1min);
        time.group.cancel();
        time.run();
    }
    p.close_write_end();

    const std::vector<std::string> lines = p.read_lines();
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[1],
              "<4>the disk is full; it is halted, but a start may not know of it until that is on record, retrying "
              "every 2 s");
    EXPECT_EQ(lines[2], "<6>The halt is on record");
}

TEST(HaltCommandLogTest, AResumeThatIsAnsweredTooLateIsATroubleUntilTheHaltIsOnRecordAgain) {
    telemetry::test::pipe p;
    {
        telemetry::logging logging({.format = telemetry::log_format::journald, .fd = p.write_end()});
        test::fake_halt_memory memory;
        memory.kept = halt_record{.who = "alice", .why = "", .since = core::wall_time{}};
        test::virtual_loop time;
        halt_doors doors(time.loop, logging.get());
        halt_command command(time.loop, logging.get(), doors, [] {});
        command.recall(memory.kept);
        time.spawn("keep", command.keep(memory));
        memory.may_write.clear();
        for (int i = 0; i < 2; ++i) {  // of which the second is not even begun
            time.spawn("resume", [](halt_command& c) -> async::awaitable<void> {
                const async::frame here;
                try {
                    co_await c.resume("bob");
                } catch (const core::store_late&) {
                    co_return;
                }
            }(command));
            time.run_for(1s);
        }
        time.run_for(halt_command::answer_max);
        memory.may_write.set();
        time.run_for(1min);
        EXPECT_TRUE(memory.kept);
        time.group.cancel();
        time.run();
    }
    p.close_write_end();

    const std::vector<std::string> lines = p.read_lines();
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[1],
              "<4>the database has not answered within 8 s; it is halted, but a start may not know of it until that is "
              "on record, retrying every 2 s");
    EXPECT_EQ(lines[2], "<6>The halt is on record");
}

}  // namespace
}  // namespace mayhem::app
