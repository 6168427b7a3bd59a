// Proves that a command is run as it was given, that its end, its output and its time are told, and that neither a
// process nor a descriptor is left, with small shell scripts as the commands.
#include "system/run_command.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/open_descriptors.hpp"
#include "unit/drivers/run_task.hpp"

namespace mayhem::system {

using namespace std::chrono_literals;

namespace {

command shell(const std::string& script) { return {.arguments = {"/bin/sh", "-c", script}}; }

class RunCommandTest : public ::testing::Test {
protected:
    ~RunCommandTest() override {
        errno = 0;
        EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
        EXPECT_EQ(errno, ECHILD);
        std::filesystem::remove(file_);
    }

    command_result run(command c) { return drivers::run_task(loop_, run_command(std::move(c))); }

    const std::filesystem::path file_ =
        std::filesystem::temp_directory_path() / ("mayhem-command-" + std::to_string(::getpid()));
    async::real_clock clock_;
    async::loop loop_{clock_};
};

bool is_gone(const std::filesystem::path& pid_file) {
    std::ifstream file(pid_file);
    pid_t pid = 0;
    file >> pid;
    if (pid <= 0) {
        return false;
    }
    std::ifstream status("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(status, text);
    return text.empty() || text.find(") Z ") != std::string::npos;
}

async::awaitable<void> note_whether_there(const async::settled<command_result>& result, std::optional<bool>& into) {
    const async::frame here;
    into = result.has_value() || result.error();
    co_return;
}

/// The capabilities, as a mask, that a process of this thread would inherit.
std::string ambient_capabilities() {
    std::ifstream status("/proc/thread-self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("CapAmb:\t")) {
            return line.substr(8);
        }
    }
    return {};
}

/// Gives this thread CAP_KILL to pass on, as AmbientCapabilities= of a service does; false if it must not.
bool raise_ambient_kill() {
    constexpr unsigned version = 0x20080522;  // _LINUX_CAPABILITY_VERSION_3
    constexpr unsigned long cap_kill = 5;
    struct {
        unsigned version;
        int pid;
    } header{version, 0};
    struct {
        unsigned effective, permitted, inheritable;
    } sets[2]{};
    if (::syscall(SYS_capget, &header, sets) != 0) {
        return false;
    }
    sets[0].inheritable |= 1U << cap_kill;
    return ::syscall(SYS_capset, &header, sets) == 0 &&
           ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap_kill, 0, 0) == 0;
}

async::awaitable<void> cancel_when(std::filesystem::path file, async::task_group& group) {
    const async::frame here;
    while (!std::filesystem::exists(file)) {
        co_await async::sleep_for(1ms);
    }
    group.cancel();
}

}  // namespace

TEST_F(RunCommandTest, GivesItsInput) {
    command c = shell("cat");
    c.input = std::string(200'000, 'x') + "the end";
    c.output_bytes_max = 1'000'000;

    EXPECT_EQ(run(c).output, c.input);
    EXPECT_EQ(run(shell("cat")).output, "") << "without one there is nothing to read";
    c.arguments = {"/bin/true"};
    EXPECT_TRUE(run(c).is_success()) << "it need not be read";
}

TEST_F(RunCommandTest, ReturnsStatusAndBothOutputs) {
    const command_result r = run(shell("echo out; echo err >&2; exit 3"));

    EXPECT_EQ(r.status, (exit_status{.number = 3}));
    EXPECT_EQ(r.output, "out\n");
    EXPECT_EQ(r.errors, "err\n");
    EXPECT_FALSE(r.is_success());
    EXPECT_EQ(describe(r), "exited with status 3: err");
}

TEST_F(RunCommandTest, PassesArgumentsAsTheyAreWithoutAShell) {
    const command_result r = run({.arguments = {"printf", "%s|", "$HOME", "a b", "*", "; true"}});

    EXPECT_TRUE(r.is_success());
    EXPECT_EQ(r.output, "$HOME|a b|*|; true|");
}

TEST_F(RunCommandTest, AddsToTheEnvironmentAndKeepsWhatIsPrivate) {
    ASSERT_EQ(::setenv("NOTIFY_SOCKET", "/secret", 1), 0);
    ASSERT_EQ(::setenv("MAYHEM_COMMAND_TEST", "old", 1), 0);
    command c = shell("echo \"$MAYHEM_COMMAND_TEST $OTHER ${NOTIFY_SOCKET-none} ${PATH:+path}\"");
    c.environment = {{"MAYHEM_COMMAND_TEST", "new"}, {"OTHER", "x=y"}};

    const command_result r = run(c);

    EXPECT_EQ(r.output, "new x=y none path\n");
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("MAYHEM_COMMAND_TEST");
}

TEST_F(RunCommandTest, LendsTheCommandNoneOfItsCapabilities) {
    if (!raise_ambient_kill()) {
        GTEST_SKIP() << "not permitted";
    }
    ASSERT_NE(ambient_capabilities(), "0000000000000000");

    const command_result r = run(shell("grep CapAmb /proc/self/status"));

    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    EXPECT_EQ(r.output, "CapAmb:\t0000000000000000\n");
}

TEST_F(RunCommandTest, LeavesTheLoopToOthersUntilTheChildHasComeAsFarAsTheCommand) {
    async::settled<command_result> result;
    std::optional<bool> was_there;
    async::task_group group(loop_, "test", drivers::fail_test);
    group.spawn("run", test::note(run_command({.arguments = {"no-such-program"}}), result));
    group.spawn("other", note_whether_there(result, was_there));

    loop_.run();

    EXPECT_EQ(was_there, false) << "the loop was held until it was known that there is no such program";
    EXPECT_THROW(result.rethrow_if_failed(), command_not_started);
}

// As slow as a file server that does not answer, for a while. It is a race: half a million tries to find the program,
// which take the better part of a second, against a timeout of 1 ms.
TEST_F(RunCommandTest, EndsWhatDoesNotComeAsFarAsTheCommandInTime) {
    const std::string usual = ::getenv("PATH");
    std::string endless;
    for (int i = 0; i < 500'000; ++i) {
        endless += "/none:";
    }
    ASSERT_EQ(::setenv("PATH", endless.c_str(), 1), 0);

    const command_result r =
        run({.arguments = {"no-such-program"}, .environment = {{"PATH", usual}}, .timeout = 1ms, .kill_after = 30s});

    ASSERT_EQ(::setenv("PATH", usual.c_str(), 1), 0);
    EXPECT_TRUE(r.timed_out);
    EXPECT_EQ(r.status.number, SIGTERM);
}

TEST_F(RunCommandTest, HasNothingOnStandardInputAndNoOtherDescriptor) {
    const int leaky = ::dup(STDOUT_FILENO);  // not close-on-exec

    const command_result r = run(shell("cat; ls /proc/self/fd"));

    EXPECT_EQ(r.output, "0\n1\n2\n3\n") << "3 is the folder that ls reads";
    ::close(leaky);
}

TEST_F(RunCommandTest, SaysHowASignalEndedIt) {
    const command_result r = run(shell("kill -SEGV $$"));

    EXPECT_TRUE(r.status.by_signal);
    EXPECT_EQ(r.status.number, SIGSEGV);
}

TEST_F(RunCommandTest, CapsTheOutputAndLetsTheCommandGoOn) {
    command c = shell("head -c 3000000 /dev/zero | tr '\\0' x; echo done >&2");
    c.output_bytes_max = 1000;

    const command_result r = run(c);

    EXPECT_TRUE(r.is_success());
    EXPECT_EQ(r.output, std::string(1000, 'x'));
    EXPECT_TRUE(r.output_cut);
    EXPECT_EQ(r.errors, "done\n");
    EXPECT_FALSE(r.errors_cut);
}

TEST_F(RunCommandTest, SaysWhatCannotBeRun) {
    const auto fails_with = [this](std::vector<std::string> arguments, const std::string& expected) {
        try {
            (void)run({.arguments = std::move(arguments)});
            ADD_FAILURE() << expected;
        } catch (const command_not_started& e) {
            EXPECT_EQ(e.what(), expected);
        }
    };

    fails_with({"no-such-program"},
               "cannot run 'no-such-program': No such file or directory; is it installed, and in PATH?");
    fails_with({"/etc/passwd"},
               "cannot run '/etc/passwd': Permission denied; is it a program, and executable (chmod +x)?");
    fails_with({}, "cannot run '': No such file or directory; is it installed, and in PATH?");
}

TEST_F(RunCommandTest, EndsWhatTakesTooLong) {
    command c = shell("trap 'echo asked; exit 7' TERM; echo begun; while :; do sleep 0.05; done");
    c.kill_after = 30s;

    command_result r;
    for (c.timeout = 1s; r.output.empty() && c.timeout < 30s; c.timeout *= 5) {  // a shell may be slow to come up
        r = run(c);
    }

    EXPECT_TRUE(r.timed_out);
    EXPECT_EQ(r.status, (exit_status{.number = 7}));
    EXPECT_EQ(r.output, "begun\n") << "what it says after its time is up is not waited for";
    EXPECT_FALSE(r.is_success());
    EXPECT_EQ(describe(r), "took too long and was told to end: exited with status 7: begun");
}

TEST_F(RunCommandTest, KillsTheWholeGroupThatIgnoresTheRequest) {
    command c = shell("trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > " + file_.string() +
                      "; while :; do sleep 0.05; done' & while :; do sleep 0.05; done");
    c.kill_after = 50ms;
    const auto both_ignore_it = [this] {
        pid_t pid = 0;
        std::ifstream(file_) >> pid;
        return pid > 0;
    };

    command_result r;
    for (c.timeout = 1s; !both_ignore_it() && c.timeout < 30s; c.timeout *= 5) {  // shells may be slow to come up
        r = run(c);
    }

    EXPECT_TRUE(r.timed_out);
    EXPECT_EQ(r.status.number, SIGKILL);
    const auto deadline = clock_.now() + 30s;
    while (!is_gone(file_) && clock_.now() < deadline) {
        ::sched_yield();
    }
    EXPECT_TRUE(is_gone(file_));
}

TEST_F(RunCommandTest, DoesNotWaitForWhatTheCommandLeavesRunning) {
    const auto began = clock_.now();

    const command_result r = run(shell("sleep 1000 & echo started $!"));

    EXPECT_TRUE(r.is_success());
    EXPECT_LT(clock_.now() - began, 25s);
    ASSERT_TRUE(r.output.starts_with("started "));
    EXPECT_EQ(::kill(std::stoi(r.output.substr(8)), SIGKILL), 0);
}

TEST_F(RunCommandTest, ACancellationKillsAndReaps) {
    async::settled<command_result> result;
    async::task_group group(loop_, "test", drivers::fail_test);
    async::task_group canceller(loop_, "canceller", drivers::fail_test);
    group.spawn("run", test::note(run_command(shell("echo $$ > " + file_.string() + "; exec sleep 600")), result));
    canceller.spawn("cancel", cancel_when(file_, group));

    loop_.run();

    EXPECT_TRUE(async::is_cancellation(result.error()));
}

TEST_F(RunCommandTest, LeavesNoDescriptor) {
    (void)run(shell("true"));
    const auto before = test::open_descriptors();

    for (int i = 0; i < 10; ++i) {
        (void)run(shell("echo x"));
        EXPECT_THROW((void)run({.arguments = {"no-such-program"}}), command_not_started);
    }

    EXPECT_EQ(test::open_descriptors(), before);
}

}  // namespace mayhem::system
