// Proves with the real program and a real systemd that a unit whose limits are other ones for a while has exactly those
// of before then, whatever becomes of Mayhem, and that nothing of its operator's is touched. Runs in
// tests/support/systemd_bed.sh, and nowhere else.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/systemd/systemd_run.hpp"

namespace mayhem::testing {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

const std::string limited = "Restart=always\nRestartSec=50ms\nCPUQuota=80%\nMemoryHigh=500M\n";

std::string output_of(const std::string& command) {
    in_bed("{ " + command + "; } > /run/throttle-output 2>&1; true");
    std::ifstream file("/run/throttle-output");
    return {std::istreambuf_iterator<char>(file), {}};
}

/// What systemd says of a unit's limits, and every file that says something of them, byte for byte.
std::string facts_of(const std::string& unit) {
    return output_of(
        "systemctl show -p CPUQuotaPerSecUSec -p MemoryHigh -p IOReadBandwidthMax -p IOWriteBandwidthMax " + unit +
        "; for f in $(find /run/systemd/system.control /run/systemd/transient "
        "/etc/systemd/system.control /etc/systemd/system/" +
        unit + ".d /run/systemd/system/" + unit +
        ".d -type f 2> /dev/null | sort); do echo \"== $f\"; cat \"$f\"; done");
}

std::string quota_of(const std::string& unit) {
    std::string text = output_of("systemctl show -P CPUQuotaPerSecUSec " + unit);
    return text.substr(0, text.find('\n'));
}

pid_t holder_of(const program& daemon) {
    const std::string list = "/proc/" + std::to_string(daemon.pid()) + "/task/" + std::to_string(daemon.pid());
    const std::string children = read_text(list + "/children");
    return children.empty() ? 0 : std::stoi(children);
}

}  // namespace

class SystemdThrottleTest : public SystemdRunTest {
protected:
    [[nodiscard]] std::string keys(const std::string& length, const std::string& limits = "cpu = 20\n") const {
        return "units = 'mayhem-bed-web@1.service'\naction = 'throttle'\nfor = '" + length +
               "'\nrecovery_timeout = '30s'\n" + limits;
    }
    [[nodiscard]] std::vector<std::string> start(const std::string& length,
                                                 const std::string& limits = "cpu = 20\n") const {
        return run_command(config(keys(length, limits), "300ms"));
    }
    [[nodiscard]] std::vector<std::string> notes() const {
        std::vector<std::string> all;
        if (!std::filesystem::exists(folder_.path() / "spans")) {
            return all;  // nothing has ever stood
        }
        for (const auto& e : std::filesystem::directory_iterator(folder_.path() / "spans")) {
            all.push_back(e.path().filename());
        }
        return all;
    }
    [[nodiscard]] bool is_as_before(const std::string& before, std::chrono::milliseconds limit) const {
        return eventually([&] { return facts_of(unit_) == before; }, limit);
    }

    const std::string unit_ = "mayhem-bed-web@1.service";
};

TEST_F(SystemdThrottleTest, HasLessForItsTimeAndThenExactlyWhatItHad) {
    const test_unit one(unit_, limited);
    const std::string before = facts_of(unit_);
    ASSERT_THAT(before, HasSubstr("CPUQuotaPerSecUSec=800ms"));
    program daemon(start("3s",
                         "cpu = 20\nmemory_high = '40 MiB'\nio_read = '1 MiB'\nio_write = '2 MiB'\n"
                         "device = '/dev/null'\n"));
    ASSERT_TRUE(
        daemon.says("Began throttle of mayhem-bed-web@1.service for 3.0 s (cpu 80 % to 20 %, memory_high 500 "
                    "MiB to 40 MiB, io_read without limit to 1 MiB/s, io_write without limit to 2 MiB/s"))
        << daemon.log();
    const std::string meanwhile = facts_of(unit_);

    ASSERT_TRUE(daemon.says("Ended throttle of mayhem-bed-web@1.service")) << daemon.log();
    EXPECT_TRUE(sees("recovered", 1)) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();

    EXPECT_THAT(meanwhile, HasSubstr("CPUQuotaPerSecUSec=200ms"));
    EXPECT_THAT(meanwhile, HasSubstr("MemoryHigh=41943040"));
    EXPECT_THAT(meanwhile, HasSubstr("IOReadBandwidthMax=/dev/null 1048576"));
    EXPECT_THAT(meanwhile, HasSubstr("IOWriteBandwidthMax=/dev/null 2097152"));
    EXPECT_EQ(facts_of(unit_), before);
    in_bed("systemctl daemon-reload");
    EXPECT_EQ(facts_of(unit_), before) << "nor does a reload find anything";
    EXPECT_THAT(notes(), IsEmpty());
    EXPECT_EQ(one.lives().size(), 1U) << "nobody has restarted it";
}

TEST_F(SystemdThrottleTest, WhatItsOperatorHasWrittenStaysAsItIs) {
    const test_unit one(unit_, limited);
    in_bed("mkdir -p /run/systemd/system/" + unit_ + ".d; printf '[Service]\\nTasksMax=77\\n' > /run/systemd/system/" +
           unit_ + ".d/ops.conf; systemctl daemon-reload; systemctl set-property --runtime " + unit_ +
           " MemoryMax=900M");
    const std::string before = facts_of(unit_);
    program daemon(start("1s"));

    ASSERT_TRUE(daemon.says("Ended throttle of ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();

    EXPECT_THAT(before, HasSubstr("50-MemoryMax.conf"));
    EXPECT_EQ(facts_of(unit_), before);
    in_bed("rm -r /run/systemd/system/" + unit_ + ".d /run/systemd/system.control/" + unit_ + ".d");
}

TEST_F(SystemdThrottleTest, WhatItsOperatorHasSetByCommandIsNotOursToPutBack) {
    const test_unit one(unit_, limited);
    in_bed("systemctl set-property --runtime " + unit_ + " CPUQuota=60%");
    const std::string before = facts_of(unit_);
    program daemon(start("10m"));

    ASSERT_TRUE(daemon.says("has_runtime_setting")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();

    EXPECT_EQ(facts_of(unit_), before);
    EXPECT_THAT(notes(), IsEmpty());
    in_bed("rm -r /run/systemd/system.control/" + unit_ + ".d");
}

TEST_F(SystemdThrottleTest, WhatItsOperatorSetsMeanwhileIsHis) {
    const test_unit one(unit_, limited);
    program daemon(start("5s"));
    ASSERT_TRUE(daemon.says("Began throttle of ")) << daemon.log();
    in_bed("systemctl set-property --runtime " + unit_ + " CPUQuota=60%");
    const std::string his = facts_of(unit_);

    ASSERT_TRUE(daemon.says("Ended throttle of ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();

    EXPECT_EQ(facts_of(unit_), his);
    EXPECT_EQ(quota_of(unit_), "600ms");
    EXPECT_THAT(daemon.log(), HasSubstr("somebody else has changed since what it had changed"));
    EXPECT_THAT(notes(), IsEmpty()) << "it is told, and struck off";
    in_bed("rm -r /run/systemd/system.control/" + unit_ + ".d");
}

TEST_F(SystemdThrottleTest, ItsUnitRestartedItHasWhatItHadAllTheSame) {
    const test_unit one(unit_, limited);
    const std::string before = facts_of(unit_);
    program daemon(start("10m"));
    ASSERT_TRUE(daemon.says("Began throttle of ")) << daemon.log();

    in_bed("systemctl restart " + unit_);

    ASSERT_TRUE(daemon.says("Ended throttle of ")) << daemon.log();
    EXPECT_TRUE(is_as_before(before, std::chrono::seconds{5})) << facts_of(unit_);
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_EQ(facts_of(unit_), before);
}

TEST_F(SystemdThrottleTest, ADaemonThatIsKilledLeavesItToItsHolder) {
    const test_unit one(unit_, limited);
    const std::string before = facts_of(unit_);
    program daemon(start("10m"));
    ASSERT_TRUE(daemon.says("Began throttle of ")) << daemon.log();

    daemon.kill(SIGKILL);
    EXPECT_EQ(daemon.end(), "signal 9");

    EXPECT_TRUE(is_as_before(before, std::chrono::seconds{5})) << facts_of(unit_);
}

TEST_F(SystemdThrottleTest, AHolderThatIsKilledLeavesItToTheDaemon) {
    const test_unit one(unit_, limited);
    const std::string before = facts_of(unit_);
    program daemon(start("10m"));
    ASSERT_TRUE(daemon.says("Began throttle of ")) << daemon.log();

    (void)::kill(holder_of(daemon), SIGKILL);

    ASSERT_TRUE(daemon.says("its holder was ended from outside")) << daemon.log();
    ASSERT_TRUE(daemon.says("Ended throttle of ")) << daemon.log();
    EXPECT_EQ(facts_of(unit_), before);
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
}

TEST_F(SystemdThrottleTest, BothKilledTheNoteSaysWhatIsToBePutBack) {
    const test_unit one(unit_, limited);
    const std::string before = facts_of(unit_);
    program daemon(start("10m"));
    ASSERT_TRUE(daemon.says("Began throttle of ")) << daemon.log();
    const pid_t holder = holder_of(daemon);
    daemon.kill(SIGSTOP);  // so that it does not see the holder end
    (void)::kill(holder, SIGKILL);
    daemon.kill(SIGKILL);
    EXPECT_EQ(daemon.end(), "signal 9");
    EXPECT_EQ(quota_of(unit_), "200ms") << "nobody has put it back";

    const finished undo = run({mayhem, "undo", "--store", store()});

    EXPECT_EQ(undo.ended, "exit 0") << undo.log;
    EXPECT_THAT(undo.out + undo.log, HasSubstr("Ended the throttle of unit mayhem-bed-web@1.service"));
    EXPECT_EQ(facts_of(unit_), before);
    EXPECT_THAT(notes(), IsEmpty());
    EXPECT_EQ(run({mayhem, "undo", "--store", store()}).ended, "exit 0") << "once more is as good";
}

TEST_F(SystemdThrottleTest, ADeathAtAnyMomentIsUndoneByTheNextUndo) {
    const test_unit one(unit_, limited);
    const std::string before = facts_of(unit_);
    int stood = 0;
    for (int round = 0; round < 20; ++round) {
        program daemon(start("10m"));
        ASSERT_TRUE(daemon.says("Mayhem is running")) << daemon.log();
        std::this_thread::sleep_for(std::chrono::milliseconds{round * 35});
        const pid_t holder = holder_of(daemon);
        if (round % 3 != 0 && holder != 0) {
            (void)::kill(holder, SIGKILL);
        }
        daemon.kill(SIGKILL);
        EXPECT_EQ(daemon.end(), "signal 9");
        stood += daemon.log().find("Began throttle of ") != std::string::npos ? 1 : 0;
        std::this_thread::sleep_for(std::chrono::milliseconds{200});  // what was sent to systemd has arrived

        EXPECT_EQ(run({mayhem, "undo", "--store", store()}).ended, "exit 0");

        ASSERT_EQ(facts_of(unit_), before) << "round " << round << '\n' << daemon.log();
        ASSERT_THAT(notes(), IsEmpty());
        std::filesystem::remove(store());
    }
    EXPECT_GT(stood, 4) << "too seldom did anything stand";
}

TEST_F(SystemdThrottleTest, WhoHasNoMoreThanThatIsLeftAlone) {
    const test_unit one(unit_, limited);
    const std::string before = facts_of(unit_);
    program daemon(start("10m", "cpu = 90\n"));

    ASSERT_TRUE(daemon.says("its CPUQuotaPerSecUSec is 80 % already")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_EQ(facts_of(unit_), before);
}

}  // namespace mayhem::testing
