// Proves with real daemons, real processes and a real PostgreSQL what the simulation proves of a fleet: while daemons
// are killed and suspended, and the database is frozen, killed and halted, each process that was told to end was so by
// one claim that is on record, no more of them are away than may be, and none falls while the fleet is halted. And that
// a standby which takes over changes nothing of that. MAYHEM_TEST_SEED repeats the dice; MAYHEM_FLEET_HOSTS and
// MAYHEM_FLEET_STORM_S make it as large and as long as is wanted.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <map>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "integration/fleet/fleet_rig.hpp"

namespace mayhem::testing {
namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

unsigned number_in(const char* variable, unsigned otherwise) {
    const char* const given = std::getenv(variable);
    return given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : otherwise;
}

bool is_broken(const sim::findings& f, const char* promise) { return f.tallies().at(promise).broken > 0; }

void expect_kept(const sim::findings& found) {
    for (const sim::violation& v : found.violations()) {
        ADD_FAILURE() << v.promise << ": " << v.text;
    }
    for (const std::string& fault : found.faults_of_log()) {
        ADD_FAILURE() << "the log: " << fault;
    }
    for (const char* const promise : {"acts_once", "right_target", "acts_by_claim", "one_host_a_moment",
                                      "holds_when_fleet_halted", "few_at_once", "fleet_limits_hold"}) {
        EXPECT_GT(found.tallies().at(promise).decided, 0U) << "nobody asked for it: " << promise;
    }
}

/// Throws dice at daemons and their database, one thing after the other.
class weather {
public:
    weather(fleet_rig& fleet, test::postgres_bed& server, unsigned seed)
        : fleet_(fleet), server_(server), random_(seed) {}

    void rage(std::chrono::seconds length) {
        const steady::time_point over = steady::now() + length;
        while (steady::now() < over && !::testing::Test::HasFailure()) {
            std::this_thread::sleep_for(std::chrono::milliseconds{200 + below(800)});
            throw_dice();
            begin_again();
        }
        if (is_halted_) {
            fleet_.resume();
        }
    }

    int kills = 0;
    int freezes = 0;
    int halts = 0;
    int crashes = 0;

private:
    void throw_dice() {
        const unsigned what = below(100);
        fleet_rig::host& h = *std::next(fleet_.hosts().begin(), below(static_cast<unsigned>(fleet_.hosts().size())));
        if (what < 15 && h.daemon) {
            h.daemon->kill(SIGKILL);
            EXPECT_EQ(h.daemon->end(), "signal 9");
            h.daemon.reset();
            starts_at_[&h] = steady::now() + std::chrono::milliseconds{200 + below(2'000)};
            ++kills;
        } else if (what < 40 && h.daemon) {
            h.daemon->kill(SIGSTOP);
            std::this_thread::sleep_for(std::chrono::milliseconds{50 + below(800)});
            h.daemon->kill(SIGCONT);
            ++freezes;
        } else if (what < 44) {
            server_.freeze();
            std::this_thread::sleep_for(std::chrono::milliseconds{300 + below(1'500)});
            server_.thaw();
        } else if (what < 46 && crashes < 1) {
            server_.kill();
            server_.start();
            ++crashes;
        } else if (is_halted_ && what >= 60) {
            fleet_.resume();
            is_halted_ = false;
        } else if (!is_halted_ && what >= 96) {
            fleet_.halt();
            is_halted_ = true;
            ++halts;
        }
    }

    void begin_again() {
        std::erase_if(starts_at_, [this](const auto& s) {
            const bool is_due = steady::now() >= s.second;
            if (is_due) {
                fleet_.start(*s.first);
            }
            return is_due;
        });
    }

    unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

    fleet_rig& fleet_;
    test::postgres_bed& server_;
    std::mt19937 random_;
    std::map<fleet_rig::host*, steady::time_point> starts_at_;
    bool is_halted_ = false;
};

void start_those_that_are_not(fleet_rig& fleet) {
    for (fleet_rig::host& h : fleet.hosts()) {
        if (!h.daemon) {
            fleet.start(h);
        }
    }
    for (fleet_rig::host& h : fleet.hosts()) {
        EXPECT_TRUE(h.daemon->says("Mayhem is running")) << h.daemon->log();
    }
}

bool is_settled(const test::postgres_bed& record) {
    return record.sql("SELECT count(*) FROM mayhem.acts WHERE state = 'claimed'") == "0\n";
}

TEST(FleetStormTest, EachDeathIsExplainedByOneClaimAndNoneIsOneTooMany) {
    const unsigned seed = number_in("MAYHEM_TEST_SEED", std::random_device{}());
    std::cout << "MAYHEM_TEST_SEED=" << seed << '\n';
    const unsigned hosts = number_in("MAYHEM_FLEET_HOSTS", 12);
    test::postgres_bed server;
    fleet_rig fleet(server, {server.port()},
                    {.hosts = hosts, .groups = 6, .min_healthy = hosts / 2, .max_unavailable = 3});
    fleet.start_all();
    ASSERT_FALSE(HasFailure());

    weather w(fleet, server, seed);
    w.rage(std::chrono::seconds{number_in("MAYHEM_FLEET_STORM_S", 45)});
    start_those_that_are_not(fleet);
    EXPECT_TRUE(eventually([&] { return fleet.deaths() >= 5; }, 120s)) << "there is little to judge\n" << fleet.logs();
    EXPECT_TRUE(eventually([&] { return is_settled(server); }, 60s)) << fleet.logs() << server.sql("TABLE mayhem.acts");
    fleet.stop_all();

    std::vector<sim::event> seen = fleet.witnessed(server);
    std::cout << hosts << " daemons: " << fleet.deaths() << " deaths, " << w.kills << " kills, " << w.freezes
              << " freezes, " << w.halts << " halts, " << w.crashes << " crashes of the database\n";
    expect_kept(fleet_rig::judge(seen));

    // The judge would have seen it.
    const auto claim = std::ranges::find_if(seen, [](const sim::event& e) {
        const auto* const a = std::get_if<sim::act>(&e.what);
        return a != nullptr && a->message;
    });
    ASSERT_NE(claim, seen.end());
    std::get<sim::act>(claim->what).message = "of nobody";
    EXPECT_TRUE(is_broken(fleet_rig::judge(seen), "acts_by_claim"));
}

TEST(FleetStormTest, AStandbyTakesOverAndNoActIsForgottenOrRepeated) {
    test::postgres_bed primary;
    test::postgres_bed standby(test::postgres_bed::standby_of{primary});
    primary.demand_standby();
    fleet_rig fleet(primary, {primary.port(), standby.port()},
                    {.hosts = 4, .groups = 4, .min_healthy = 2, .max_unavailable = 2});
    fleet.start_all();
    ASSERT_FALSE(HasFailure());
    ASSERT_TRUE(eventually([&] { return fleet.deaths() >= 4; }, 60s)) << fleet.logs();

    primary.kill();
    std::this_thread::sleep_for(1s);
    standby.promote();
    const std::size_t at_the_failover = fleet.deaths();
    EXPECT_TRUE(eventually([&] { return fleet.deaths() >= at_the_failover + 4; }, 60s)) << fleet.logs();
    EXPECT_TRUE(eventually([&] { return is_settled(standby); }, 60s)) << fleet.logs();
    fleet.stop_all();

    const sim::findings found = fleet_rig::judge(fleet.witnessed(standby));
    std::cout << fleet.deaths() << " deaths, " << at_the_failover << " of them before the failover\n";
    expect_kept(found);
}

}  // namespace
}  // namespace mayhem::testing
