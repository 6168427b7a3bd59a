// A server whose packets do not arrive is out of reach while that stands, and nobody else is; and it is reachable
// again, whatever becomes of Mayhem. With a real server and the kernel's packet filter, because only they can prove it:
// the rules are about one port of the loopback, on which this test's own server listens, in a network of its own.
// MAYHEM_TEST_SEED repeats the moments of the last test.

#include <chrono>
#include <csignal>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "control_client.hpp"
#include "network_fault_bed.hpp"

namespace mayhem::testing {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

class CutTest : public NetworkFaultTest {
protected:
    [[nodiscard]] std::string cut() const { return "action = \"cut\"\n" + of_its_port(); }
};

TEST_F(CutTest, IsOutOfReachForItsTimeAndNobodyElseIs) {
    program daemon(start("2s", cut()));
    ASSERT_TRUE(daemon.says("Began cut of ")) << daemon.log();
    const std::string while_it_stands = ask(server_.port());
    const std::string of_others = ask(other_.port());
    const json standing = json::parse(get(socket_, "/v1/status"))["standing"];

    ASSERT_TRUE(daemon.says("Ended cut of ")) << daemon.log();
    ASSERT_TRUE(daemon.says("Recovered ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_TRUE(is_back());

    EXPECT_EQ(while_it_stands, "nothing") << daemon.log();
    EXPECT_EQ(of_others, "answer");
    ASSERT_EQ(standing.size(), 1U);
    EXPECT_EQ(standing[0]["done"], "cut off");
    EXPECT_EQ(standing[0]["how_to_see"].get<std::string>().find("nft list table inet mayhem_"), 0U);
    const json a = first_span();
    EXPECT_EQ(a["verdict"], "recovered") << a;
    EXPECT_EQ(a["action"], "cut");
    EXPECT_EQ(a["span"]["ended_by"], "time_over") << a;
    EXPECT_NE(a["span"]["effect"].get<std::string>().find(" packet"), std::string::npos) << a;
    EXPECT_NE(a["span"]["effect"], "no packet") << a;
    EXPECT_EQ(a["span"]["no_effect_seen"], false) << a;
}

TEST_F(CutTest, WhereNobodyAsksTheRecordSaysThatItHadNoEffect) {
    program daemon(start("1s", cut()));

    ASSERT_TRUE(daemon.says("Had no effect: ")) << daemon.log();
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");

    const json a = first_span();
    EXPECT_EQ(a["verdict"], "no_effect") << a;
    EXPECT_EQ(a["span"]["effect"], "no packet") << a;
    EXPECT_EQ(a["span"]["no_effect_seen"], true) << a;
    EXPECT_EQ(a["error"], "no effect of it was seen: no packet") << a;
}

TEST_F(CutTest, RejectedWhoTriesIsToldAtOnce) {
    program daemon(start("10m", cut() + "how = \"reject\"\n"));
    ASSERT_TRUE(daemon.says("Began cut of ")) << daemon.log();

    EXPECT_EQ(ask(server_.port()), "refused") << daemon.log();
    EXPECT_EQ(ask(other_.port()), "answer");

    EXPECT_EQ(command({"halt", "--socket", socket_, "--why", "enough"}).ended, "exit 0");
    EXPECT_TRUE(is_back()) << daemon.log();
}

TEST_F(CutTest, WhoLosesSomePacketsIsSlowAndInReach) {
    program daemon(start("10m", "action = \"loss\"\nloss = 50\n" + of_its_port()));
    ASSERT_TRUE(daemon.says("Began loss of ")) << daemon.log();
    int answers = 0;
    for (int i = 0; i < 20; ++i) {
        answers += ask(server_.port(), 250ms) == "answer" ? 1 : 0;
    }

    EXPECT_GT(answers, 0);
    EXPECT_LT(answers, 20);
    daemon.kill(SIGTERM);
    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_TRUE(is_back());
}

TEST_F(CutTest, AProcessThatSharesItsPacketsWithOthersIsLeftAlone) {
    program daemon(start("10m", "action = \"dns\"\n"));

    ASSERT_TRUE(daemon.says("shares_its_cgroup")) << daemon.log();
    EXPECT_EQ(ask(server_.port()), "answer");
}

TEST_F(CutTest, ADaemonThatIsStoppedProlongsNothing) {
    program daemon(start("2s", cut()));
    ASSERT_TRUE(daemon.says("Began cut of ")) << daemon.log();

    daemon.kill(SIGSTOP);
    const bool is_back_in_time = is_back(5s);
    daemon.kill(SIGCONT);

    EXPECT_TRUE(is_back_in_time);
}

TEST_F(CutTest, ItsServerKilledTheHolderEnds) {
    program daemon(start("10m", cut()));
    ASSERT_TRUE(daemon.says("Began cut of ")) << daemon.log();
    const pid_t holder = holder_of(daemon);
    ASSERT_NE(holder, 0);

    server_.get().kill(SIGKILL);

    EXPECT_TRUE(eventually([&] { return is_gone(holder); }, 5s));
    ASSERT_TRUE(daemon.says("Ended cut of ")) << daemon.log();
}

TEST_F(CutTest, ADeathAtAnyMomentUndoesItWithoutANextStart) {
    dies_at_any_moment(start("10m", cut()), "Began cut of ", 100ms);
}

}  // namespace

}  // namespace mayhem::testing
