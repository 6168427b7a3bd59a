// `mayhem exec --action ...`: the command stands still for a while and goes on as the same life, or is told to end, and
// it is let go however exec ends. With real processes, because only the kernel can prove it.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "process_status.hpp"
#include "program.hpp"

namespace mayhem::testing {

namespace {

using namespace std::chrono_literals;

constexpr const char* worker = "echo up; while :; do sleep 0.02; done";

std::vector<std::string> exec(std::vector<std::string> options, const std::string& script = worker) {
    std::vector<std::string> all{mayhem, "exec", "--mean-time-between", "50ms", "--stable-for", "0s"};
    all.insert(all.end(), options.begin(), options.end());
    all.insert(all.end(), {"--", "/bin/sh", "-c", script});
    return all;
}

std::size_t count_of(const std::string& text, const std::string& word) {
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        ++count;
    }
    return count;
}

/// An exec whose command was up, and then stands still. Which of the two comes first is left to chance, so that it may
/// take several.
class frozen_command {
public:
    explicit frozen_command(const std::string& hold, const std::string& script = worker) {
        for (int tries = 0; tries < 20 && pid_ == 0; ++tries) {
            exec_ = std::make_unique<program>(exec({"--action", "freeze", "--hold", hold}, script));
            if (!exec_->says("Began freeze of ")) {
                return;
            }
            const pid_t pid = find_pid();
            const bool is_frozen = eventually([pid] { return stands_still(pid); });
            pid_ = is_frozen && exec_->out().find("up") != std::string::npos ? pid : 0;
        }
    }

    [[nodiscard]] program& get() const { return *exec_; }
    [[nodiscard]] pid_t pid() const noexcept { return pid_; }  ///< of the command; 0: it was never frozen

private:
    [[nodiscard]] pid_t find_pid() const {
        const std::string said = "Started the command (pid ";
        const std::string log = exec_->log();
        return std::atoi(log.c_str() + log.find(said) + said.size());
    }

    std::unique_ptr<program> exec_;
    pid_t pid_ = 0;
};

bool goes_on(pid_t command, std::chrono::milliseconds limit = 2s) {
    return eventually([command] { return !stands_still(command) && tracer_of(command) == 0; }, limit);
}

void be_nobody() {
    constexpr uid_t nobody = 65'534;
    if (::setgid(nobody) != 0 || ::setuid(nobody) != 0) {
        ::_exit(127);
    }
}

}  // namespace

TEST(ExecActionTest, FreezesForItsTimeAndTheSameLifeGoesOn) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";

    const finished f = run(exec({"--action", "freeze", "--hold", "1s", "--count", "2", "--store", store}));

    EXPECT_EQ(f.ended, "exit 0") << f.log;
    EXPECT_EQ(count_of(f.log, "Started the command"), 1U) << f.log;
    EXPECT_EQ(count_of(f.log, "Ended freeze of "), 2U) << f.log;
    EXPECT_NE(f.out.find("freeze"), std::string::npos) << f.out;
    const nlohmann::json attempts =
        nlohmann::json::parse(run({mayhem, "history", "--json", "--store", store}).out)["attempts"];
    ASSERT_EQ(attempts.size(), 2U);
    for (const nlohmann::json& a : attempts) {
        EXPECT_EQ(a["action"], "freeze");
        EXPECT_EQ(a["parameters"], "for = \"1s\"");
        EXPECT_EQ(a["verdict"], "recovered") << a;
        EXPECT_EQ(a["span"]["ended_by"], "time_over") << a;
        EXPECT_EQ(a["span"]["effect"], "1 task");
        EXPECT_GE(a["span"]["held_seconds"].get<double>(), 1.0);
    }
}

TEST(ExecActionTest, SeveralAreDrawnAndAnOrdinaryUserMayDoThem) {
    const bool is_root = ::geteuid() == 0;
    program p(exec({"--action", "kill", "--action", "stop", "--action", "freeze=2", "--hold", "1s"}),
              {.environment = {}, .in_child = is_root ? &be_nobody : nullptr});

    EXPECT_TRUE(p.says("Ended freeze of ")) << p.log();
    EXPECT_TRUE(p.says("The command was killed by SIGKILL")) << p.log();
    EXPECT_TRUE(p.says("The command was killed by SIGTERM")) << p.log();

    p.kill(SIGTERM);
    EXPECT_EQ(p.end(), "exit 0") << p.log();
    EXPECT_EQ(p.log().find("The command ended by itself"), std::string::npos) << p.log();
}

TEST(ExecActionTest, StopLetsItEndAsItLikes) {
    program p(exec({"--action", "stop"}, "trap 'echo goodbye; exit 0' TERM; while :; do sleep 0.02; done"));

    EXPECT_TRUE(eventually([&] { return p.out().find("goodbye") != std::string::npos; })) << p.log();
    EXPECT_TRUE(p.says("The command exited with status 0")) << p.log();
}

TEST(ExecActionTest, WhoStandsStillWhenExecIsToldToEndIsLetGoAndEndsAsItLikes) {
    for (const int signal : {SIGTERM, SIGINT}) {
        const frozen_command one("10m", "trap 'echo goodbye; exit 0' TERM; echo up; while :; do sleep 0.02; done");
        ASSERT_NE(one.pid(), 0) << one.get().log();

        one.get().kill(signal);

        EXPECT_EQ(one.get().end(), "exit 0") << one.get().log();
        EXPECT_NE(one.get().out().find("goodbye"), std::string::npos) << one.get().out() << one.get().log();
        EXPECT_TRUE(is_gone(one.pid()));
    }
}

TEST(ExecActionTest, NothingStandsOnceExecWasKilled) {
    const frozen_command one("10m");
    ASSERT_NE(one.pid(), 0) << one.get().log();
    const pid_t holder = tracer_of(one.pid());
    EXPECT_EQ(status_line(holder, "Name"), "\tmayhem-hold");

    one.get().kill(SIGKILL);

    EXPECT_EQ(one.get().end(), "signal 9");
    EXPECT_TRUE(eventually([&] { return is_gone(one.pid()) && is_gone(holder); }, 2s));
}

TEST(ExecActionTest, AnExecThatIsStoppedProlongsNothing) {
    const frozen_command one("2s");
    ASSERT_NE(one.pid(), 0) << one.get().log();

    one.get().kill(SIGSTOP);
    const bool is_free = goes_on(one.pid(), 5s);
    one.get().kill(SIGCONT);

    EXPECT_TRUE(is_free);
}

TEST(ExecActionTest, ItsHolderKilledItGoesOn) {
    const frozen_command one("10m");
    ASSERT_NE(one.pid(), 0) << one.get().log();
    one.get().kill(SIGSTOP);  // or it would begin the next one at once

    ASSERT_EQ(::kill(tracer_of(one.pid()), SIGKILL), 0);

    EXPECT_TRUE(goes_on(one.pid()));
    one.get().kill(SIGCONT);
    EXPECT_TRUE(one.get().says("its holder was ended from outside")) << one.get().log();
}

TEST(ExecActionTest, WhatIsOutOfPlaceOnItsCommandLineIsSaid) {
    const auto error_of = [](const std::vector<std::string>& options) {
        const finished f = run(exec(options));
        EXPECT_EQ(f.ended, "exit 64") << f.log;
        return f.log;
    };

    EXPECT_NE(error_of({"--action", "pause"}).find("none of kill, stop and freeze"), std::string::npos);
    EXPECT_NE(error_of({"--action", "kill=0"}).find("1 to 1000"), std::string::npos);
    EXPECT_NE(error_of({"--action", "kill", "--action", "kill"}).find("given twice"), std::string::npos);
    EXPECT_NE(error_of({"--hold", "2s"}).find("only with --action freeze"), std::string::npos);
    EXPECT_NE(error_of({"--action", "stop", "--signal", "INT"}).find("only with --action kill"), std::string::npos);
    EXPECT_NE(error_of({"--action", "freeze", "--hold", "5"}).find("lacks a unit"), std::string::npos);
    EXPECT_NE(error_of({"--action", "freeze", "--hold", "10ms"}).find("from 1 s to 10 m"), std::string::npos);
}

}  // namespace mayhem::testing
