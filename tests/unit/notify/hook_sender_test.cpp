// Proves that an operator's command gets the event in its arguments, its environment and on its standard input, and
// that one which hangs, fails, prints without end or ignores SIGTERM is ended, with its whole group, within its time.
// Real processes, because that is what it is about: small shell scripts.
#include "notify/hook_sender.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mayhem/async/clock.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/open_descriptors.hpp"
#include "unit/drivers/run_task.hpp"
#include "unit/notify/events.hpp"

namespace mayhem::notify {
namespace {

using namespace std::chrono_literals;
using verdict = enum attempt_result::verdict;

/// Whether the process is over soon; it may be a zombie.
async::awaitable<bool> comes_to_its_end(pid_t pid) {
    const async::frame here;
    for (int i = 0; i < 3000; ++i) {
        std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
        std::string line;
        std::getline(stat, line);
        if (line.find("(sleep)") == std::string::npos || line.find(") Z ") != std::string::npos) {
            co_return true;
        }
        co_await async::sleep_for(10ms);
    }
    co_return false;
}

class HookSenderTest : public ::testing::Test {
protected:
    ~HookSenderTest() override {
        errno = 0;
        EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
        EXPECT_EQ(errno, ECHILD);
        std::filesystem::remove(file_);
    }

    /// Runs `script` with `argument` as $1; FILE in it stands for `file_`.
    attempt_result tell(std::string script, const std::string& argument = "", std::chrono::nanoseconds timeout = 20s) {
        if (const std::size_t at = script.find("FILE"); at != std::string::npos) {
            script.replace(at, 4, file_.string());
        }
        std::string escaped;
        for (const char c : script) {
            escaped.append(c == '{' || c == '}' ? 2 : 1, c);
        }
        hook_settings settings{.name = "page", .timeout = timeout};
        for (const std::string& text :
             {std::string("/bin/sh"), std::string("-c"), escaped, std::string("sh"), argument}) {
            settings.arguments.push_back(*text_template::parse(text));
        }
        hook_sender with(std::move(settings));
        return drivers::run_task(loop_, with.send(test::shared_event("nginx; touch /nonexistent $(id)")));
    }

    std::string written() const {
        std::ostringstream text;
        text << std::ifstream(file_).rdbuf();
        return text.str();
    }

    const std::filesystem::path file_ =
        std::filesystem::temp_directory_path() / ("mayhem-hook-" + std::to_string(::getpid()));
    async::real_clock clock_;
    async::loop loop_{clock_};
};

TEST_F(HookSenderTest, GivesTheEventInArgumentsEnvironmentAndInput) {
    const attempt_result r =
        tell("{ echo \"$1\"; echo \"$MAYHEM_EVENT $MAYHEM_EVENT_GROUP $MAYHEM_EVENT_TEXT\"; cat; } > FILE",
             "{event}: {target}");

    EXPECT_EQ(r.verdict, verdict::sent) << r.why;
    EXPECT_EQ(written(),
              "restarted: nginx; touch /nonexistent $(id)\n"
              "restarted web db1: restarted nginx; touch /nonexistent $(id) (group web)\n" +
                  to_json(*test::shared_event("nginx; touch /nonexistent $(id)")) + "\n");
}

TEST_F(HookSenderTest, NeedNotReadItsInput) { EXPECT_EQ(tell("exec <&-; exit 0").verdict, verdict::sent); }

TEST_F(HookSenderTest, AFailureSaysHowAndWhy) {
    const attempt_result r = tell("echo 'no pager' >&2; exit 3");

    EXPECT_EQ(r.verdict, verdict::failed);
    EXPECT_EQ(r.why, "the command exited with status 3: no pager");
}

TEST_F(HookSenderTest, ACommandThatIsNotThereSaysSo) {
    hook_settings settings{.name = "page"};
    settings.arguments.push_back(*text_template::parse("/nonexistent/page"));
    hook_sender with(std::move(settings));

    const attempt_result r = drivers::run_task(loop_, with.send(test::shared_event("x")));

    EXPECT_EQ(r.verdict, verdict::failed);
    EXPECT_TRUE(r.why.starts_with("cannot run '/nonexistent/page': No such file")) << r.why;
}

TEST_F(HookSenderTest, OneThatHangsIsEndedWithItsGroup) {
    attempt_result r;
    auto began = std::chrono::steady_clock::now();
    for (auto limit = 300ms; written().empty() && limit < 20s; limit *= 5) {  // a shell may be slow to come up
        began = std::chrono::steady_clock::now();
        r = tell("sleep 600 & echo $! > FILE; wait", "", limit);
    }

    EXPECT_EQ(r.verdict, verdict::failed);
    EXPECT_TRUE(r.why.starts_with("the command took too long")) << r.why;
    EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
    EXPECT_TRUE(drivers::run_task(loop_, comes_to_its_end(std::stoi(written()))));
}

TEST_F(HookSenderTest, OneThatIgnoresTermIsKilled) {
    const attempt_result r = tell("trap '' TERM; while :; do sleep 0.1; done", "", 200ms);

    EXPECT_EQ(r.verdict, verdict::failed);
    EXPECT_TRUE(r.why.starts_with("the command took too long")) << r.why;
}

TEST_F(HookSenderTest, OneThatPrintsWithoutEndCostsBoundedMemory) {
    const attempt_result r = tell("yes 'a line that never ends'", "", 500ms);

    EXPECT_EQ(r.verdict, verdict::failed);
    EXPECT_LT(r.why.size(), 1000U);
}

}  // namespace
}  // namespace mayhem::notify
