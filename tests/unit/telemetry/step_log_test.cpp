// Proves that every step of a message becomes the talk's log line (F4, F7, F9, F11, F13, F19) and one count, by telling
// the log each kind of step.
#include "telemetry/step_log.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/logging.hpp"
#include "unit/telemetry/pipe.hpp"

namespace mayhem::telemetry {
namespace {

using namespace std::chrono_literals;
using ports::step_kind;
using testing::ElementsAre;

class StepLogTest : public testing::Test {
protected:
    [[nodiscard]] std::vector<std::string> lines_of(const std::function<void(ports::observer&)>& body,
                                                    level lowest = level::info) {
        test::pipe p;
        {
            const logging owner({.lowest = lowest, .format = log_format::journald, .fd = p.write_end()});
            step_log observer(owner.get(), counts_);
            body(observer);
        }
        p.close_write_end();
        return p.read_lines();
    }

    [[nodiscard]] ports::step step(step_kind kind, core::duration length = {}) const {
        const bool is_failure = kind == step_kind::failed || kind == step_kind::dead_lettered;
        return {
            .kind = kind, .message = message_, .attempt = 5, .length = length, .detail = is_failure ? "disk full" : ""};
    }

    const core::message message_{
        .id = {},
        .group = "cattle",
        .target = {.id = "cattle-mnw6.example.net", .incarnation = "1", .name = "cattle-mnw6"}};
    metrics counts_;
};

TEST_F(StepLogTest, F11TellsAGoodMessagesLife) {
    const auto lines = lines_of([this](ports::observer& o) {
        o.observe(step(step_kind::pulled));
        o.observe(step(step_kind::extended, 3s));
        o.observe(step(step_kind::saved));
        o.observe(step(step_kind::restarted));
        o.observe(step(step_kind::recovered, 1250ms));
        o.observe(step(step_kind::acked));
    });

    const std::string message = core::to_string(message_);
    EXPECT_THAT(lines, ElementsAre("<6>Pulled " + message, "<6>Extended deadline by 3 seconds for " + message,
                                   "<6>Saved " + message + " into database", "<6>Restarted cattle-mnw6.example.net",
                                   "<6>Recovered cattle-mnw6.example.net in 1.250 s", "<6>Done. Acked " + message));
    EXPECT_EQ(counts_.consumed, 1U);
    EXPECT_EQ(counts_.extended, 1U);
    EXPECT_EQ(counts_.saved, 1U);
    EXPECT_EQ(counts_.restarted, 1U);
    EXPECT_EQ(counts_.recovered, 1U);
    EXPECT_EQ(counts_.acked, 1U);
}

TEST_F(StepLogTest, F19TellsFailuresAsErrors) {
    const auto lines = lines_of([this](ports::observer& o) {
        o.observe(step(step_kind::restart_failed));
        o.observe(step(step_kind::failed));
        o.observe(step(step_kind::nacked, 2s));
        o.observe(step(step_kind::dead_lettered));
    });

    const std::string message = core::to_string(message_);
    EXPECT_THAT(lines, ElementsAre("<3>Retrying for failure to restart: cattle-mnw6.example.net",
                                   "<3>Handling general error: disk full",
                                   "<6>Done. Nacked " + message + ", redelivery in 2.0 s",
                                   "<3>Dead-lettered " + message + " after 5 attempts: disk full"));
    EXPECT_EQ(counts_.nacked, 1U);
    EXPECT_EQ(counts_.dead_lettered, 1U);
}

TEST_F(StepLogTest, F3TellsWhatIsPublishedToDebuggersOnly) {
    const auto publish = [this](ports::observer& o) { o.observe(step(step_kind::published)); };

    EXPECT_THAT(lines_of(publish), testing::IsEmpty());
    EXPECT_THAT(lines_of(publish, level::debug), ElementsAre("<7>Published " + core::to_string(message_)));
    EXPECT_EQ(counts_.published, 2U) << "what is not logged is counted all the same";
}

TEST_F(StepLogTest, NamesTheGuardThatRefused) {
    auto refused = step(step_kind::refused);
    refused.refused_by = core::guard::protected_target;

    const auto lines = lines_of([&refused](ports::observer& o) { o.observe(refused); });

    EXPECT_THAT(lines, ElementsAre("<6>Refused to restart cattle-mnw6.example.net: protected"));
    EXPECT_EQ(counts_.refused[static_cast<std::size_t>(core::guard::protected_target)], 1U);
}

TEST_F(StepLogTest, SaysWhatTheDriverSaysAboutIt) {
    auto refused = step(step_kind::refused);
    refused.refused_by = core::guard::would_stay_dead;
    refused.detail = "with Restart=no";
    auto lost = step(step_kind::not_recovered, 60s);
    lost.detail = "its start failed";

    const auto lines = lines_of([&](ports::observer& o) {
        o.observe(refused);
        o.observe(lost);
    });

    EXPECT_THAT(lines, ElementsAre("<6>Refused to restart cattle-mnw6.example.net: would_stay_dead (with Restart=no)",
                                   "<4>Not recovered: cattle-mnw6.example.net within 60.0 s (its start failed)"));
}

TEST_F(StepLogTest, TellsWhatCameBackAndDidNotStay) {
    auto fell = step(step_kind::unstable, 60s);
    fell.detail = "it came back after 310 ms and died within 800 ms";
    auto recovered = step(step_kind::recovered, 1250ms);
    recovered.detail = fell.detail;

    const auto lines = lines_of([&](ports::observer& o) {
        o.observe(fell);
        o.observe(recovered);
    });

    EXPECT_THAT(lines,
                ElementsAre("<4>Came back and did not stay: cattle-mnw6.example.net within 60.0 s (it came back "
                            "after 310 ms and died within 800 ms)",
                            "<6>Recovered cattle-mnw6.example.net in 1.250 s (it came back after 310 ms and died "
                            "within 800 ms)"));
    EXPECT_EQ(counts_.unstable, 1U);
}

TEST_F(StepLogTest, WarnsOfWhatWasNotTolerated) {
    ports::step red = step(step_kind::not_tolerated, 310ms);
    red.detail = "while it stood, the probe did not pass 3 of 30 times, first after 2 s: no answer";

    const auto lines = lines_of([&](ports::observer& o) { o.observe(red); });

    EXPECT_THAT(lines, ElementsAre("<4>Not tolerated: cattle-mnw6.example.net is back after 0.310 s, but while it "
                                   "stood, the probe did not pass 3 of 30 times, first after 2 s: no answer"));
    EXPECT_EQ(counts_.not_tolerated, 1U);
}

TEST_F(StepLogTest, WarnsOfWhatWasBrokenOff) {
    ports::step ended = step(step_kind::aborted, 310ms);
    ended.detail = "its freeze was ended after 4 s of 30 s: stop_if does not pass: no answer";

    const auto lines = lines_of([&](ports::observer& o) { o.observe(ended); });

    EXPECT_THAT(lines, ElementsAre("<4>Broken off: cattle-mnw6.example.net is back after 0.310 s (its freeze was ended "
                                   "after 4 s of 30 s: stop_if does not pass: no answer)"));
    EXPECT_EQ(counts_.aborted, 1U);
}

TEST_F(StepLogTest, WarnsOfWhatHadNoEffect) {
    ports::step vain = step(step_kind::no_effect, 10ms);
    vain.detail = "no effect of it was seen: no packet";

    const auto lines = lines_of([&](ports::observer& o) { o.observe(vain); });

    EXPECT_THAT(lines, ElementsAre("<4>Had no effect: cattle-mnw6.example.net is there 0.010 s after its end (no "
                                   "effect of it was seen: no packet)"));
    EXPECT_EQ(counts_.no_effect, 1U);
}

TEST_F(StepLogTest, AnErrorIsWhatCannotBeEnded) {
    ports::step stuck = step(step_kind::fault_stuck, 30s);
    stuck.action = "pause";
    stuck.detail = "the engine is away";

    const auto lines = lines_of([&](ports::observer& o) { o.observe(stuck); });

    EXPECT_THAT(lines, ElementsAre("<3>Cannot end pause of cattle-mnw6.example.net after 30.0 s: the engine is away"));
    EXPECT_EQ(counts_.fault_stuck, 1U);
    EXPECT_EQ(counts_.restarted, 1U);
}

TEST_F(StepLogTest, WarnsOfARecoveryThatWasSlow) {
    const core::slow_recovery slow{.usual = 3400ms, .factor = 4.147};
    ports::step s = step(step_kind::recovered, 14'100ms);
    s.slower = &slow;
    ports::step with_detail = s;
    with_detail.detail = "it came back 2 times";

    const auto lines = lines_of([&](ports::observer& o) {
        o.observe(s);
        o.observe(with_detail);
    });

    EXPECT_THAT(lines, ElementsAre("<4>Recovered cattle-mnw6.example.net in 14.100 s, slower than its usual: 4.1 x of "
                                   "3.4 s",
                                   "<4>Recovered cattle-mnw6.example.net in 14.100 s, slower than its usual: 4.1 x of "
                                   "3.4 s (it came back 2 times)"));
    EXPECT_EQ(counts_.recovered, 2U);
}

TEST_F(StepLogTest, TellsWhatIsSomebodyElsesNowAsNoWarning) {
    auto taken = step(step_kind::taken_over, 7s);
    taken.detail = "somebody else has stopped it on purpose since";

    const auto lines = lines_of([&](ports::observer& o) { o.observe(taken); });

    EXPECT_THAT(lines, ElementsAre("<6>Taken over: cattle-mnw6.example.net is somebody else's now (somebody else has "
                                   "stopped it on purpose since)"));
    EXPECT_EQ(counts_.taken_over, 1U);
}

TEST_F(StepLogTest, SaysHowToCloseTheBreakerThatOpens) {
    auto opened = step(step_kind::breaker_opened);
    opened.detail = "host-0 did not recover";

    const auto lines = lines_of([&](ports::observer& o) { o.observe(opened); });

    EXPECT_THAT(lines, ElementsAre("<4>group '" + message_.group +
                                   "': the breaker opens: host-0 did not recover; nothing is restarted in it any "
                                   "more, \"mayhem resume " +
                                   message_.group + "\" closes it"));
}

TEST_F(StepLogTest, WarnsAboutWhatWasSurvived) {
    const auto lines = lines_of([this](ports::observer& o) {
        o.observe(step(step_kind::not_recovered, 60s));
        o.observe(step(step_kind::lease_lost));
        o.warn("the disk is full, retrying in 2 s {}");
    });

    EXPECT_THAT(lines, ElementsAre("<4>Not recovered: cattle-mnw6.example.net within 60.0 s",
                                   "<4>Lost the lease of " + core::to_string(message_) + ": somebody else has it now",
                                   "<4>the disk is full, retrying in 2 s {}"));
    EXPECT_EQ(counts_.not_recovered, 1U);
    EXPECT_EQ(counts_.leases_lost, 1U);
}

}  // namespace
}  // namespace mayhem::telemetry
