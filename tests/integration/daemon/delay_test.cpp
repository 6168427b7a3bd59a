// Whoever talks with a server whose packets are delayed waits as long as was asked while that stands, and nobody else
// waits; and it is as fast as before at its end, whatever becomes of Mayhem. With a real server and the kernel's packet
// filter, because only they can prove it: the rules are about one port of the loopback, in a network of the test's own.
// MAYHEM_TEST_SEED repeats the moments of the last test.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "control_client.hpp"
#include "network_fault_bed.hpp"

namespace mayhem::testing {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// How long a request takes, which is two round trips: to connect, and to be answered. A minute: it is not answered.
std::chrono::milliseconds time_to_answer(std::uint16_t port) {
    const auto begin = std::chrono::steady_clock::now();
    const bool is_answered = ask(port, 20s) == "answer";
    return is_answered ? std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin)
                       : std::chrono::milliseconds(1min);
}

/// The shortest of some, because the machine may be busy.
std::chrono::milliseconds shortest(std::uint16_t port, int of = 5) {
    std::chrono::milliseconds least = 1min;
    for (int i = 0; i < of; ++i) {
        least = std::min(least, time_to_answer(port));
    }
    return least;
}

class DelayTest : public NetworkFaultTest {
protected:
    /// Both ways that a kernel may have to hand packets to a process are looked for by `check`; without either of them
    /// there is nothing to be seen here.
    void SetUp() override {
        NetworkFaultTest::SetUp();
        const finished checked = run({mayhem, "check", "-c", start("1s", delay("1ms"))[3]});
        if (checked.out.find("cannot be done on this host") != std::string::npos ||
            checked.log.find("cannot be done on this host") != std::string::npos) {
            GTEST_SKIP() << "no packet can be delayed by this kernel: " << checked.out << checked.log;
        }
    }

    [[nodiscard]] std::string delay(const std::string& latency, const std::string& more = {}) const {
        return "action = \"delay\"\nlatency = \"" + latency + "\"\n" + more + of_its_port();
    }
};

TEST_F(DelayTest, EachRoundTripIsLaterForItsTimeAndThoseOfOthersAreNot) {
    const auto before = shortest(server_.port());
    program daemon(start("4s", delay("150ms")));
    ASSERT_TRUE(daemon.says("Began delay of ")) << daemon.log();
    const auto while_it_stands = shortest(server_.port(), 3);
    const auto of_others = shortest(other_.port());
    const json standing = json::parse(get(socket_, "/v1/status"))["standing"];
    const std::string rules = run({"/usr/sbin/nft", "list", "ruleset"}).out;

    ASSERT_TRUE(daemon.says("Ended delay of ")) << daemon.log();
    const auto after = shortest(server_.port());
    ASSERT_TRUE(daemon.says("Recovered ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");

    EXPECT_GE(while_it_stands, 300ms) << daemon.log();
    EXPECT_LT(while_it_stands, 300ms + 150ms) << "once for each round trip";
    EXPECT_LT(of_others, 2 * before + 20ms);
    EXPECT_LT(after, 2 * before + 20ms);
    ASSERT_EQ(standing.size(), 1U);
    EXPECT_EQ(standing[0]["done"], "slowed down");
    EXPECT_EQ(standing[0]["how_to_see"].get<std::string>().find("nft list table inet mayhem_"), 0U);
    EXPECT_NE(rules.find("mayhem delay by queue "), std::string::npos) << rules;
    EXPECT_NE(rules.find("queue "), std::string::npos) << rules;
    EXPECT_NE(rules.find("bypass"), std::string::npos) << rules;
    const json a = first_span();
    EXPECT_EQ(a["verdict"], "recovered") << a;
    EXPECT_EQ(a["action"], "delay");
    EXPECT_EQ(a["span"]["ended_by"], "time_over") << a;
    const std::string effect = a["span"]["effect"];
    EXPECT_EQ(effect.find(" packets delayed"), effect.find(' ')) << effect;
    EXPECT_EQ(effect.find("not"), std::string::npos) << effect;
    EXPECT_EQ(run({"/usr/sbin/nft", "list", "ruleset"}).out.find("mayhem"), std::string::npos);
}

TEST_F(DelayTest, WithJitterItIsSometimesShorterAndSometimesLonger) {
    program daemon(start("10m", delay("50ms", "jitter = \"50ms\"\n")));
    ASSERT_TRUE(daemon.says("Began delay of ")) << daemon.log();
    auto least = std::chrono::milliseconds(1min);
    auto most = 0ms;
    for (int i = 0; i < 30; ++i) {
        const auto took = time_to_answer(server_.port());
        least = std::min(least, took);
        most = std::max(most, took);
    }

    EXPECT_LT(least, 80ms) << "of two round trips, 100 ms on average";
    EXPECT_GT(most, 120ms);
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
}

TEST_F(DelayTest, WhatWaitsAtItsEndArrivesAtOnce) {
    program daemon(start("10m", delay("10s")));
    ASSERT_TRUE(daemon.says("Began delay of ")) << daemon.log();
    std::chrono::milliseconds took{};
    std::thread asks([&] { took = time_to_answer(server_.port()); });
    std::this_thread::sleep_for(300ms);

    EXPECT_EQ(command({"halt", "--socket", socket_, "--why", "enough"}).ended, "exit 0");
    asks.join();

    EXPECT_GE(took, 300ms);
    EXPECT_LT(took, 5s) << "of which it would have waited twenty";
    EXPECT_LT(shortest(server_.port()), 100ms) << daemon.log();
}

TEST_F(DelayTest, ADaemonThatIsStoppedProlongsNothing) {
    program daemon(start("2s", delay("1s")));
    ASSERT_TRUE(daemon.says("Began delay of ")) << daemon.log();

    daemon.kill(SIGSTOP);
    const bool is_slow = ask(server_.port(), 300ms) == "nothing";
    const bool is_back_in_time = is_back(5s, 300ms);
    daemon.kill(SIGCONT);

    EXPECT_TRUE(is_slow);
    EXPECT_TRUE(is_back_in_time);
}

TEST_F(DelayTest, ItsServerKilledTheHolderEnds) {
    program daemon(start("10m", delay("1s")));
    ASSERT_TRUE(daemon.says("Began delay of ")) << daemon.log();
    const pid_t holder = holder_of(daemon);
    ASSERT_NE(holder, 0);

    server_.get().kill(SIGKILL);

    EXPECT_TRUE(eventually([&] { return is_gone(holder); }, 5s));
    ASSERT_TRUE(daemon.says("Ended delay of ")) << daemon.log();
}

TEST_F(DelayTest, ADeathAtAnyMomentUndoesItWithoutANextStart) {
    dies_at_any_moment(start("10m", delay("2s")), "Began delay of ", 300ms);
}

}  // namespace

}  // namespace mayhem::testing
