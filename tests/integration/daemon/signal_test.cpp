// What each signal does to the daemon, at every stage of its life (docs/operations.md has the table). F26, F27, F28,
// F33, F34, D5, D13, D15.

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "record.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

constexpr int repetitions = 50;
constexpr const char* herd_config = "[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"20ms\"\n";

const std::vector<std::string> shutdown_lines{"Cancelling ",        "Nacking ",
                                              "Flushing metrics",   "Closing database connections",
                                              "Shutdown complete.", "Successfully shutdown the Mayhem service."};

std::vector<std::string> after_signal(const std::string& name) {
    std::vector<std::string> lines{"Received exit signal " + name + "..."};
    lines.insert(lines.end(), shutdown_lines.begin(), shutdown_lines.end());
    return lines;
}

void expect_no_work_after(const std::string& log, std::string_view moment) {
    const std::string rest = log.substr(std::min(log.find(moment), log.size()));
    for (const char* work : {"Pulled ", "Saved ", "Restarted ", "Extended "}) {
        EXPECT_EQ(rest.find(work), std::string::npos) << work << "after " << moment << ":\n" << rest;
    }
}

struct delays {
    delays()
        : seed(std::getenv("MAYHEM_TEST_SEED") != nullptr
                   ? static_cast<unsigned>(std::strtoul(std::getenv("MAYHEM_TEST_SEED"), nullptr, 10))
                   : std::random_device{}()),
          random(seed) {
        std::cout << "MAYHEM_TEST_SEED=" << seed << '\n';
    }
    /// Half of them while it starts, as long as that takes on this machine.
    std::chrono::microseconds next() {
        const auto longest = std::bernoulli_distribution(0.5)(random) ? start : 4 * start;
        return std::chrono::microseconds{std::uniform_int_distribution<std::int64_t>(0, longest.count())(random)};
    }
    unsigned seed;
    std::mt19937 random;
    std::chrono::microseconds start = how_long_a_start_takes();
};

}  // namespace

class ExitSignalTest : public ::testing::TestWithParam<std::pair<int, const char*>> {};

INSTANTIATE_TEST_SUITE_P(All, ExitSignalTest,
                         ::testing::Values(std::pair{SIGTERM, "SIGTERM"}, std::pair{SIGINT, "SIGINT"},
                                           std::pair{SIGHUP, "SIGHUP"}),
                         [](const auto& info) { return info.param.second; });

TEST_P(ExitSignalTest, F26F31D15EndsTheWorkInOrder) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    program daemon({mayhem, "run", "--store", store});
    ASSERT_TRUE(daemon.says("Done. "));

    daemon.kill(GetParam().first);

    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_EQ(first_out_of_order(daemon.log(), after_signal(GetParam().second)), "") << daemon.log();
    expect_no_work_after(daemon.log(), "Received exit signal");
    const record r = read_record(store);
    EXPECT_EQ(r.count("running") + r.count("journalled"), 0);
    EXPECT_EQ(r.integrity, "ok");
}

TEST_P(ExitSignalTest, EndsItAtAnyMomentOfTheStart) {
    delays delay;
    int caught = 0;
    for (int i = 0; i < repetitions || (caught == 0 && i < 10 * repetitions); ++i) {
        const test_folder folder;
        const std::string store = folder / "mayhem.db";
        program daemon({mayhem, "run", "--store", store});
        std::this_thread::sleep_for(delay.next());

        daemon.kill(GetParam().first);

        const std::string ended = daemon.end();
        if (ended == "signal " + std::to_string(GetParam().first)) {  // before main() had begun
            ASSERT_EQ(daemon.log(), "");
            ASSERT_EQ(read_text(store), "");
            continue;
        }
        ++caught;
        ASSERT_EQ(ended, "exit 0") << daemon.log();
        ASSERT_NE(daemon.log().find("Successfully shutdown"), std::string::npos) << daemon.log();
        expect_no_work_after(daemon.log(), "Received exit signal");
    }
    EXPECT_GT(caught, 0);
}

TEST_P(ExitSignalTest, IsCaughtThoughInheritedAsIgnored) {
    const test_folder folder;
    program daemon({mayhem, "run", "--store", folder / "mayhem.db"},
                   {.environment = {}, .in_child = [] { std::signal(GetParam().first, SIG_IGN); }});
    ASSERT_TRUE(daemon.says("Mayhem is running"));

    daemon.kill(GetParam().first);

    EXPECT_EQ(daemon.end(), "exit 0");
}

TEST_P(ExitSignalTest, IsCaughtThoughInheritedAsBlocked) {
    const test_folder folder;
    program daemon({mayhem, "run", "--store", folder / "mayhem.db"}, {.environment = {}, .in_child = [] {
                                                                          sigset_t all;
                                                                          sigfillset(&all);
                                                                          ::sigprocmask(SIG_BLOCK, &all, nullptr);
                                                                      }});
    ASSERT_TRUE(daemon.says("Mayhem is running"));

    daemon.kill(GetParam().first);

    EXPECT_EQ(daemon.end(), "exit 0");
}

TEST_P(ExitSignalTest, SentTwiceAtOnceEndsItOnce) {
    const test_folder folder;
    program daemon({mayhem, "run", "--store", folder / "mayhem.db"});
    ASSERT_TRUE(daemon.says("Saved "));

    daemon.kill(GetParam().first);
    daemon.kill(GetParam().first);

    const std::string ended = daemon.end();
    const std::string forced = std::to_string(GetParam().first);
    EXPECT_TRUE(ended == "exit 0" || ended == "exit " + std::to_string(128 + GetParam().first) ||
                ended == "signal " + forced)
        << ended;
    const std::string log = daemon.log();
    EXPECT_EQ(log.find("Received exit signal"), log.rfind("Received exit signal")) << log;
}

TEST(TaskDumpSignalTest, NamesTheTasksAndTheirFrames) {
    const test_folder folder;
    program daemon({mayhem, "run", "--store", folder / "mayhem.db"});
    ASSERT_TRUE(daemon.says("Saved "));

    daemon.kill(SIGUSR1);

    EXPECT_TRUE(daemon.says("publisher")) << daemon.log();
    EXPECT_TRUE(daemon.says("consumer"));
    EXPECT_TRUE(daemon.says("publisher.cpp"));
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
}

TEST(TaskDumpSignalTest, HarmsNothingAtAnyMomentOfTheStart) {
    delays delay;
    for (int i = 0; i < repetitions; ++i) {
        const test_folder folder;
        program daemon({mayhem, "run", "--store", folder / "mayhem.db"});
        std::this_thread::sleep_for(delay.next());

        daemon.kill(SIGUSR1);

        if (!daemon.says("Mayhem is running")) {
            ASSERT_EQ(daemon.end(), "signal " + std::to_string(SIGUSR1)) << daemon.log();
            ASSERT_EQ(daemon.log(), "");  // before main() had begun
            continue;
        }
        daemon.kill(SIGTERM);
        ASSERT_EQ(daemon.end(), "exit 0") << daemon.log();
    }
}

TEST(ReloadSignalTest, HarmsNothingAtAnyMomentOfTheStart) {
    delays delay;
    const test_folder folder;
    const std::string config = folder.write("mayhem.toml", herd_config);
    for (int i = 0; i < repetitions; ++i) {
        program daemon({mayhem, "run", "-c", config, "--store", folder / "mayhem.db"});
        std::this_thread::sleep_for(delay.next());

        daemon.kill(SIGHUP);

        if (!daemon.says("Mayhem is running")) {
            ASSERT_EQ(daemon.end(), "signal " + std::to_string(SIGHUP)) << daemon.log();
            ASSERT_EQ(daemon.log(), "");
            continue;
        }
        daemon.kill(SIGTERM);
        ASSERT_EQ(daemon.end(), "exit 0") << daemon.log();
    }
}

TEST(SignalByNameTest, EndsEveryDaemonOfTheNamespaceWithEverythingNacked) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string script = folder.write("script",
                                            "\"$1\" run --store \"$2\" 2> \"$3\" & daemon=$!\n"
                                            "until grep -q 'Done. ' \"$3\" 2> /dev/null; do\n"
                                            "    kill -0 $daemon || break\n"
                                            "    sleep 0.05\n"
                                            "done\n"
                                            "pkill -TERM -x mayhem || exit 99\n"
                                            "wait $daemon; status=$?\n"
                                            "cat \"$3\" >&2\n"
                                            "exit $status\n");
    if (run({"unshare", "-p", "-f", "--mount-proc", "true"}).ended != "exit 0") {
        FAIL()
            << "no PID namespace may be made here, and outside one, a signal by name could hit a stranger: run as root";
    }

    const finished all =
        run({"unshare", "-p", "-f", "--mount-proc", "--kill-child=KILL", "sh", script, mayhem, store, folder / "log"});

    EXPECT_EQ(all.ended, "exit 0") << all.log;
    EXPECT_EQ(first_out_of_order(all.log, after_signal("SIGTERM")), "") << all.log;
    const record r = read_record(store);
    EXPECT_GT(r.ids.size(), 0U);
    EXPECT_EQ(r.count("running") + r.count("journalled"), 0);
    EXPECT_EQ(r.open_attempts, 0);
    const finished history = run({mayhem, "history", "--json", "--store", store});
    EXPECT_EQ(history.ended, "exit 0");
    EXPECT_EQ(history.out.find("\"ended_at\": null"), std::string::npos) << history.out;
}

}  // namespace mayhem::testing
