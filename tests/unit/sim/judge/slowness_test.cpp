// Proves that the judge computes by itself what must be said of a recovery beside its past, that his computation and
// the daemon's agree, and that a breaker opens for slowness when the group says so and only then.
#include <gtest/gtest.h>

#include "mayhem/core/random.hpp"
#include "sim/judge/pace_oracle.hpp"
#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono_literals;
using core::pace;

/// A story in which web-1 is restarted again and again, and the record of it.
class slow_story {
public:
    explicit slow_story(std::size_t slower_than_percent = 0) {
        s_.web().slower_than_percent = slower_than_percent;
        s_.begins();
    }

    /// One more recovery, a minute after the last one.
    recorded_attempt& recovers(core::duration took, std::optional<pace> said = std::nullopt,
                               std::optional<core::duration> usual = std::nullopt) {
        const double now = 60.0 * static_cast<double>(rows_.size() + 1);
        const std::string life = "life " + std::to_string(rows_.size());
        s_.at(now).stands("web-1", life);
        const std::string message = s_.at(now + 1).message_for("web-1", life);
        s_.acts("web-1", life, message);
        s_.stands("web-1", life, target_state::down);
        s_.at(now + 1 + core::to_seconds(took)).stands("web-1", life + "'");
        s_.stands("web-1", life + "'", target_state::down);
        recorded_attempt row{.message = message, .verdict = core::verdict::recovered, .recovery = took};
        row.started_at = s_.wall_begin + story::of(now + 1);
        row.ended_at = *row.started_at + took;
        row.act = "signal";
        row.not_before = took;
        row.pace = said;
        row.usual = usual;
        rows_.push_back(row);
        return rows_.back();
    }

    /// Ten of 1 s, of which the first eight had too few before them.
    slow_story& has_a_past() {
        for (int i = 0; i < 10; ++i) {
            i < 8 ? recovers(1s, pace::too_few) : recovers(1s, pace::as_usual, 1s);
        }
        return *this;
    }

    [[nodiscard]] bool is_broken() {
        story told = s_;
        told.at(3600);
        for (const recorded_attempt& row : rows_) {
            told.tell(row);
        }
        told.tell(record_read{});
        return told.broken().contains("slowness_is_told");
    }

    story s_;

private:
    std::vector<recorded_attempt> rows_;
};

TEST(SlownessIsToldTest, WhatIsSlowIsCalledSo) {
    slow_story right;
    right.has_a_past().recovers(5s, pace::slow, 1s);
    EXPECT_FALSE(right.is_broken());

    slow_story missed;
    missed.has_a_past().recovers(5s, pace::as_usual, 1s);
    EXPECT_TRUE(missed.is_broken());

    slow_story silent;
    silent.has_a_past().recovers(5s);
    EXPECT_TRUE(silent.is_broken());

    slow_story cried;
    cried.has_a_past().recovers(1100ms, pace::slow, 1s);
    EXPECT_TRUE(cried.is_broken());

    slow_story other_usual;
    other_usual.has_a_past().recovers(5s, pace::slow, 2s);
    EXPECT_TRUE(other_usual.is_broken());
}

TEST(SlownessIsToldTest, WhatCannotBeSlowIsNotJudged) {
    slow_story s;
    s.has_a_past().recovers(200ms);
    EXPECT_FALSE(s.is_broken());

    slow_story judged;
    judged.has_a_past().recovers(200ms, pace::as_usual, 1s);
    EXPECT_TRUE(judged.is_broken());
}

TEST(SlownessIsToldTest, AnotherActHasAnotherPast) {
    slow_story s;
    s.has_a_past().recovers(5s, pace::too_few).act = "pause";
    EXPECT_FALSE(s.is_broken());
}

TEST(SlownessIsToldTest, ItIsNotKnownOnlyInTrouble) {
    slow_story s;
    s.has_a_past().recovers(5s, pace::not_known);
    EXPECT_TRUE(s.is_broken());

    slow_story excused;
    excused.has_a_past();
    excused.s_.at(661).tell(trouble{.id = 1, .kind = trouble_kind::store, .group = {}, .what = "the store hangs"});
    excused.recovers(5s, pace::not_known);
    EXPECT_FALSE(excused.is_broken());
}

TEST(SlownessIsToldTest, OpensTheBreakerWhenTheGroupSaysSo) {
    slow_story opened(200);
    opened.has_a_past().recovers(5s, pace::slow, 1s).opens_breaker = true;
    EXPECT_FALSE(opened.is_broken());

    slow_story left_shut(200);
    left_shut.has_a_past().recovers(5s, pace::slow, 1s);
    EXPECT_TRUE(left_shut.is_broken());

    slow_story was_open(200);
    was_open.has_a_past().recovers(5s, pace::slow, 1s).is_breaker_open = true;
    EXPECT_FALSE(was_open.is_broken());

    slow_story not_asked;
    not_asked.has_a_past().recovers(5s, pace::slow, 1s).opens_breaker = true;
    EXPECT_TRUE(not_asked.is_broken());

    slow_story not_so_slow(600);
    not_so_slow.has_a_past().recovers(5s, pace::slow, 1s).opens_breaker = true;
    EXPECT_TRUE(not_so_slow.is_broken());

    slow_story not_slow(100);
    not_slow.has_a_past().recovers(1100ms, pace::as_usual, 1s).opens_breaker = true;
    EXPECT_TRUE(not_slow.is_broken());
}

TEST(PaceOracleTest, AgreesWithTheDaemonOnRandomPasts) {
    core::random_source random(11);
    pace_oracle oracle;
    int slow = 0;
    int creeping = 0;
    for (int run = 0; run < 3000; ++run) {
        const std::size_t n = random.below(101);
        const double scatter = 1 + 2 * random.uniform();
        const double slower = random.below(2) == 0 ? 1 : 1 + 3 * random.uniform();
        const std::uint64_t changed = random.below(7);
        std::vector<core::seen_recovery> past;
        pace_oracle::past same;
        const auto draw = [&](bool is_new) {
            const double seconds = (1 + (scatter - 1) * random.uniform()) * (is_new ? slower : 1);
            const auto looks = static_cast<int>(seconds / 0.25) + 1;
            return core::seen_recovery{.back = looks * 250ms, .not_before = (looks - 1) * 250ms};
        };
        const auto times = [](const core::seen_recovery& r) {
            return pace_oracle::times{core::to_seconds(r.back), core::to_seconds(r.not_before)};
        };
        for (std::size_t i = 0; i < n; ++i) {
            past.push_back(draw(i + 1 < changed));
            same.push_back(times(past.back()));
        }
        const core::seen_recovery last = draw(changed > 0);

        const core::recovery_judgement j = core::judge_recovery(last, past);

        EXPECT_TRUE(oracle.words_for(times(last), same).contains(j.pace)) << "run " << run;
        slow += j.pace == pace::slow ? 1 : 0;
        creeping += j.pace == pace::creeping ? 1 : 0;
    }
    EXPECT_GE(slow, 100);
    EXPECT_GE(creeping, 100);
}

}  // namespace
}  // namespace mayhem::sim::test
