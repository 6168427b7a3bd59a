// What every ledger of a fleet answers, in the order in which a daemon asks.
#include "support/ledger_contract.hpp"

#include <chrono>
#include <optional>
#include <vector>

#include <gmock/gmock.h>

#include "fleet/sql/migrations.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::test {

namespace {

core::uuid numbered(int number) {
    std::array<std::uint8_t, 16> bytes{};
    bytes[15] = static_cast<std::uint8_t>(number);
    return core::uuid(bytes);
}

fleet::newcomer newcomer(int life) {
    return {.life_number = static_cast<std::uint64_t>(life), .record = numbered(99), .machine = {}, .version = "1"};
}

fleet::offer offer(const std::string& key, const std::string& target) {
    return {.key = key, .target = target, .incarnation = target + ".1"};
}

/// Two members stand; nobody but `o` is offered.
fleet::census_answer said(core::wall_time moment, std::optional<fleet::offer> o, std::uint64_t seq) {
    return {
        .group = "web", .seq = seq, .moment = moment, .plan = "p", .members = 2, .standing = 2, .own = std::move(o)};
}

fleet::moment_case at(core::wall_time moment, int message, fleet::draw_position draw = {}) {
    return {.group = "web",
            .moment = moment,
            .message = numbered(message),
            .expires_at = moment + std::chrono::hours{1},
            .plan = "p",
            .draw = std::move(draw)};
}

fleet::claim_case claim_of(int message, int nonce = 50) {
    return {.message = numbered(message), .nonce = numbered(nonce), .plan = "p"};
}

fleet::settlement_case end_of(int message, bool has_acted = true) {
    return {.message = numbered(message),
            .verdict = "recovered",
            .has_acted = has_acted,
            .row = fleet::in_a_row::success,
            .standing = 2,
            .seq = 1000};
}

}  // namespace

core::uuid LedgerContract::id(int number) { return numbered(number); }

async::awaitable<void> LedgerContract::greet() {
    const async::frame here;
    for (int host = 1; host <= 2; ++host) {
        (void)must(co_await bed->of(host, 1).hello(newcomer(1)));
    }
}

/// Both hosts answer, and message 1 is granted to h1's "a"; the moment.
async::awaitable<core::wall_time> LedgerContract::grant() {
    const async::frame here;
    co_await greet();
    const core::wall_time moment = bed->now();
    (void)must(co_await bed->of(1, 1).answer(said(moment, offer("aa", "a"), 1)));
    (void)must(co_await bed->of(2, 1).answer(said(moment, offer("bb", "b"), 1)));
    const fleet::decided d = must(co_await bed->of(2, 1).decide(at(moment, 1)));
    EXPECT_EQ(d.what, fleet::decision::granted) << d.reason;
    co_return moment;
}

TEST_P(LedgerContract, SaysWhatItIs) {
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        const fleet::ledger_schema is = must(co_await bed->of(1, 1).schema());
        EXPECT_EQ(is.version, fleet::newest_version());
        EXPECT_LE(is.reads_from, is.version);
    });
}

TEST_P(LedgerContract, AHostHasOneLifeAtATime) {
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        fleet::ledger& first = bed->of(1, 1);
        fleet::ledger& second = bed->of(1, 2);
        const core::wall_time before = bed->now();
        const fleet::greeting g = must(co_await first.hello(newcomer(1)));
        EXPECT_GE(g.now, before);
        EXPECT_LE(g.now, bed->now());
        EXPECT_EQ(g.same_machine, std::nullopt);
        (void)must(co_await first.beat(std::chrono::milliseconds{3}, false));

        (void)must(co_await second.hello(newcomer(2)));
        EXPECT_EQ(refusal(co_await first.beat({}, false)), "MM003");
        EXPECT_EQ(refusal(co_await first.hello(newcomer(1))), "MM003");
        (void)must(co_await second.beat({}, true));
        (void)must(co_await first.hello(newcomer(1)));  // the other has left
    });
}

TEST_P(LedgerContract, TwoOnOneMachineAreSeen) {
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        fleet::newcomer n = newcomer(1);
        n.machine = "m";
        EXPECT_EQ(must(co_await bed->of(1, 1).hello(n)).same_machine, std::nullopt);
        EXPECT_EQ(must(co_await bed->of(2, 1).hello(n)).same_machine, "h1");
    });
}

TEST_P(LedgerContract, GrantsTheSmallestOfferAndTellsItsHost) {
    bed->adopt(R"({"min_healthy": 3})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await grant();

        EXPECT_EQ(must(co_await bed->of(1, 1).poll()).grants, std::vector{id(1)});
        EXPECT_EQ(must(co_await bed->of(2, 1).poll()).grants, std::vector<core::uuid>{});
        EXPECT_EQ(must(co_await bed->of(2, 1).grant_of(id(1))), std::nullopt);
        const std::optional<fleet::granted_act> a = must(co_await bed->of(1, 1).grant_of(id(1)));
        if (!a) {
            throw std::runtime_error("h1 does not know its act");
        }
        EXPECT_EQ(a->group, "web");
        EXPECT_EQ(a->target, "a");
        EXPECT_EQ(a->incarnation, "a.1");
        EXPECT_EQ(a->planned_at, moment) << "to the microsecond";
        EXPECT_EQ(a->expires_at, moment + std::chrono::hours{1});
        EXPECT_TRUE(a->is_open);
    });
}

TEST_P(LedgerContract, AnAnswerTellsWhereTheGroupStands) {
    bed->adopt(R"({"min_healthy": 3})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await grant();
        const fleet::group_standing s = must(co_await bed->of(1, 1).answer(said(moment, std::nullopt, 2)));

        EXPECT_EQ(s.draw, (fleet::draw_position{.round = 1, .cursor = "aa"}));
        EXPECT_TRUE(s.is_decided);
        EXPECT_EQ(s.last, moment);
        EXPECT_EQ(s.version, 2U) << "adopted, decided";
        fleet::census_answer unasked = said(moment, std::nullopt, 3);
        unasked.moment.reset();
        EXPECT_FALSE(must(co_await bed->of(1, 1).answer(unasked)).is_decided);
    });
}

TEST_P(LedgerContract, AMomentIsDecidedOnce) {
    bed->adopt(R"({"min_healthy": 3})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await grant();
        EXPECT_EQ(must(co_await bed->of(1, 1).decide(at(moment, 2))).what, fleet::decision::decided_already);
        EXPECT_EQ(must(co_await bed->of(2, 1).decide(at(moment, 1))).what, fleet::decision::decided_already);
        const std::optional<fleet::census_question> asked = must(co_await bed->of(1, 1).ask("web", moment));
        EXPECT_FALSE(asked.has_value());
    });
}

TEST_P(LedgerContract, WhatStandsInTheWayOfADecisionIsSaid) {
    using std::chrono_literals::operator""s;
    bed->adopt(R"({"min_healthy": 3, "max_per_day": 1})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await grant();
        fleet::ledger& h1 = bed->of(1, 1);
        const auto decide = [&h1](fleet::moment_case c) { return h1.decide(std::move(c)); };

        fleet::moment_case other = at(moment + std::chrono::milliseconds{1}, 2);
        other.plan = "q";
        EXPECT_EQ(must(co_await decide(other)).what, fleet::decision::other_config);
        EXPECT_EQ(must(co_await decide(at(bed->now() + 30s, 2))).what, fleet::decision::clock_off);
        const fleet::decided d = must(co_await decide(at(moment + std::chrono::milliseconds{1}, 2)));
        EXPECT_EQ(d.what, fleet::decision::skipped);
        EXPECT_EQ(d.reason, "daily_limit");
        EXPECT_EQ(d.version, 5U) << "adopted, granted, and each that asked";
    });
}

TEST_P(LedgerContract, OffersForAnotherPositionAreAskedForAgain) {
    bed->adopt(R"({"min_healthy": 0})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await grant() + std::chrono::milliseconds{1};
        const auto decide = [this, moment](fleet::draw_position draw) {
            return bed->of(1, 1).decide(at(moment, 2, std::move(draw)));
        };
        (void)must(co_await bed->of(2, 1).answer(said(moment, offer("bb", "b"), 2)));
        EXPECT_EQ(must(co_await decide({})).what, fleet::decision::ask_again) << "the draw has moved on";
        EXPECT_EQ(must(co_await decide({.round = 1, .cursor = "aa"})).what, fleet::decision::ask_again)
            << "the offer was made for the start of the round";
        fleet::census_answer again = said(moment, offer("bb", "b"), 3);
        again.draw.cursor = "aa";
        (void)must(co_await bed->of(2, 1).answer(again));
        EXPECT_EQ(must(co_await decide({.round = 1, .cursor = "aa"})).what, fleet::decision::granted);
        EXPECT_EQ(must(co_await bed->of(2, 1).poll()).grants, std::vector{id(2)});
    });
}

TEST_P(LedgerContract, ACensusIsAskedByOneAndAnsweredByAll) {
    bed->adopt(R"({"min_healthy": 3})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        co_await greet();
        const core::wall_time moment = bed->now();
        fleet::ledger& h1 = bed->of(1, 1);
        fleet::ledger& h2 = bed->of(2, 1);
        const std::optional<fleet::census_question> asked = must(co_await h1.ask("web", moment));
        const std::optional<fleet::census_question> late = must(co_await h2.ask("web", moment));
        if (!asked || !late) {
            throw std::runtime_error("the moment is decided");
        }
        EXPECT_EQ(asked->census, 1U);
        EXPECT_EQ(late->census, 0U);
        const std::vector<fleet::census_question> seen = must(co_await h2.poll()).questions;
        EXPECT_TRUE(seen.size() == 1 && seen[0].group == "web" && seen[0].census == 1 && seen[0].draw == asked->draw);

        const auto answer = [this](int host, const char* key) {
            fleet::census_answer a = said({}, offer(key, "t"), 1);
            a.moment.reset();
            a.census = 1;
            return bed->of(host, 1).answer(std::move(a));
        };
        (void)must(co_await answer(1, "bb"));
        fleet::turnout t = must(co_await h1.answered("web", 1, moment));
        EXPECT_TRUE(t.answered == 1 && t.present == 2) << t.answered << " of " << t.present;
        (void)must(co_await answer(2, "aa"));
        t = must(co_await h1.answered("web", 1, moment));
        EXPECT_EQ(t.answered, 2U);
        EXPECT_EQ(must(co_await h1.answered("web", std::nullopt, moment)).answered, 0U) << "nobody unasked";

        fleet::moment_case c = at(moment, 1);
        c.census = 1;
        EXPECT_EQ(must(co_await h1.decide(c)).what, fleet::decision::granted);
        EXPECT_EQ(must(co_await h2.poll()).grants, std::vector{id(1)});
    });
}

TEST_P(LedgerContract, AClaimIsAPermitOnce) {
    bed->adopt(R"({"min_healthy": 3})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        (void)co_await grant();
        fleet::ledger& h1 = bed->of(1, 1);
        EXPECT_EQ(must(co_await bed->of(2, 1).claim(claim_of(1))).answer, fleet::claim_answer::unknown);
        const fleet::claimed yes = must(co_await h1.claim(claim_of(1)));
        EXPECT_EQ(yes.answer, fleet::claim_answer::ok);
        EXPECT_GT(yes.sent, std::chrono::nanoseconds::zero());
        EXPECT_EQ(must(co_await h1.claim(claim_of(1))).answer, fleet::claim_answer::ok_before);
        const fleet::claimed no = must(co_await h1.claim(claim_of(1, 51)));
        EXPECT_EQ(no.answer, fleet::claim_answer::refused);
        EXPECT_EQ(no.reason, "no_permit");

        EXPECT_EQ(must(co_await h1.settle(end_of(1))).answer, fleet::settle_answer::ok);
        EXPECT_EQ(must(co_await h1.settle(end_of(1))).answer, fleet::settle_answer::already);
        EXPECT_EQ(must(co_await h1.settle(end_of(7))).answer, fleet::settle_answer::unknown);
        const std::optional<fleet::granted_act> a = must(co_await h1.grant_of(id(1)));
        EXPECT_TRUE(a && !a->is_open);
    });
}

TEST_P(LedgerContract, AHaltIsInTheWayOfEveryClaim) {
    bed->adopt(R"({"min_healthy": 3})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await grant();
        fleet::ledger& h2 = bed->of(2, 1);
        const fleet::halt_standing h = must(co_await h2.halt(id(60), "", "somebody", "enough"));
        EXPECT_TRUE(h.stands);
        EXPECT_EQ(must(co_await h2.halt(id(60), "", "somebody", "enough")).at, h.at);
        EXPECT_TRUE(must(co_await h2.poll()).is_halted);
        EXPECT_TRUE(must(co_await h2.beat({}, false)).is_halted);
        const fleet::claimed no = must(co_await bed->of(1, 1).claim(claim_of(1)));
        EXPECT_EQ(no.reason, "halted");
        const fleet::decided d = must(co_await h2.decide(at(moment + std::chrono::milliseconds{1}, 2)));
        EXPECT_EQ(d.reason, "halted");

        bed->resume();
        EXPECT_FALSE(must(co_await h2.halt(id(60), "", "somebody", "enough")).stands) << "the same one";
        EXPECT_FALSE(must(co_await h2.poll()).is_halted);
        EXPECT_EQ(refusal(co_await h2.halt(id(61), "nobody", "somebody", "")), "MM001");
    });
}

TEST_P(LedgerContract, AnEndMayOpenTheBreaker) {
    bed->adopt(R"({"min_healthy": 1, "max_failures": 1})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await grant();
        fleet::ledger& h1 = bed->of(1, 1);
        EXPECT_EQ(must(co_await h1.claim(claim_of(1))).answer, fleet::claim_answer::ok);
        fleet::settlement_case end = end_of(1);
        end.verdict = "not_recovered";
        end.row = fleet::in_a_row::failure;
        EXPECT_EQ(must(co_await h1.settle(end)).answer, fleet::settle_answer::ok);
        const fleet::decided d = must(co_await h1.decide(at(moment + std::chrono::milliseconds{1}, 2)));
        EXPECT_EQ(d.reason, "breaker_open");
    });
}

TEST_P(LedgerContract, WhatAFormerLifeHasClaimedIsLeftOver) {
    bed->adopt(R"({"min_healthy": 3})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        (void)co_await grant();
        fleet::ledger& former = bed->of(1, 1);
        (void)must(co_await former.claim(claim_of(1)));
        EXPECT_TRUE(must(co_await former.left_over()).empty());

        fleet::ledger& next = bed->of(1, 2);
        (void)must(co_await next.hello(newcomer(2)));
        const std::vector<fleet::granted_act> left = must(co_await next.left_over());
        EXPECT_TRUE(left.size() == 1 && left[0].message == id(1) && !left[0].is_open);
        fleet::settlement_case end = end_of(1);
        end.verdict = "cancelled";
        end.row = fleet::in_a_row::neither;
        EXPECT_EQ(must(co_await next.settle(end)).answer, fleet::settle_answer::ok);
        EXPECT_TRUE(must(co_await next.left_over()).empty());
    });
}

TEST_P(LedgerContract, WhoFallsWithTheVictimIsCountedWhateverItsName) {
    bed->adopt(R"({"min_healthy": 2})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        co_await greet();
        const core::wall_time moment = bed->now();
        fleet::offer o{.key = "aa",
                       .target = R"(a "quoted", \{name}, é)",
                       .incarnation = "i,1",
                       .falls = {R"(b",\)", "c d", ""},
                       .lasts = std::chrono::seconds{30}};
        (void)must(co_await bed->of(1, 1).answer(said(moment, o, 1)));
        (void)must(co_await bed->of(2, 1).answer(said(moment, std::nullopt, 1)));
        EXPECT_EQ(must(co_await bed->of(1, 1).decide(at(moment, 1))).reason, "too_few_healthy");

        o.falls.resize(1);
        const core::wall_time later = moment + std::chrono::milliseconds{1};
        fleet::census_answer again = said(later, o, 2);
        again.draw.cursor = "aa";  // it had its turn
        again.own->key = "ab";
        (void)must(co_await bed->of(1, 1).answer(again));
        fleet::census_answer other = said(later, std::nullopt, 2);
        other.draw.cursor = "aa";
        (void)must(co_await bed->of(2, 1).answer(other));
        EXPECT_EQ(must(co_await bed->of(1, 1).decide(at(later, 2, {.round = 1, .cursor = "aa"}))).what,
                  fleet::decision::granted);
        const std::optional<fleet::granted_act> a = must(co_await bed->of(1, 1).grant_of(id(2)));
        EXPECT_TRUE(a && a->target == o.target && a->incarnation == o.incarnation);
    });
}

TEST_P(LedgerContract, MissedMomentsAreDecidedWithTheNextOne) {
    bed->adopt(R"({"min_healthy": 3})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        co_await greet();
        const core::wall_time moment = bed->now();
        fleet::moment_case c = at(moment, 3);
        c.missed_before = {{.moment = moment - std::chrono::hours{2}, .message = id(1)},
                           {.moment = moment - std::chrono::hours{1}, .message = id(2)}};
        EXPECT_EQ(must(co_await bed->of(1, 1).decide(c)).reason, "too_few_healthy") << "nobody has answered";
        EXPECT_EQ(must(co_await bed->of(2, 1).decide(at(moment - std::chrono::hours{1}, 9))).what,
                  fleet::decision::decided_already);
    });
}

TEST_P(LedgerContract, WhatNobodyKnowsIsRefused) {
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        fleet::ledger& h1 = bed->of(1, 1);
        EXPECT_EQ(refusal(co_await h1.beat({}, false)), "MM003") << "it has not said hello";
        co_await greet();
        EXPECT_EQ(refusal(co_await h1.ask("web", bed->now())), "MM001");
        EXPECT_EQ(refusal(co_await h1.answer(said(bed->now(), std::nullopt, 1))), "MM001");
        EXPECT_EQ(refusal(co_await h1.decide(at(bed->now(), 1))), "MM001");
        EXPECT_EQ(refusal(co_await h1.propose("web", "p", R"({"min_healthy": 3})", 0)), "MM001");
        EXPECT_EQ(must(co_await h1.claim(claim_of(1))).answer, fleet::claim_answer::unknown);
    });
}

TEST_P(LedgerContract, ALedgerThatHasLostWhatItSaidIsFoundOut) {
    bed->adopt(R"({"min_healthy": 3})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        (void)co_await grant();
        fleet::claim_case c = claim_of(1);
        c.known_version = 1'000;
        EXPECT_EQ(refusal(co_await bed->of(1, 1).claim(c)), "MM004");
        c.known_version = 2;
        EXPECT_EQ(must(co_await bed->of(1, 1).claim(c)).answer, fleet::claim_answer::ok);
    });
}

TEST_P(LedgerContract, AnotherPlanIsAVoteOrNothing) {
    bed->adopt(R"({"min_healthy": 3})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        co_await greet();
        fleet::ledger& h1 = bed->of(1, 1);
        EXPECT_EQ(must(co_await h1.propose("web", "p", R"({"min_healthy": 3})", 0)).answer,
                  fleet::proposal_answer::same);
        EXPECT_EQ(must(co_await h1.propose("web", "q", R"({"min_healthy": 3})", 0)).answer,
                  fleet::proposal_answer::other_config);
        bed->adopt(R"({"min_healthy": 3, "adopt": "majority"})");
        EXPECT_EQ(must(co_await h1.propose("web", "q", R"({"min_healthy": "80%"})", 0)).answer,
                  fleet::proposal_answer::waiting);
    });
}

TEST_P(LedgerContract, AnAttemptIsNotedOnce) {
    bed->adopt(R"({"min_healthy": 3})");
    bed->play([this]() -> async::awaitable<void> {
        const async::frame here;
        co_await greet();
        fleet::attempt_note n{.message = id(1),
                              .group = "web",
                              .target = "a",
                              .planned_at = bed->now(),
                              .started_at = bed->now(),
                              .ended_at = bed->now(),
                              .verdict = "recovered",
                              .recovery = std::chrono::milliseconds{1500}};
        EXPECT_TRUE(must(co_await bed->of(1, 1).note(n)));
        EXPECT_FALSE(must(co_await bed->of(1, 1).note(n)));
        n.attempt = 2;
        n.verdict = "refused";
        n.refused_by = "no_permit";
        n.error = "it's \"late\"";
        n.recovery.reset();
        EXPECT_TRUE(must(co_await bed->of(1, 1).note(n)));
    });
}

}  // namespace mayhem::test
