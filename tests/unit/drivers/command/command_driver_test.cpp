// Proves that the operator's commands are run at the right moments and that their failures are told in their own words,
// with a shell script that plays a service with one target.
#include "drivers/command/command_driver.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "mayhem/core/errors.hpp"
#include "support/may_act.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::drivers {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

namespace {

class CommandDriverTest : public ::testing::Test {
protected:
    CommandDriverTest() { std::ofstream(life_) << "1\n"; }
    ~CommandDriverTest() override { std::filesystem::remove(life_); }

    static std::vector<std::string> shell(const std::string& script) {
        return {"/bin/sh", "-c", script, "sh", "{id}", "{incarnation}"};
    }

    command_driver_settings settings() const {
        return {.list = {"/bin/sh", "-c", "printf 'i-1\\t%s\\tweb\\n' \"$(cat \"$LIFE\")\""},
                .restart = shell(R"sh([ "$2" = "$(cat "$LIFE")" ] && echo $(($2 + 1)) > "$LIFE")sh"),
                .observe = shell("[ \"$1\" = i-1 ] && cat \"$LIFE\""),
                .environment = {{"LIFE", life_}}};
    }

    command_driver make(command_driver_settings s) {
        return command_driver(std::move(s), [this](std::string_view text) { told_ += std::string(text) + '\n'; });
    }

    std::string restart_error(command_driver& d, const core::target& t) {
        try {
            (void)run_task(loop_, d.restart(t, test::may_act));
            return "none";
        } catch (const core::restart_failed& e) {
            return e.what();
        }
    }

    const std::string life_ =
        std::filesystem::temp_directory_path() / ("mayhem-command-driver-" + std::to_string(::getpid()));
    const core::target first_{.id = "i-1", .incarnation = "1", .name = "web"};
    std::string told_;
    async::real_clock clock_;
    async::loop loop_{clock_};
};

}  // namespace

TEST_F(CommandDriverTest, ListsActsOnceAndSeesTheRecovery) {
    command_driver driver = make(settings());
    EXPECT_THAT(run_task(loop_, driver.list()), ::testing::ElementsAre(first_));
    EXPECT_EQ(run_task(loop_, driver.successor(first_)), std::nullopt);

    EXPECT_EQ(run_task(loop_, driver.restart(first_, test::may_act)).refused_by, std::nullopt);

    const auto next = run_task(loop_, driver.successor(first_));
    ASSERT_TRUE(next);
    EXPECT_EQ(next->incarnation, "2");
    EXPECT_EQ(run_task(loop_, driver.restart(first_, test::may_act)).refused_by, core::guard::already_restarted);
    EXPECT_EQ(run_task(loop_, driver.successor(first_))->incarnation, "2") << "not hit again";
}

TEST_F(CommandDriverTest, LeavesAloneWhatIsExcludedByIdOrName) {
    for (const char* pattern : {"!i-*", "!web"}) {
        command_driver_settings s = settings();
        s.except = name_patterns({pattern});
        command_driver driver = make(std::move(s));

        EXPECT_THAT(run_task(loop_, driver.list()), IsEmpty()) << pattern;
        EXPECT_EQ(run_task(loop_, driver.restart(first_, test::may_act)).refused_by, core::guard::not_opted_in)
            << pattern;
    }
}

TEST_F(CommandDriverTest, LeavesAloneWhatIsNotListedAnyMore) {
    command_driver_settings s = settings();
    s.list = {"true"};
    command_driver driver = make(s);

    EXPECT_EQ(run_task(loop_, driver.restart(first_, test::may_act)).refused_by, core::guard::not_opted_in);
    EXPECT_EQ(run_task(loop_, driver.successor(first_)), std::nullopt) << "it was hit all the same";
}

TEST_F(CommandDriverTest, AsksTheListWhereThereIsNoObserve) {
    command_driver_settings s = settings();
    s.observe.clear();
    command_driver driver = make(s);

    EXPECT_EQ(run_task(loop_, driver.restart(first_, test::may_act)).refused_by, std::nullopt);
    EXPECT_EQ(run_task(loop_, driver.successor(first_))->incarnation, "2");
    EXPECT_EQ(run_task(loop_, driver.successor({.id = "i-2", .incarnation = "1", .name = "x"})), std::nullopt);
}

TEST_F(CommandDriverTest, AFailingRestartIsToldInItsOwnWords) {
    command_driver_settings s = settings();
    s.restart = shell("echo 'quota exceeded' >&2; exit 4");
    command_driver failing = make(s);
    s.restart = {"no-such-program", "{id}"};
    command_driver missing = make(s);

    EXPECT_THAT(restart_error(failing, first_), HasSubstr("exited with status 4: quota exceeded"));
    EXPECT_THAT(restart_error(missing, first_), HasSubstr("cannot run 'no-such-program': No such file"));
}

TEST_F(CommandDriverTest, ARestartThatTakesTooLongMayBeDoneAndCountsAsDone) {
    command_driver_settings s = settings();
    s.restart = shell("sleep 600");
    std::optional<ports::act_result> result;

    for (s.timeout = 1s; !result && s.timeout < 30s;
         s.timeout *= 5) {  // the looks before it get no more, and may be slow
        command_driver slow = make(s);
        try {
            result = run_task(loop_, slow.restart(first_, test::may_act));
        } catch (const core::restart_failed& e) {
            EXPECT_THAT(e.what(), HasSubstr("took too long"));
        }
    }

    ASSERT_TRUE(result);
    EXPECT_EQ(result->refused_by, std::nullopt);
    EXPECT_THAT(result->trouble, HasSubstr("took too long"));
}

TEST_F(CommandDriverTest, WhatARestartPrintsIsKeptForTheRecordHoweverMuchItIs) {
    command_driver_settings s = settings();
    s.restart = shell("head -c 5000000 /dev/zero | tr '\\0' x; echo 'still booting' >&2");
    command_driver wordy = make(s);

    const ports::act_result result = run_task(loop_, wordy.restart(first_, test::may_act));

    EXPECT_EQ(result.refused_by, std::nullopt);
    EXPECT_THAT(result.trouble, HasSubstr("exited with status 0: still booting"));
}

TEST_F(CommandDriverTest, AFailingListIsAnErrorAndAnEmptyOneIsNot) {
    command_driver_settings s = settings();
    s.list = {"/bin/sh", "-c", "echo usage"};
    command_driver nonsense = make(s);
    s.list = {"true"};
    command_driver empty = make(s);

    EXPECT_THROW((void)run_task(loop_, nonsense.list()), std::runtime_error);
    EXPECT_THAT(run_task(loop_, empty.list()), IsEmpty());
}

TEST_F(CommandDriverTest, AFailingObserveSaysNothingOfTheRecovery) {
    command_driver_settings s = settings();
    s.observe = shell("exit 1");
    command_driver driver = make(s);

    EXPECT_THROW((void)run_task(loop_, driver.successor(first_)), core::unseen);
    EXPECT_THROW((void)run_task(loop_, driver.successor(first_)), core::unseen);

    EXPECT_THAT(told_, HasSubstr("exited with status 1, looking again"));
    EXPECT_EQ(std::ranges::count(told_, '\n'), 1) << "told once";
    EXPECT_THAT(restart_error(driver, first_), HasSubstr("the command observe")) << "not acted on unseen";
}

TEST_F(CommandDriverTest, NeedsListAndRestart) {
    EXPECT_THROW(make({.list = {"a"}}), std::invalid_argument);
    EXPECT_THROW(make({.restart = {"a"}}), std::invalid_argument);
}

}  // namespace mayhem::drivers
