// Proves that the file's door is closed by nothing but a look that found no file: not by one that failed, nor by one
// that hangs; that nothing starts or reloads past a file that has never been seen; and that each trouble is told once.
#include "halts/halt_file_door.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "support/virtual_loop.hpp"
#include "telemetry/logging.hpp"
#include "unit/halts/fake_sight.hpp"
#include "unit/telemetry/pipe.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using test::absent;
using test::there;
using test::unknown;

class HaltFileDoorTest : public ::testing::Test {
protected:
    HaltFileDoorTest() {
        doors_.on_change([this](std::string_view what, const pipeline::halt_reason& r) {
            told_.push_back(std::string(what) + " by " + r.who + (r.why.empty() ? "" : ": " + r.why));
        });
    }
    bool is_halted() const { return doors_.get().is_halted(); }
    void use(const std::string& file) { time_.run(door_.use(file)); }
    void look(halt_look found) {
        sight_.found = std::move(found);
        time_.run(door_.look());
    }

    test::fake_sight sight_;
    std::vector<std::string> told_;
    telemetry::logging logging_{{.lowest = telemetry::level::critical}};
    test::virtual_loop time_;
    halt_doors doors_{time_.loop, logging_.get()};
    halt_file_door door_{time_.loop, logging_.get(), doors_, sight_};
};

TEST_F(HaltFileDoorTest, TheFileHaltsWhileItIsThere) {
    use("/halt");
    EXPECT_FALSE(is_halted());

    look(there("release"));
    EXPECT_TRUE(is_halted());
    look(absent());

    EXPECT_FALSE(is_halted());
    EXPECT_EQ(told_,
              (std::vector<std::string>{"halted by the file /halt: release", "resumed by the removal of /halt"}));
}

TEST_F(HaltFileDoorTest, AFileThatCannotBeLookedAtChangesNothing) {
    use("/halt");
    look(unknown("Input/output error"));
    EXPECT_FALSE(is_halted());

    look(there());
    for (const char* trouble : {"Permission denied", "Stale file handle", "Too many levels of symbolic links"}) {
        look(unknown(trouble));
        EXPECT_TRUE(is_halted()) << trouble;
    }
    look(absent());

    EXPECT_FALSE(is_halted());
    EXPECT_EQ(told_.size(), 2U);
}

TEST(HaltFileDoorLogTest, EachTroubleIsToldOnceAndItsEnd) {
    telemetry::test::pipe p;
    {
        telemetry::logging logging({.format = telemetry::log_format::journald, .fd = p.write_end()});
        test::fake_sight sight;
        test::virtual_loop time;
        halt_doors doors(time.loop, logging.get());
        halt_file_door door(time.loop, logging.get(), doors, sight);
        time.run(door.use("/halt"));
        for (const auto& found : {unknown("EACCES"), unknown("EACCES"), unknown("EIO"), absent(), absent()}) {
            sight.found = found;
            time.run(door.look());
        }
    }
    p.close_write_end();

    EXPECT_EQ(
        p.read_lines(),
        (std::vector<std::string>{
            "<4>The halt file /halt cannot be looked at (EACCES): it counts as not being there until it can, looking "
            "again every 30 s and when something changes",
            "<4>The halt file /halt cannot be looked at (EIO): it counts as not being there until it can, looking "
            "again every 30 s and when something changes",
            "<6>The halt file /halt can be looked at again"}));
}

TEST_F(HaltFileDoorTest, AFileThatWasNeverSeenCountsAsBeingThere) {
    sight_.found = unknown("Permission denied");
    use("/halt");
    EXPECT_TRUE(is_halted());
    EXPECT_EQ(told_.back(),
              "halted by the file /halt: it cannot be looked at (Permission denied), and counts as being there until "
              "it can");

    look(absent());

    EXPECT_FALSE(is_halted());
    EXPECT_EQ(told_.back(), "resumed by the absence of /halt");
}

TEST_F(HaltFileDoorTest, AFileThatWasNeverSeenAndIsThereIsToldOfAsItIs) {
    sight_.found = unknown("Permission denied");
    use("/halt");

    look(there("release"));

    EXPECT_EQ(told_.back(), "halted by the file /halt: release");
}

TEST_F(HaltFileDoorTest, AStartWaitsForTheFirstLookForASecondAndIsHaltedThen) {
    sight_.hangs = true;

    use("/halt");

    EXPECT_EQ(time_.elapsed(), halt_file_door::answer_max);
    EXPECT_TRUE(is_halted());
    EXPECT_EQ(told_.size(), 1U);
    sight_.answer();
    EXPECT_FALSE(is_halted());
}

TEST_F(HaltFileDoorTest, ALookThatHangsChangesNothingAndIsTheOnlyOne) {
    use("/halt");
    look(there());
    sight_.hangs = true;
    for (int i = 0; i < 5; ++i) {
        look(absent());
    }

    EXPECT_TRUE(is_halted());
    EXPECT_EQ(sight_.looks.size(), 3U);
    EXPECT_EQ(time_.elapsed(), halt_file_door::answer_max);  // those after the first wait for nothing
    sight_.hangs = false;
    sight_.answer();
    EXPECT_FALSE(is_halted());
    look(there());
    EXPECT_TRUE(is_halted());
}

TEST_F(HaltFileDoorTest, ALookThatCannotBeBegunChangesNothing) {
    use("/halt");
    look(there());
    sight_.can_begin = false;
    sight_.hangs = true;

    look(absent());

    EXPECT_TRUE(is_halted());
}

TEST_F(HaltFileDoorTest, AnotherFileIsLookedAtThoughTheFormerHangs) {
    sight_.hangs = true;
    use("/away/halt");
    sight_.hangs = false;

    use("/halt");
    EXPECT_FALSE(is_halted());
    sight_.found = there();
    sight_.answer();  // of the former one

    EXPECT_FALSE(is_halted());
}

TEST_F(HaltFileDoorTest, AnotherFileThatCannotBeLookedAtHaltsWhateverTheFormerSaid) {
    use("/halt");
    sight_.found = unknown("Permission denied");

    use("/other");

    EXPECT_TRUE(is_halted());
}

TEST_F(HaltFileDoorTest, TheSameFileKeepsWhatItSaid) {
    use("/halt");
    sight_.found = unknown("Permission denied");

    use("/halt");

    EXPECT_FALSE(is_halted());
}

}  // namespace
}  // namespace mayhem::app
