// The simulated database of a fleet keeps the contract of every ledger, and loses calls and answers as it is told.
#include "sim/fleet/sim_ledger.hpp"

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "support/ledger_contract.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::test {
namespace {

using namespace std::chrono_literals;

class sim_bed final : public ledger_bed {
public:
    sim::fleet_weather weather{};
    sim::fleet_tables tables;

    sim_bed() {
        for (const char* const host : {"h1", "h2"}) {
            tables.add_host(host);
        }
    }

    fleet::ledger& of(int host, int life) override {
        std::unique_ptr<sim::sim_ledger>& made = ledgers_[{host, life}];
        if (!made) {
            std::array<std::uint8_t, 16> bytes{};
            bytes[0] = static_cast<std::uint8_t>(life);
            bytes[1] = static_cast<std::uint8_t>(host);
            made = std::make_unique<sim::sim_ledger>(
                tables, weather, [this] { return loop_.clock.now().time_since_epoch(); }, core::random_source(1),
                sim::fleet_tables::speaker{.host = "h" + std::to_string(host), .life = core::uuid(bytes)});
        }
        return *made;
    }
    void adopt(const std::string& terms) override {
        const bool is_new = !tables.groups().contains("web");
        tables.adopt("web", "p", sim::terms_in(terms), is_new ? now() - 720h : now());
    }
    void resume() override {
        tables.resume({}, now());
        tables.resume("web", now());
    }
    core::wall_time now() override { return loop_.clock.wall_now(); }
    void play(const std::function<async::awaitable<void>()>& body) override {
        loop_.run(body());
        for (const async::task_failure& f : loop_.take_failures()) {
            ADD_FAILURE() << async::text_of(f.error);
        }
    }

private:
    std::map<std::pair<int, int>, std::unique_ptr<sim::sim_ledger>> ledgers_;
    virtual_loop loop_;
};

std::unique_ptr<ledger_bed> make_bed() { return std::make_unique<sim_bed>(); }

INSTANTIATE_TEST_SUITE_P(Simulated, LedgerContract, ::testing::Values(&make_bed));

// What is lost on the way to the database has not happened; what is lost on the way back has, and nobody can tell.
TEST(SimLedgerTest, CallsAndAnswersGetLost) {
    sim_bed bed;
    bed.adopt(R"({"min_healthy": 0})");
    bed.play([&bed]() -> async::awaitable<void> {
        const async::frame here;
        fleet::ledger& h1 = bed.of(1, 1);
        bed.weather.lost_before = 1;
        fleet::reply<fleet::greeting> lost = co_await h1.hello({.life_number = 1});
        EXPECT_TRUE(std::holds_alternative<fleet::unknown>(lost));
        bed.weather = {.lost_after = 1};
        lost = co_await h1.hello({.life_number = 1});
        EXPECT_TRUE(std::holds_alternative<fleet::unknown>(lost));
        bed.weather = {.refused_to_go = 1};
        lost = co_await h1.hello({.life_number = 1});
        EXPECT_TRUE(std::holds_alternative<fleet::not_sent>(lost));
        bed.weather = {};
        const fleet::reply<fleet::heartbeat> known = co_await h1.beat({}, false);
        EXPECT_TRUE(std::holds_alternative<fleet::heartbeat>(known)) << "the second hello has happened";
    });
}

// A claim's permit counts from before the database looked, however long the call was on its way.
TEST(SimLedgerTest, APermitCountsFromWhenItWasAskedFor) {
    sim_bed bed;
    bed.weather = {.way_min = 200ms, .way_max = 200ms};
    bed.adopt(R"({"min_healthy": 0})");
    bed.play([&bed]() -> async::awaitable<void> {
        const async::frame here;
        fleet::ledger& h1 = bed.of(1, 1);
        (void)co_await h1.hello({.life_number = 1});
        const core::wall_time moment = bed.now();
        (void)co_await h1.answer({.group = "web",
                                  .seq = 1,
                                  .moment = moment,
                                  .plan = "p",
                                  .members = 1,
                                  .standing = 1,
                                  .own = fleet::offer{.key = "a", .target = "t", .incarnation = "1"}});
        (void)co_await h1.decide({.group = "web", .moment = moment, .expires_at = moment + 1h, .plan = "p"});
        const std::chrono::nanoseconds before = async::this_loop().now().time_since_epoch();
        const fleet::reply<fleet::claimed> r = co_await h1.claim({.plan = "p"});
        const fleet::claimed* const c = std::get_if<fleet::claimed>(&r);
        EXPECT_TRUE(c != nullptr && c->answer == fleet::claim_answer::ok && c->sent == before);
    });
}

// An answer that stood in no log is gone with a crash, and whoever has not answered since does not stand.
TEST(SimLedgerTest, ACrashForgetsWhoStands) {
    sim_bed bed;
    bed.adopt(R"({"min_healthy": 1})");
    bed.play([&bed]() -> async::awaitable<void> {
        const async::frame here;
        fleet::ledger& h1 = bed.of(1, 1);
        (void)co_await h1.hello({.life_number = 1});
        const core::wall_time moment = bed.now();
        (void)co_await h1.answer(
            {.group = "web", .seq = 1, .moment = moment, .plan = "p", .members = 2, .standing = 2});
        bed.tables.crash();
        const fleet::reply<fleet::decided> r =
            co_await h1.decide({.group = "web", .moment = moment, .expires_at = moment + 1h, .plan = "p"});
        const fleet::decided* const d = std::get_if<fleet::decided>(&r);
        EXPECT_TRUE(d != nullptr && d->reason == "too_few_healthy");
    });
}

/// What a host has of a call, and whether it was carried out.
struct fate_of_call {
    std::string heard;
    bool has_happened = false;
};

fate_of_call greet(sim::ledger_place::reach state, double lost_after) {
    sim::fleet_tables tables;
    tables.add_host("h1");
    const sim::fleet_weather weather{.lost_after = lost_after};
    const core::uuid life(std::array<std::uint8_t, 16>{1});
    virtual_loop t;
    fate_of_call fate;
    std::optional<bool> was_heard;
    sim::sim_ledger ledger(tables, weather, [&t] { return t.clock.now().time_since_epoch(); }, core::random_source(1),
                           {.host = "h1", .life = life},
                           {.state = [state] { return state; },
                            .now = [] { return core::wall_time{}; },
                            .worked = [&was_heard](bool is_heard) { was_heard = is_heard; }});
    t.run([](sim::sim_ledger& l, std::string& heard) -> async::awaitable<void> {
        const async::frame here;
        const auto r = co_await l.hello({.life_number = 1, .version = "1"});
        heard = std::holds_alternative<fleet::greeting>(r)   ? "greeting"
                : std::holds_alternative<fleet::unknown>(r)  ? "unknown"
                : std::holds_alternative<fleet::not_sent>(r) ? "not sent"
                                                             : "refused";
    }(ledger, fate.heard));
    fate.has_happened = tables.life_of("h1") == life;
    EXPECT_EQ(was_heard.has_value(), fate.has_happened);
    return fate;
}

TEST(SimLedgerPlaceTest, ACallFaresAsItsPlaceSays) {
    using reach = sim::ledger_place::reach;
    const fate_of_call there = greet(reach::there, 0);
    const fate_of_call away = greet(reach::away, 0);
    const fate_of_call silent = greet(reach::silent, 0);
    const fate_of_call unheard = greet(reach::there, 1);

    EXPECT_EQ(there.heard, "greeting");
    EXPECT_EQ(away.heard, "not sent");
    EXPECT_EQ(silent.heard, "unknown");
    EXPECT_EQ(unheard.heard, "unknown");
    EXPECT_TRUE(there.has_happened && unheard.has_happened);
    EXPECT_FALSE(away.has_happened || silent.has_happened);
}

}  // namespace
}  // namespace mayhem::test
