// Proves how a target is beside its own past, in which order the targets stand, and that the report says of a recovery
// what the daemon said of it: from the same past, which both read in their own way from one record.
#include "record/recovery_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/core/random.hpp"
#include "stores/sqlite/ledger.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::at;
using testing::ElementsAre;
using namespace std::chrono_literals;

/// A record of acts, a day apart, in the order in which they are added.
class acts {
public:
    void add(const std::string& target, std::optional<core::verdict> verdict, core::duration took = {},
             const std::string& act = "restart") {
        history_row r;
        r.sequence = ++sequence_;
        r.group = "web";
        r.target = target + ".example.net";
        r.name = target;
        r.started_at = at(0) + std::chrono::days{sequence_};
        r.verdict = verdict;
        if (verdict == core::verdict::recovered) {
            r.recovery = took;
            r.not_before = took;
            r.act = act;
        }
        all.attempts.push_back(r);
    }
    void add_usual(const std::string& target, int times) {
        for (int i = 0; i < times; ++i) {
            add(target, core::verdict::recovered, 1s);
        }
    }

    [[nodiscard]] std::vector<std::string> words() const {
        std::vector<std::string> said;
        for (const recovery_row& row : compare_recoveries(all)) {
            said.push_back(row.name + " " + std::string(to_string(row.word)));
        }
        return said;
    }

    history all;

private:
    int sequence_ = 0;
};

TEST(RecoveryRowsTest, TheLeastUsualStandsFirst) {
    acts a;
    a.add_usual("as-usual-before", 9);
    a.add_usual("as-usual", 9);
    a.add("never", core::verdict::unwatched);
    a.add_usual("few", 8);
    a.add_usual("under-way", 9);
    a.add("under-way", std::nullopt);
    a.add_usual("slow", 8);
    a.add("slow", core::verdict::recovered, 3s);
    a.add_usual("slower", 8);
    a.add("slower", core::verdict::recovered, 5s);
    for (const char* lost : {"lost-before", "lost"}) {
        a.add_usual(lost, 2);
        a.add(lost, core::verdict::not_recovered);
    }
    a.add("refused", core::verdict::refused);

    EXPECT_THAT(a.words(),
                ElementsAre("lost not_back", "lost-before not_back", "slower slow", "slow slow", "under-way under_way",
                            "as-usual as_usual", "as-usual-before as_usual", "few too_few", "never never"));
}

TEST(RecoveryRowsTest, SaysWhatIsUsualAndTheLast) {
    acts a;
    for (const auto took : {4s, 1s, 3s, 2s, 8s, 6s, 7s, 5s}) {
        a.add("a", core::verdict::recovered, took);
    }
    a.add("a", core::verdict::recovered, 9s);

    const recovery_row row = compare_recoveries(a.all).front();

    EXPECT_EQ(row.usual, (core::usual_recovery{.p10 = 1s, .p50 = 4s, .p90 = 8s, .count = 8}));
    EXPECT_EQ(row.last->recovery, 9s);
    EXPECT_EQ(row.act, "restart");
    EXPECT_EQ(row.word, recovery_word::as_usual);
}

TEST(RecoveryRowsTest, OneThatDidNotComeBackStaysFirstUntilALaterOneDid) {
    acts a;
    a.add_usual("a", 9);
    a.add("a", core::verdict::unstable);
    a.add("a", core::verdict::refused);
    a.add("a", core::verdict::restart_failed);
    EXPECT_THAT(a.words(), ElementsAre("a not_back"));
    EXPECT_EQ(compare_recoveries(a.all).front().usual->count, 9U);

    a.add_usual("a", 1);
    EXPECT_THAT(a.words(), ElementsAre("a as_usual"));
}

TEST(RecoveryRowsTest, WhatWasNotToleratedSaysNothingAboutARecovery) {
    acts a;
    a.add_usual("a", 9);
    a.add("a", core::verdict::not_tolerated, 60s);

    EXPECT_THAT(a.words(), ElementsAre("a as_usual"));
    EXPECT_EQ(compare_recoveries(a.all).front().usual->count, 8U);
}

TEST(RecoveryRowsTest, HoldsOnlyTheSameActAgainstIt) {
    acts a;
    for (int i = 0; i < 9; ++i) {
        a.add("a", core::verdict::recovered, 1s, "kill");
    }
    a.add("a", core::verdict::recovered, 20s, "pause");
    EXPECT_THAT(a.words(), ElementsAre("a too_few"));

    a.add("a", core::verdict::recovered, 20s, "kill");
    EXPECT_THAT(a.words(), ElementsAre("a slow"));
}

TEST(RecoveryRowsTest, WhatFormerVersionsDidNotNoteCountsForAnyAct) {
    acts a;
    for (int i = 0; i < 8; ++i) {
        a.add("a", core::verdict::recovered, 1s, "");
    }
    a.add("a", core::verdict::recovered, 20s, "kill");

    EXPECT_THAT(a.words(), ElementsAre("a slow"));
}

TEST(RecoveryRowsTest, ForgetsAfterNinetyDays) {
    acts a;
    a.add_usual("a", 8);
    a.add("a", core::verdict::recovered, 20s);
    a.all.attempts.back().started_at = a.all.attempts[0].started_at + core::past_reaches_back;
    EXPECT_THAT(a.words(), ElementsAre("a slow"));

    a.all.attempts.back().started_at += 1us;
    EXPECT_THAT(a.words(), ElementsAre("a too_few"));
}

TEST(RecoveryRowsTest, ThePastBeforeTheReportCounts) {
    acts a;
    a.add_usual("a", 8);
    a.all.past = std::exchange(a.all.attempts, {});
    a.add("a", core::verdict::recovered, 20s);
    EXPECT_THAT(a.words(), ElementsAre("a slow"));
    EXPECT_TRUE(compare_recoveries({}).empty());
}

/// A record of some 300 acts on two targets under two acts, in which everything is drawn.
class random_record {
public:
    explicit random_record(std::uint64_t seed) : random_(seed) {
        database_.connection().exec("BEGIN");
        for (int i = 0; i < 300; ++i) {
            core::message m = test::message_number(1 + random_.below(2));
            m.id = core::uuid::random(random_);
            core::outcome o = test::recovered(1);
            o.started_at = at(i * 40'000 + static_cast<int>(random_.below(80'000)));  // not in their order
            o.ended_at = o.started_at + 10s;
            o.recovery = core::duration{static_cast<std::int64_t>(random_.below(5'000'000))};
            o.not_before = *o.recovery * 4 / 5;
            o.act = random_.below(3) == 0 ? "kill" : random_.below(9) == 0 ? "" : "restart";
            if (random_.below(5) == 0) {
                o.verdict = core::verdict::unstable;
                o.act = {};
            }
            written_.record(m, o);
        }
        database_.connection().exec("COMMIT");
    }

    /// What the daemon would say of the newest of each, by `past_recoveries`.
    void expect_agreement() {
        const history h = read_history(path_);
        for (const recovery_row& row : compare_recoveries(h)) {
            const history_row& last = *row.last;
            if (row.act.empty() || row.word == recovery_word::not_back) {
                continue;
            }
            const auto past = written_.past_recoveries(last.message, last.group, last.target, row.act,
                                                       last.started_at - core::past_reaches_back);
            const core::recovery_judgement j =
                core::judge_recovery({.back = *last.recovery, .not_before = last.not_before}, past);
            EXPECT_EQ(row.usual, j.usual);
            EXPECT_EQ(row.factor, j.factor);
            EXPECT_EQ(to_string(row.word), to_string(j.pace));
            ++compared;
        }
    }

    int compared = 0;

private:
    core::random_source random_;
    test::temporary_folder folder_;
    std::filesystem::path path_ = folder_ / "mayhem.db";
    sqlite_database database_ = sqlite_database::open(path_);
    ledger written_{database_};
};

TEST(RecoveryRowsTest, AgreesWithTheDaemon) {
    int compared = 0;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        random_record r(seed);
        r.expect_agreement();
        compared += r.compared;
    }

    EXPECT_GE(compared, 4);
}

}  // namespace
}  // namespace mayhem::stores
