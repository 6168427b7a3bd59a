// Proves with random histories that the database's functions and a second, independent account of them in C++ agree,
// call by call: who may fall, who gets a permit, what is counted. The time between the calls is made: a step lets so
// much of it pass. What holds in every history whatever the account says is asked of the tables at its end.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "integration/fleet/sql/fleet_bed.hpp"

namespace mayhem::testing {
namespace {

// Before rapidcheck reads it: the same histories each time, unless asked otherwise.
const int configured = setenv("RC_PARAMS", "max_success=200 seed=1", 0);

constexpr int hosts = 3;
constexpr int targets_each = 2;

struct limits {
    int min_healthy = 0;
    int max_unavailable = 0;
    int max_per_day = 0;
    int max_failures = 0;
};

enum class state { granted, claimed, settled, revoked, lost };

struct act {
    int host = 0;
    std::string target = {};
    std::string incarnation = {};
    state is = state::granted;
    bool counts = true;
    bool is_claimed_once = false;
    int granted = 0;  ///< seconds ago
    int claimed = 0;
    int census = 0;
};

struct said {
    int standing = 0;
    int moment = -1;
    std::string offer = {};
    std::string cursor = {};
    int round = 1;
    int age = 0;
    std::vector<int> taken = {};
};

/// The account: what ought to be answered. Ages are whole seconds, and steps of time are such that no limit is near.
class oracle {
public:
    explicit oracle(limits l) : limits_(l) {}

    void answer(int host, said s) { answers_[host] = std::move(s); }

    void pass(int seconds) {
        for (auto& [host, s] : answers_) {
            s.age += seconds;
        }
        for (auto& [message, a] : acts) {
            a.granted += seconds;
            a.claimed += seconds;
            a.census += seconds;
        }
    }

    std::string decide(int moment, int message) {
        sweep();
        int healthy = 0;
        int oldest = 0;
        const said* best = nullptr;
        int best_host = 0;
        for (const auto& [host, s] : answers_) {
            if (!is_believed(s, moment)) {
                continue;
            }
            healthy += s.standing;
            oldest = std::max(oldest, s.age);
            const bool may_fall = !s.offer.empty() && s.cursor == cursor && s.round == round && s.offer > cursor &&
                                  !is_busy_or_fallen(host, s.offer);
            if (may_fall && (best == nullptr || s.offer < best->offer)) {
                best = &s;
                best_host = host;
            }
        }
        int under_way = 0;
        for (const auto& [id, a] : acts) {
            if (is_open(a)) {
                ++under_way;
                const auto host = answers_.find(a.host);
                const bool is_listed = host != answers_.end() && is_believed(host->second, moment) &&
                                       std::ranges::count(host->second.taken, id) > 0;
                healthy -= is_listed ? 0 : 1;
            }
        }
        const auto today = std::ranges::count_if(acts, [](const auto& a) { return a.second.counts; });
        const int down = std::max(under_way, members() - healthy);
        last = moment;
        if (is_halted) {
            return "skipped|halted";
        }
        if (is_broken) {
            return "skipped|breaker_open";
        }
        if (limits_.max_per_day > 0 && today >= limits_.max_per_day) {
            return "skipped|daily_limit";
        }
        if (limits_.max_unavailable > 0 && down + 1 > limits_.max_unavailable) {
            return "skipped|too_many_at_once";
        }
        if (healthy - 1 < limits_.min_healthy) {
            return "skipped|too_few_healthy";
        }
        if (best == nullptr) {
            return "skipped|no_target";
        }
        acts[message] = {.host = best_host,
                         .target = target_of(best->offer),
                         .incarnation = incarnation_of(best->offer),
                         .census = oldest};
        cursor = best->offer;
        return "granted|";
    }

    std::string claim(int host, int message) {
        const auto found = acts.find(message);
        if (found == acts.end() || found->second.host != host) {
            return "unknown";
        }
        act& a = found->second;
        if (a.is == state::claimed) {
            return "ok_before";  // one nonce for all
        }
        if (a.is != state::granted) {
            return "no_permit";
        }
        std::string answer = is_halted                        ? "halted"
                             : is_broken                      ? "breaker_open"
                             : a.census > 5 || a.granted > 10 ? "no_permit"
                                                              : "ok";
        a.is = answer == "ok" ? state::claimed : state::settled;
        a.counts = answer == "ok";
        a.is_claimed_once = answer == "ok";
        a.claimed = 0;
        return answer;
    }

    std::string settle(int host, int message, bool has_acted, bool is_failure, int standing) {
        const auto found = acts.find(message);
        if (found == acts.end() || found->second.host != host) {
            return "unknown";
        }
        act& a = found->second;
        if (const auto mine = answers_.find(host); mine != answers_.end()) {
            mine->second.standing = standing;
            std::erase(mine->second.taken, message);
        }
        const bool had_no_permit = has_acted && !a.is_claimed_once && !(a.is == state::settled && a.counts);
        is_broken = is_broken || had_no_permit;
        if (!is_open(a) && !had_no_permit) {
            return "already";
        }
        a.is = state::settled;
        a.counts = has_acted;
        failures = is_failure ? failures + 1 : 0;
        is_broken = is_broken || (is_failure && limits_.max_failures > 0 && failures >= limits_.max_failures);
        return "ok";
    }

    std::map<int, act> acts;
    std::string cursor;
    int round = 1;
    int last = -1;
    int failures = 0;
    bool is_halted = false;
    bool is_broken = false;

    /// "k100023x12": of target 1, in its incarnation 2.
    static std::string target_of(const std::string& key) { return std::string("t") + key[key.size() - 2]; }
    static std::string incarnation_of(const std::string& key) { return std::string("i") + key.back(); }

private:
    static bool is_open(const act& a) { return a.is == state::granted || a.is == state::claimed; }

    static bool is_believed(const said& s, int moment) { return s.age < 5 && s.moment >= moment; }

    /// Whoever has once said something has so many members.
    [[nodiscard]] int members() const { return static_cast<int>(answers_.size()) * targets_each; }

    [[nodiscard]] bool is_busy_or_fallen(int host, const std::string& key) const {
        return std::ranges::any_of(acts, [&](const auto& entry) {
            const act& a = entry.second;
            return a.host == host && a.target == target_of(key) &&
                   (is_open(a) || (a.incarnation == incarnation_of(key) && a.is_claimed_once && a.counts));
        });
    }

    void sweep() {
        for (auto& [message, a] : acts) {
            if (a.is == state::granted && a.granted > 10) {
                a.is = state::revoked;
                a.counts = false;
            } else if (a.is == state::claimed && a.claimed > 360) {
                a.is = state::lost;
                is_broken = true;
            }
        }
    }

    limits limits_;
    std::map<int, said> answers_;
};

enum class step { everybody, one, decide, claim, settle, fail, give_back, halt, resume, close, wait, wait_long };

/// One database for all histories of a test.
class history {
public:
    history(fleet_bed& bed, limits l) : bed_(bed), oracle_(l) {
        bed.owner.ask(
            "TRUNCATE mayhem.groups, mayhem.moments, mayhem.acts, mayhem.answers, mayhem.members, mayhem.breakers, "
            "mayhem.halts, mayhem.journal");
        bed.adopt("{\"min_healthy\": " + std::to_string(l.min_healthy) + ", \"max_unavailable\": " +
                  std::to_string(l.max_unavailable) + ", \"max_per_day\": " + std::to_string(l.max_per_day) +
                  ", \"max_failures\": " + std::to_string(l.max_failures) + ", \"tolerance\": \"10 d\"}");
        // A day of the group begins half a day before now, so that no step of time leaves it.
        bed.owner.ask(
            "UPDATE mayhem.groups SET zone = (SELECT format('<x>%s', extract(hour FROM clock_timestamp() AT TIME "
            "ZONE 'UTC')::int - 12))");
        begin_ = bed.owner.line("SELECT clock_timestamp()");
    }

    void take(step s, int dice) {
        stand_still();
        const int host = dice % hosts + 1;
        switch (s) {
            case step::everybody:
                for (int each = 1; each <= hosts; ++each) {
                    say(each, dice);
                }
                return;
            case step::one: return say(host, dice);
            case step::decide: return decide();
            case step::claim:
                return with_some_act(dice, [&](int message, int of) {
                    same(oracle_.claim(of, message), bed_.claim(name(of), fleet_bed::uuid(message)));
                });
            case step::settle: return settle(dice, true, false);
            case step::fail: return settle(dice, true, true);
            case step::give_back: return settle(dice, false, false);
            case step::halt:
                bed_.owner.ask("SELECT mayhem.halt(gen_random_uuid(), 'web', 'dice', '')");
                oracle_.is_halted = true;
                return;
            case step::resume:
                bed_.owner.ask("SELECT mayhem.resume('web', 'dice')");
                oracle_.is_halted = false;
                return;
            case step::close:
                if (bed_.owner.line("SELECT mayhem.close_breaker('web', 'dice')") == "t") {
                    oracle_.failures = 0;
                }
                oracle_.is_broken = false;
                return;
            case step::wait: return pass(21);
            case step::wait_long: return pass(400);
        }
    }

    /// What holds in every history.
    void check_tables() {
        for (const char* const rule : {// each act has a claim, and each claim a grant
                                       "SELECT count(*) FROM mayhem.acts AS x WHERE NOT EXISTS (SELECT FROM "
                                       "mayhem.journal AS j WHERE j.message = "
                                       "x.message AND j.what = 'grant')",
                                       "SELECT count(*) FROM mayhem.acts AS x WHERE claimed_at IS NOT NULL AND NOT "
                                       "EXISTS (SELECT FROM mayhem.journal "
                                       "AS j WHERE j.message = x.message AND j.what = 'claim')",
                                       // an incarnation fell once
                                       "SELECT count(*) FROM (SELECT 1 FROM mayhem.acts WHERE claimed_at IS NOT NULL "
                                       "AND counts GROUP BY host, target, "
                                       "incarnation HAVING count(*) > 1) AS twice",
                                       // versions have one order
                                       "SELECT count(*) FROM (SELECT 1 FROM mayhem.journal WHERE version IS NOT NULL "
                                       "AND what IN ('grant', 'skip', "
                                       "'claim', 'settle') GROUP BY version HAVING count(*) > 1) AS twice",
                                       "SELECT count(*) FROM mayhem.moments AS m WHERE what = 'granted' AND NOT EXISTS "
                                       "(SELECT FROM mayhem.acts AS x "
                                       "WHERE x.message = m.message)"}) {
            same("0", bed_.owner.line(rule));
        }
        for (const auto& [message, a] : oracle_.acts) {
            static constexpr std::array names{"granted", "claimed", "settled", "revoked", "lost"};
            same(std::string(names[static_cast<std::size_t>(a.is)]) + (a.counts ? "|t" : "|f"),
                 bed_.owner.line("SELECT state, counts FROM mayhem.acts WHERE message = $1",
                                 {fleet_bed::uuid(message)}));
        }
    }

    [[nodiscard]] std::size_t grants() const { return oracle_.acts.size(); }

private:
    static std::string name(int host) { return "h" + std::to_string(host); }

    void same(const std::string& expected, const std::string& actual) { RC_ASSERT(actual == expected); }

    std::string at(int moment) {
        return bed_.owner.line("SELECT $1::timestamptz + $2::int * interval '1 ms'", {begin_, std::to_string(moment)});
    }

    /// Offers one of its targets that comes after the cursor, or none; has the right ones standing.
    void say(int host, int dice) {
        said s;
        s.standing = targets_each;
        s.moment = next_moment_;
        s.cursor = oracle_.cursor;
        s.round = oracle_.round;
        for (const auto& [message, a] : oracle_.acts) {
            if (a.host == host && a.is == state::claimed) {
                s.taken.push_back(message);
                s.standing = std::max(0, s.standing - 1);
            }
        }
        // Keys grow with the decisions, so that no round ends.
        s.offer = "k" + std::to_string(100'000 + next_moment_ * 10 + host) + "x" + std::to_string(dice % targets_each) +
                  std::to_string(dice / targets_each % 3);
        std::string taken = "{";
        for (const int message : s.taken) {
            taken += (taken.size() > 1 ? "," : "") + fleet_bed::uuid(message);
        }
        bed_.say(name(host), {.standing = s.standing,
                              .members = targets_each,
                              .taken = taken + "}",
                              .offer = "(" + s.offer + "," + oracle::target_of(s.offer) + "," +
                                       oracle::incarnation_of(s.offer) + ",,)",
                              .moment = at(s.moment)});
        oracle_.answer(host, std::move(s));
    }

    void decide() {
        const int message = ++messages_;
        const std::string expected = oracle_.decide(next_moment_, message);
        same(expected, bed_.decide("h1", at(next_moment_), fleet_bed::uuid(message)));
        same("decided_already|", bed_.decide("h2", at(next_moment_), fleet_bed::uuid(999'999)));
        ++next_moment_;
    }

    template <class Do>
    void with_some_act(int dice, Do what) {
        if (!oracle_.acts.empty()) {
            auto some = oracle_.acts.rbegin();  // mostly one of the newest
            std::advance(some, std::min(dice % 3, static_cast<int>(oracle_.acts.size()) - 1));
            what(some->first, dice % 7 == 0 ? some->second.host % hosts + 1 : some->second.host);
        }
    }

    void settle(int dice, bool has_acted, bool is_failure) {
        with_some_act(dice, [&](int message, int host) {
            const int standing = is_failure ? targets_each - 1 : targets_each;
            same(oracle_.settle(host, message, has_acted, is_failure, standing),
                 bed_.settle(name(host), fleet_bed::uuid(message),
                             {.verdict = is_failure ? "not_recovered" : "recovered",
                              .has_acted = has_acted,
                              .row = is_failure ? "failure" : "success",
                              .standing = standing}));
        });
    }

    /// The time that the test itself takes is none: what has just happened, has just happened.
    void stand_still() {
        bed_.owner.ask(
            "UPDATE mayhem.acts SET granted_at = clock_timestamp(), census_at = clock_timestamp() WHERE "
            "granted_at > clock_timestamp() - interval '20 s'");
        bed_.owner.ask(
            "UPDATE mayhem.answers SET at = clock_timestamp() WHERE at > clock_timestamp() - interval '20 s'");
    }

    void pass(int seconds) {
        bed_.let_pass(std::to_string(seconds) + " s");
        oracle_.pass(seconds);
    }

    fleet_bed& bed_;
    oracle oracle_;
    std::string begin_;
    int next_moment_ = 0;
    int messages_ = 0;
};

TEST(FleetHistoryTest, TheDatabaseAndTheAccountAgree) {
    ASSERT_EQ(configured, 0);
    fleet_bed bed(hosts);
    std::size_t grants = 0;

    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    rc::check("every call is answered as the account says", [&] {
        if (std::chrono::steady_clock::now() > until) {
            return;  // what has been tried is enough
        }
        const limits l{.min_healthy = *rc::gen::inRange(0, 5),
                       .max_unavailable = *rc::gen::inRange(0, 4),
                       .max_per_day = *rc::gen::element(0, 0, 2, 5),
                       .max_failures = *rc::gen::element(0, 1, 2)};
        const auto steps = *rc::gen::container<std::vector<std::pair<step, int>>>(
            24, rc::gen::pair(rc::gen::weightedElement<step>({{8, step::everybody},
                                                              {2, step::one},
                                                              {8, step::decide},
                                                              {6, step::claim},
                                                              {4, step::settle},
                                                              {1, step::fail},
                                                              {1, step::give_back},
                                                              {1, step::halt},
                                                              {2, step::resume},
                                                              {2, step::close},
                                                              {1, step::wait},
                                                              {1, step::wait_long}}),
                              rc::gen::inRange(0, 1000)));
        history h(bed, l);
        for (const auto& [s, dice] : steps) {
            h.take(s, dice);
        }
        h.check_tables();
        grants += h.grants();
    });

    EXPECT_GT(grants, 5U) << "otherwise nothing was tried";
}

}  // namespace
}  // namespace mayhem::testing
