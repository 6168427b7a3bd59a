// Proves how long it takes to look at a group of a thousand units, and at everybody around them, beside a real systemd;
// and what `check` says of times that cannot fit.
#include <chrono>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/systemd/systemd_run.hpp"

namespace mayhem::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using SystemdSurveyTest = SystemdRunTest;

/// So many instances of one unit, gone with their object.
class many_units {
public:
    explicit many_units(int count) : count_(std::to_string(count)) {
        std::ofstream(template_) << "[Service]\nExecStart=/bin/sleep infinity\nRestart=always\n";
        in_bed("systemctl daemon-reload; for first in $(seq 1 100 " + count_ +
               "); do systemctl start $(seq -f mayhem-bed-many@%g.service $first $((first + 99))); done");
    }
    ~many_units() {
        (void)std::system(
            "systemctl stop 'mayhem-bed-many@*.service'; rm -f /etc/systemd/system/mayhem-bed-many@.service; "
            "systemctl daemon-reload");
    }
    many_units(const many_units&) = delete;
    many_units& operator=(const many_units&) = delete;

private:
    static constexpr const char* template_ = "/etc/systemd/system/mayhem-bed-many@.service";
    const std::string count_;
};

std::chrono::milliseconds time_of(const std::vector<std::string>& command, finished& result) {
    const auto began = std::chrono::steady_clock::now();
    result = run(command);
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
}

/// Measured: 1.3 to 1.9 s on two cores that compilers used as well, 0.3 s of it in Mayhem. The bound is there for what
/// would grow with the square of their number, or ask for them one by one.
TEST_F(SystemdSurveyTest, AThousandUnitsAreSurveyedInTime) {
    constexpr std::chrono::seconds bound{10};
    const many_units many(1000);
    const std::string file = config("units = 'mayhem-bed-many@*.service'\naction = 'kill'\n", "1h");
    for (const char* const command : {"check", "eligible"}) {
        finished result;
        std::chrono::milliseconds took{};
        EXPECT_TRUE(eventually([&] {  // of a thousand starts, systemd is busy for a while
            took = time_of({mayhem, command, "-c", file}, result);
            return result.log.find("cannot be listed") == std::string::npos;
        })) << result.log;

        EXPECT_EQ(result.ended, "exit 0") << result.log;
        EXPECT_LT(took, bound) << command;
        RecordProperty(command, static_cast<int>(took.count()));
        std::cerr << command << ": " << took.count() << " ms\n";
    }
}

TEST_F(SystemdSurveyTest, CheckWarnsOfWhatCannotBeBackInTime) {
    const test_unit late("mayhem-bed-late.service", "Restart=always\nRestartSec=2min\n");
    const std::string keys = "units = 'mayhem-bed-late.service'\nrecovery_timeout = '30s'\naction = ";

    EXPECT_THAT(run({mayhem, "check", "-c", config(keys + "'kill'\n")}).log,
                HasSubstr("mayhem-bed-late.service cannot be back within recovery_timeout (30 s), with RestartSec="));
    EXPECT_THAT(run({mayhem, "check", "-c", config(keys + "'restart'\n")}).log, Not(HasSubstr("cannot be back")))
        << "what systemd is asked to start it starts at once";
}

/// Nothing that systemd knows ties the two: the one ends when the other has.
TEST_F(SystemdSurveyTest, WhoFellThoughNobodyHadForetoldItIsOnRecord) {
    const test_unit lead("mayhem-bed-web@1.service");
    const test_unit tied("mayhem-bed-web@2.service",
                         "Restart=always\nRestartSec=50ms\nExecStart=\nExecStart=/bin/sh -c 'tail -f /dev/null "
                         "--pid=$$(systemctl show -P MainPID mayhem-bed-web@1.service)'\n");
    program daemon(run_command(
        config("units = ['mayhem-bed-web@1.service', 'mayhem-bed-web@2.service']\nstable_for = '1s'\n", "500ms")));
    const auto history = [this] { return run({mayhem, "history", "--json", "--store", store()}).out; };

    EXPECT_TRUE(eventually([&] { return history().find("\"is_foretold\": false") != std::string::npos; }, patience))
        << daemon.log() << history();
    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0") << daemon.log();
    EXPECT_THAT(daemon.log(), HasSubstr("mayhem-bed-web@2.service fell in the same time, which nobody had foretold"));
    EXPECT_THAT(run({mayhem, "report", "--store", store()}).out, HasSubstr("UNFORETOLD"));
}

}  // namespace
}  // namespace mayhem::testing
