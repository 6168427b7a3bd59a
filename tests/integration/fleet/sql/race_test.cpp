// Proves that of eight who race for each of 400 moments one wins, and of eight who race for a permit one gets it, on a
// real PostgreSQL; also when it is killed in the middle. What the racers were told is counted against the table.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "integration/fleet/sql/fleet_bed.hpp"

namespace mayhem::testing {
namespace {

using namespace std::chrono_literals;

constexpr int racers = 8;
constexpr int moments = 400;

/// A message of its own for each racer and moment, from which both can be read.
std::string message_of(int racer, int moment) { return fleet_bed::uuid(racer * 100'000 + moment); }

struct result {
    std::vector<int> won;  ///< moments
    int unknown = 0;       ///< calls of which nobody knows how they ended
};

class RaceTest : public ::testing::Test {
protected:
    fleet_bed bed{racers};
    std::atomic<int> decided{0};

    void SetUp() override {
        bed.adopt(R"({"min_healthy": 0, "tolerance": "1 d"})");
        begin_ = bed.owner.line("SELECT clock_timestamp() - interval '1 h'");
    }

    pg_session connect(const std::string& host) {
        for (const auto until = std::chrono::steady_clock::now() + 150s;;) {
            try {
                return pg_session(bed.address(host));
            } catch (const pg_error&) {
                if (std::chrono::steady_clock::now() > until) {
                    throw;
                }
                std::this_thread::sleep_for(20ms);
            }
        }
    }

    /// Whether it has won the moment; nothing: nobody knows, and it does not ask again.
    std::optional<bool> try_to_decide(pg_session& as, const std::string& host, int racer, int moment) {
        try {
            return as.line(
                       "SELECT verdict FROM mayhem.decide('web', $1::timestamptz + $2::int * interval '1 s', $3, "
                       "now(), "
                       "$4, $5, 'p', NULL, 1, '', -1)",
                       {begin_, std::to_string(moment), message_of(racer, moment), host, fleet_bed::life_of(host)}) !=
                   "decided_already";
        } catch (const pg_error& e) {
            if (e.sqlstate.starts_with("MM") || e.sqlstate.starts_with("23") || e.sqlstate.starts_with("4")) {
                throw;
            }
            return std::nullopt;
        }
    }

    result race(int racer) {
        const std::string host = "h" + std::to_string(racer);
        pg_session mine = connect(host);
        result r;
        for (int moment = 0; moment < moments; ++moment) {
            const std::optional<bool> has_won = try_to_decide(mine, host, racer, moment);
            if (!has_won) {
                ++r.unknown;
                mine = connect(host);
            } else if (*has_won) {
                r.won.push_back(moment);
                ++decided;
            }
        }
        return r;
    }

    std::vector<result> race_all() {
        std::vector<result> results(racers);
        std::vector<std::jthread> threads;
        for (int racer = 1; racer <= racers; ++racer) {
            threads.emplace_back(
                [this, &results, racer] { results[static_cast<std::size_t>(racer - 1)] = race(racer); });
        }
        threads.clear();
        return results;
    }

    /// What the racers were told against what the table says.
    void judge(const std::vector<result>& results) {
        pg_session after = connect("postgres");
        std::map<int, std::string> decided_by;
        for (const auto& row : after.ask("SELECT extract(epoch FROM planned_at - $1::timestamptz)::int, message FROM "
                                         "mayhem.moments",
                                         {begin_})) {
            decided_by.emplace(std::stoi(*row[0]), *row[1]);
        }
        int unknown = 0;
        std::map<int, int> winners;
        for (int racer = 1; racer <= racers; ++racer) {
            const result& r = results[static_cast<std::size_t>(racer - 1)];
            unknown += r.unknown;
            for (const int moment : r.won) {
                ++winners[moment];
                EXPECT_EQ(decided_by[moment], message_of(racer, moment)) << "won, and the table does not know it";
            }
        }

        EXPECT_TRUE(std::ranges::all_of(winners, [](const auto& w) { return w.second == 1; })) << "won twice";
        EXPECT_LE(decided_by.size(), static_cast<std::size_t>(moments));
        EXPECT_LE(decided_by.size(), winners.size() + static_cast<std::size_t>(unknown));
        RecordProperty("won", static_cast<int>(winners.size()));
        RecordProperty("unknown", unknown);
    }

private:
    std::string begin_;
};

TEST_F(RaceTest, OneWinsEachMoment) {
    const std::vector<result> results = race_all();

    judge(results);
    EXPECT_EQ(bed.owner.line("SELECT count(*) FROM mayhem.moments"), std::to_string(moments));
    EXPECT_EQ(decided, moments);
}

TEST_F(RaceTest, OneWinsEachMomentOverAKillOfTheServer) {
    const std::jthread killer([this] {
        while (decided < moments / 3) {
            std::this_thread::sleep_for(1ms);
        }
        shared_server().kill();
        shared_server().start();
    });

    const std::vector<result> results = race_all();

    judge(results);
    EXPECT_GE(decided, moments - racers);
}

TEST_F(RaceTest, OneOfManyGetsThePermit) {
    for (int number = 1; number <= 20; ++number) {
        const std::string message = fleet_bed::uuid(number);
        const std::string target = "t" + std::to_string(number);
        const std::string moment = bed.moment();
        bed.say("h1", {.standing = 50,
                       .members = 50,
                       .offer = "(zz," + target + ",i,,)",
                       .next = "(aa," + target + ",i,,)",
                       .moment = moment});
        ASSERT_EQ(bed.decide("h1", moment, message), "granted|");
        std::atomic<int> permits{0};
        std::vector<std::jthread> threads;
        for (int racer = 0; racer < 4; ++racer) {
            threads.emplace_back([&, racer] {
                pg_session mine = connect("h1");
                permits += mine.line("SELECT answer FROM mayhem.claim($1, 'h1', $2, $3, 'p', -1)",
                                     {message, fleet_bed::life_of("h1"), fleet_bed::uuid(500 + racer)}) == "ok"
                               ? 1
                               : 0;
            });
        }
        threads.clear();

        EXPECT_LE(permits, 1);
        EXPECT_EQ(
            bed.owner.line("SELECT count(*) FROM mayhem.acts WHERE message = $1 AND claimed_at IS NOT NULL", {message}),
            std::to_string(permits));
    }
    EXPECT_GE(std::stoi(bed.owner.line("SELECT count(*) FROM mayhem.acts WHERE state = 'claimed'")), 10)
        << "on a slow machine a census may be too old by then, but not mostly";
}

}  // namespace
}  // namespace mayhem::testing
