#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet/ledger.hpp"
#include "fleet/sql/migrations.hpp"
#include "mayhem/async/awaitable.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::test {

/// What every ledger of a fleet answers, whatever stands behind it. A bed has the hosts h1 and h2, the group "web" with
/// the plan "p" once it is adopted, and
///
///     fleet::ledger& of(int host, int life);        // made at the first call; says nothing by itself
///     void adopt(const std::string& terms);         // JSON; the last moment of the group lies far back
///     void resume();                                // ends halts of the fleet and of the group
///     core::wall_time now();                        // by its database
///     void play(const std::function<async::awaitable<void>()>& body);
template <typename Bed>
class LedgerContract : public ::testing::Test {
protected:
    Bed bed;

    static core::uuid id(int number) {
        std::array<std::uint8_t, 16> bytes{};
        bytes[15] = static_cast<std::uint8_t>(number);
        return core::uuid(bytes);
    }
    static std::string text(const fleet::refused& r) { return r.sqlstate + " " + r.text; }
    static std::string text(const fleet::unknown& u) { return "unknown: " + u.why; }
    static std::string text(const fleet::not_sent& n) { return "not sent: " + n.why; }

    /// What was answered; anything else fails the test.
    template <typename T>
    static T must(fleet::reply<T> r) {
        if (T* const answer = std::get_if<0>(&r)) {
            return std::move(*answer);
        }
        const std::string why = std::visit(
            [](const auto& other) -> std::string {
                if constexpr (std::is_same_v<std::decay_t<decltype(other)>, T>) {
                    return {};
                } else {
                    return text(other);
                }
            },
            r);
        throw std::runtime_error(why);
    }

    /// The SQLSTATE of a refusal; empty: it was none.
    template <typename T>
    static std::string refusal(const fleet::reply<T>& r) {
        const fleet::refused* const no = std::get_if<fleet::refused>(&r);
        return no == nullptr ? std::string() : no->sqlstate;
    }

    static fleet::newcomer newcomer(int life) {
        return {.life_number = static_cast<std::uint64_t>(life), .record = id(99), .machine = {}, .version = "1"};
    }

    async::awaitable<void> greet() {
        const async::frame here;
        for (int host = 1; host <= 2; ++host) {
            (void)must(co_await bed.of(host, 1).hello(newcomer(1)));
        }
    }

    static fleet::offer offer(const std::string& key, const std::string& target) {
        return {.key = key, .target = target, .incarnation = target + ".1"};
    }

    /// Two members stand; nobody but `o` is offered.
    static fleet::census_answer said(core::wall_time moment, std::optional<fleet::offer> o, std::uint64_t seq) {
        return {.group = "web",
                .seq = seq,
                .moment = moment,
                .plan = "p",
                .members = 2,
                .standing = 2,
                .own = std::move(o)};
    }

    static fleet::moment_case at(core::wall_time moment, int message, fleet::draw_position draw = {}) {
        return {.group = "web",
                .moment = moment,
                .message = id(message),
                .expires_at = moment + std::chrono::hours{1},
                .plan = "p",
                .draw = std::move(draw)};
    }

    static fleet::claim_case claim_of(int message, int nonce = 50) {
        return {.message = id(message), .nonce = id(nonce), .plan = "p"};
    }

    static fleet::settlement_case end_of(int message, bool has_acted = true) {
        return {.message = id(message),
                .verdict = "recovered",
                .has_acted = has_acted,
                .row = fleet::in_a_row::success,
                .standing = 2,
                .seq = 1000};
    }

    /// Both hosts answer, and message 1 is granted to h1's "a"; the moment.
    async::awaitable<core::wall_time> grant() {
        const async::frame here;
        co_await greet();
        const core::wall_time moment = bed.now();
        (void)must(co_await bed.of(1, 1).answer(said(moment, offer("aa", "a"), 1)));
        (void)must(co_await bed.of(2, 1).answer(said(moment, offer("bb", "b"), 1)));
        const fleet::decided d = must(co_await bed.of(2, 1).decide(at(moment, 1)));
        EXPECT_EQ(d.what, fleet::decision::granted) << d.reason;
        co_return moment;
    }
};

TYPED_TEST_SUITE_P(LedgerContract);

TYPED_TEST_P(LedgerContract, SaysWhatItIs) {
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        const fleet::ledger_schema is = this->must(co_await this->bed.of(1, 1).schema());
        EXPECT_EQ(is.version, fleet::newest_version());
        EXPECT_LE(is.reads_from, is.version);
    });
}

TYPED_TEST_P(LedgerContract, AHostHasOneLifeAtATime) {
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        fleet::ledger& first = this->bed.of(1, 1);
        fleet::ledger& second = this->bed.of(1, 2);
        const core::wall_time before = this->bed.now();
        const fleet::greeting g = this->must(co_await first.hello(this->newcomer(1)));
        EXPECT_GE(g.now, before);
        EXPECT_LE(g.now, this->bed.now());
        EXPECT_EQ(g.same_machine, std::nullopt);
        (void)this->must(co_await first.beat(std::chrono::milliseconds{3}, false));

        (void)this->must(co_await second.hello(this->newcomer(2)));
        EXPECT_EQ(this->refusal(co_await first.beat({}, false)), "MM003");
        EXPECT_EQ(this->refusal(co_await first.hello(this->newcomer(1))), "MM003");
        (void)this->must(co_await second.beat({}, true));
        (void)this->must(co_await first.hello(this->newcomer(1)));  // the other has left
    });
}

TYPED_TEST_P(LedgerContract, TwoOnOneMachineAreSeen) {
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        fleet::newcomer n = this->newcomer(1);
        n.machine = "m";
        EXPECT_EQ(this->must(co_await this->bed.of(1, 1).hello(n)).same_machine, std::nullopt);
        EXPECT_EQ(this->must(co_await this->bed.of(2, 1).hello(n)).same_machine, "h1");
    });
}

TYPED_TEST_P(LedgerContract, GrantsTheSmallestOfferAndTellsItsHost) {
    this->bed.adopt(R"({"min_healthy": 3})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await this->grant();

        EXPECT_EQ(this->must(co_await this->bed.of(1, 1).poll()).grants, std::vector{this->id(1)});
        EXPECT_EQ(this->must(co_await this->bed.of(2, 1).poll()).grants, std::vector<core::uuid>{});
        EXPECT_EQ(this->must(co_await this->bed.of(2, 1).grant_of(this->id(1))), std::nullopt);
        const std::optional<fleet::granted_act> a = this->must(co_await this->bed.of(1, 1).grant_of(this->id(1)));
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

TYPED_TEST_P(LedgerContract, AnAnswerTellsWhereTheGroupStands) {
    this->bed.adopt(R"({"min_healthy": 3})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await this->grant();
        const fleet::group_standing s =
            this->must(co_await this->bed.of(1, 1).answer(this->said(moment, std::nullopt, 2)));

        EXPECT_EQ(s.draw, (fleet::draw_position{.round = 1, .cursor = "aa"}));
        EXPECT_TRUE(s.is_decided);
        EXPECT_EQ(s.last, moment);
        EXPECT_EQ(s.version, 2U) << "adopted, decided";
        fleet::census_answer unasked = this->said(moment, std::nullopt, 3);
        unasked.moment.reset();
        EXPECT_FALSE(this->must(co_await this->bed.of(1, 1).answer(unasked)).is_decided);
    });
}

TYPED_TEST_P(LedgerContract, AMomentIsDecidedOnce) {
    this->bed.adopt(R"({"min_healthy": 3})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await this->grant();
        EXPECT_EQ(this->must(co_await this->bed.of(1, 1).decide(this->at(moment, 2))).what,
                  fleet::decision::decided_already);
        EXPECT_EQ(this->must(co_await this->bed.of(2, 1).decide(this->at(moment, 1))).what,
                  fleet::decision::decided_already);
        const std::optional<fleet::census_question> asked = this->must(co_await this->bed.of(1, 1).ask("web", moment));
        EXPECT_FALSE(asked.has_value());
    });
}

TYPED_TEST_P(LedgerContract, WhatStandsInTheWayOfADecisionIsSaid) {
    using std::chrono_literals::operator""s;
    this->bed.adopt(R"({"min_healthy": 3, "max_per_day": 1})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await this->grant();
        fleet::ledger& h1 = this->bed.of(1, 1);
        const auto decide = [&h1](fleet::moment_case c) { return h1.decide(std::move(c)); };

        fleet::moment_case other = this->at(moment + std::chrono::milliseconds{1}, 2);
        other.plan = "q";
        EXPECT_EQ(this->must(co_await decide(other)).what, fleet::decision::other_config);
        EXPECT_EQ(this->must(co_await decide(this->at(this->bed.now() + 30s, 2))).what, fleet::decision::clock_off);
        const fleet::decided d = this->must(co_await decide(this->at(moment + std::chrono::milliseconds{1}, 2)));
        EXPECT_EQ(d.what, fleet::decision::skipped);
        EXPECT_EQ(d.reason, "daily_limit");
        EXPECT_EQ(d.version, 5U) << "adopted, granted, and each that asked";
    });
}

TYPED_TEST_P(LedgerContract, OffersForAnotherPositionAreAskedForAgain) {
    this->bed.adopt(R"({"min_healthy": 0})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await this->grant() + std::chrono::milliseconds{1};
        const auto decide = [this, moment](fleet::draw_position draw) {
            return this->bed.of(1, 1).decide(this->at(moment, 2, std::move(draw)));
        };
        (void)this->must(co_await this->bed.of(2, 1).answer(this->said(moment, this->offer("bb", "b"), 2)));
        EXPECT_EQ(this->must(co_await decide({})).what, fleet::decision::ask_again) << "the draw has moved on";
        EXPECT_EQ(this->must(co_await decide({.round = 1, .cursor = "aa"})).what, fleet::decision::ask_again)
            << "the offer was made for the start of the round";
        fleet::census_answer again = this->said(moment, this->offer("bb", "b"), 3);
        again.draw.cursor = "aa";
        (void)this->must(co_await this->bed.of(2, 1).answer(again));
        EXPECT_EQ(this->must(co_await decide({.round = 1, .cursor = "aa"})).what, fleet::decision::granted);
        EXPECT_EQ(this->must(co_await this->bed.of(2, 1).poll()).grants, std::vector{this->id(2)});
    });
}

TYPED_TEST_P(LedgerContract, ACensusIsAskedByOneAndAnsweredByAll) {
    this->bed.adopt(R"({"min_healthy": 3})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        co_await this->greet();
        const core::wall_time moment = this->bed.now();
        fleet::ledger& h1 = this->bed.of(1, 1);
        fleet::ledger& h2 = this->bed.of(2, 1);
        const std::optional<fleet::census_question> asked = this->must(co_await h1.ask("web", moment));
        const std::optional<fleet::census_question> late = this->must(co_await h2.ask("web", moment));
        if (!asked || !late) {
            throw std::runtime_error("the moment is decided");
        }
        EXPECT_EQ(asked->census, 1U);
        EXPECT_EQ(late->census, 0U);
        const std::vector<fleet::census_question> seen = this->must(co_await h2.poll()).questions;
        EXPECT_TRUE(seen.size() == 1 && seen[0].group == "web" && seen[0].census == 1 && seen[0].draw == asked->draw);

        const auto answer = [this](int host, const char* key) {
            fleet::census_answer a = this->said({}, this->offer(key, "t"), 1);
            a.moment.reset();
            a.census = 1;
            return this->bed.of(host, 1).answer(std::move(a));
        };
        (void)this->must(co_await answer(1, "bb"));
        fleet::turnout t = this->must(co_await h1.answered("web", 1, moment));
        EXPECT_TRUE(t.answered == 1 && t.present == 2) << t.answered << " of " << t.present;
        (void)this->must(co_await answer(2, "aa"));
        t = this->must(co_await h1.answered("web", 1, moment));
        EXPECT_EQ(t.answered, 2U);
        EXPECT_EQ(this->must(co_await h1.answered("web", std::nullopt, moment)).answered, 0U) << "nobody unasked";

        fleet::moment_case c = this->at(moment, 1);
        c.census = 1;
        EXPECT_EQ(this->must(co_await h1.decide(c)).what, fleet::decision::granted);
        EXPECT_EQ(this->must(co_await h2.poll()).grants, std::vector{this->id(1)});
    });
}

TYPED_TEST_P(LedgerContract, AClaimIsAPermitOnce) {
    this->bed.adopt(R"({"min_healthy": 3})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        (void)co_await this->grant();
        fleet::ledger& h1 = this->bed.of(1, 1);
        EXPECT_EQ(this->must(co_await this->bed.of(2, 1).claim(this->claim_of(1))).answer,
                  fleet::claim_answer::unknown);
        const fleet::claimed yes = this->must(co_await h1.claim(this->claim_of(1)));
        EXPECT_EQ(yes.answer, fleet::claim_answer::ok);
        EXPECT_GT(yes.sent, std::chrono::nanoseconds::zero());
        EXPECT_EQ(this->must(co_await h1.claim(this->claim_of(1))).answer, fleet::claim_answer::ok_before);
        const fleet::claimed no = this->must(co_await h1.claim(this->claim_of(1, 51)));
        EXPECT_EQ(no.answer, fleet::claim_answer::refused);
        EXPECT_EQ(no.reason, "no_permit");

        EXPECT_EQ(this->must(co_await h1.settle(this->end_of(1))).answer, fleet::settle_answer::ok);
        EXPECT_EQ(this->must(co_await h1.settle(this->end_of(1))).answer, fleet::settle_answer::already);
        EXPECT_EQ(this->must(co_await h1.settle(this->end_of(7))).answer, fleet::settle_answer::unknown);
        const std::optional<fleet::granted_act> a = this->must(co_await h1.grant_of(this->id(1)));
        EXPECT_TRUE(a && !a->is_open);
    });
}

TYPED_TEST_P(LedgerContract, AHaltIsInTheWayOfEveryClaim) {
    this->bed.adopt(R"({"min_healthy": 3})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await this->grant();
        fleet::ledger& h2 = this->bed.of(2, 1);
        const fleet::halt_standing h = this->must(co_await h2.halt(this->id(60), "", "somebody", "enough"));
        EXPECT_TRUE(h.stands);
        EXPECT_EQ(this->must(co_await h2.halt(this->id(60), "", "somebody", "enough")).at, h.at);
        EXPECT_TRUE(this->must(co_await h2.poll()).is_halted);
        EXPECT_TRUE(this->must(co_await h2.beat({}, false)).is_halted);
        const fleet::claimed no = this->must(co_await this->bed.of(1, 1).claim(this->claim_of(1)));
        EXPECT_EQ(no.reason, "halted");
        const fleet::decided d = this->must(co_await h2.decide(this->at(moment + std::chrono::milliseconds{1}, 2)));
        EXPECT_EQ(d.reason, "halted");

        this->bed.resume();
        EXPECT_FALSE(this->must(co_await h2.halt(this->id(60), "", "somebody", "enough")).stands) << "the same one";
        EXPECT_FALSE(this->must(co_await h2.poll()).is_halted);
        EXPECT_EQ(this->refusal(co_await h2.halt(this->id(61), "nobody", "somebody", "")), "MM001");
    });
}

TYPED_TEST_P(LedgerContract, AnEndMayOpenTheBreaker) {
    this->bed.adopt(R"({"min_healthy": 1, "max_failures": 1})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        const core::wall_time moment = co_await this->grant();
        fleet::ledger& h1 = this->bed.of(1, 1);
        EXPECT_EQ(this->must(co_await h1.claim(this->claim_of(1))).answer, fleet::claim_answer::ok);
        fleet::settlement_case end = this->end_of(1);
        end.verdict = "not_recovered";
        end.row = fleet::in_a_row::failure;
        EXPECT_EQ(this->must(co_await h1.settle(end)).answer, fleet::settle_answer::ok);
        const fleet::decided d = this->must(co_await h1.decide(this->at(moment + std::chrono::milliseconds{1}, 2)));
        EXPECT_EQ(d.reason, "breaker_open");
    });
}

TYPED_TEST_P(LedgerContract, WhatAFormerLifeHasClaimedIsLeftOver) {
    this->bed.adopt(R"({"min_healthy": 3})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        (void)co_await this->grant();
        fleet::ledger& former = this->bed.of(1, 1);
        (void)this->must(co_await former.claim(this->claim_of(1)));
        EXPECT_TRUE(this->must(co_await former.left_over()).empty());

        fleet::ledger& next = this->bed.of(1, 2);
        (void)this->must(co_await next.hello(this->newcomer(2)));
        const std::vector<fleet::granted_act> left = this->must(co_await next.left_over());
        EXPECT_TRUE(left.size() == 1 && left[0].message == this->id(1) && !left[0].is_open);
        fleet::settlement_case end = this->end_of(1);
        end.verdict = "cancelled";
        end.row = fleet::in_a_row::neither;
        EXPECT_EQ(this->must(co_await next.settle(end)).answer, fleet::settle_answer::ok);
        EXPECT_TRUE(this->must(co_await next.left_over()).empty());
    });
}

TYPED_TEST_P(LedgerContract, WhoFallsWithTheVictimIsCountedWhateverItsName) {
    this->bed.adopt(R"({"min_healthy": 2})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        co_await this->greet();
        const core::wall_time moment = this->bed.now();
        fleet::offer o{.key = "aa",
                       .target = R"(a "quoted", \{name}, é)",
                       .incarnation = "i,1",
                       .falls = {R"(b",\)", "c d", ""},
                       .lasts = std::chrono::seconds{30}};
        (void)this->must(co_await this->bed.of(1, 1).answer(this->said(moment, o, 1)));
        (void)this->must(co_await this->bed.of(2, 1).answer(this->said(moment, std::nullopt, 1)));
        EXPECT_EQ(this->must(co_await this->bed.of(1, 1).decide(this->at(moment, 1))).reason, "too_few_healthy");

        o.falls.resize(1);
        const core::wall_time later = moment + std::chrono::milliseconds{1};
        fleet::census_answer again = this->said(later, o, 2);
        again.draw.cursor = "aa";  // it had its turn
        again.own->key = "ab";
        (void)this->must(co_await this->bed.of(1, 1).answer(again));
        fleet::census_answer other = this->said(later, std::nullopt, 2);
        other.draw.cursor = "aa";
        (void)this->must(co_await this->bed.of(2, 1).answer(other));
        EXPECT_EQ(this->must(co_await this->bed.of(1, 1).decide(this->at(later, 2, {.round = 1, .cursor = "aa"}))).what,
                  fleet::decision::granted);
        const std::optional<fleet::granted_act> a = this->must(co_await this->bed.of(1, 1).grant_of(this->id(2)));
        EXPECT_TRUE(a && a->target == o.target && a->incarnation == o.incarnation);
    });
}

TYPED_TEST_P(LedgerContract, MissedMomentsAreDecidedWithTheNextOne) {
    this->bed.adopt(R"({"min_healthy": 3})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        co_await this->greet();
        const core::wall_time moment = this->bed.now();
        fleet::moment_case c = this->at(moment, 3);
        c.missed_before = {{.moment = moment - std::chrono::hours{2}, .message = this->id(1)},
                           {.moment = moment - std::chrono::hours{1}, .message = this->id(2)}};
        EXPECT_EQ(this->must(co_await this->bed.of(1, 1).decide(c)).reason, "too_few_healthy") << "nobody has answered";
        EXPECT_EQ(this->must(co_await this->bed.of(2, 1).decide(this->at(moment - std::chrono::hours{1}, 9))).what,
                  fleet::decision::decided_already);
    });
}

TYPED_TEST_P(LedgerContract, WhatNobodyKnowsIsRefused) {
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        fleet::ledger& h1 = this->bed.of(1, 1);
        EXPECT_EQ(this->refusal(co_await h1.beat({}, false)), "MM003") << "it has not said hello";
        co_await this->greet();
        EXPECT_EQ(this->refusal(co_await h1.ask("web", this->bed.now())), "MM001");
        EXPECT_EQ(this->refusal(co_await h1.answer(this->said(this->bed.now(), std::nullopt, 1))), "MM001");
        EXPECT_EQ(this->refusal(co_await h1.decide(this->at(this->bed.now(), 1))), "MM001");
        EXPECT_EQ(this->refusal(co_await h1.propose("web", "p", R"({"min_healthy": 3})", 0)), "MM001");
        EXPECT_EQ(this->must(co_await h1.claim(this->claim_of(1))).answer, fleet::claim_answer::unknown);
    });
}

TYPED_TEST_P(LedgerContract, ALedgerThatHasLostWhatItSaidIsFoundOut) {
    this->bed.adopt(R"({"min_healthy": 3})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        (void)co_await this->grant();
        fleet::claim_case c = this->claim_of(1);
        c.known_version = 1'000;
        EXPECT_EQ(this->refusal(co_await this->bed.of(1, 1).claim(c)), "MM004");
        c.known_version = 2;
        EXPECT_EQ(this->must(co_await this->bed.of(1, 1).claim(c)).answer, fleet::claim_answer::ok);
    });
}

TYPED_TEST_P(LedgerContract, AnotherPlanIsAVoteOrNothing) {
    this->bed.adopt(R"({"min_healthy": 3})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        co_await this->greet();
        fleet::ledger& h1 = this->bed.of(1, 1);
        EXPECT_EQ(this->must(co_await h1.propose("web", "p", R"({"min_healthy": 3})", 0)).answer,
                  fleet::proposal_answer::same);
        EXPECT_EQ(this->must(co_await h1.propose("web", "q", R"({"min_healthy": 3})", 0)).answer,
                  fleet::proposal_answer::other_config);
        this->bed.adopt(R"({"min_healthy": 3, "adopt": "majority"})");
        EXPECT_EQ(this->must(co_await h1.propose("web", "q", R"({"min_healthy": "80%"})", 0)).answer,
                  fleet::proposal_answer::waiting);
    });
}

TYPED_TEST_P(LedgerContract, AnAttemptIsNotedOnce) {
    this->bed.adopt(R"({"min_healthy": 3})");
    this->bed.play([this]() -> async::awaitable<void> {
        const async::frame here;
        co_await this->greet();
        fleet::attempt_note n{.message = this->id(1),
                              .group = "web",
                              .target = "a",
                              .planned_at = this->bed.now(),
                              .started_at = this->bed.now(),
                              .ended_at = this->bed.now(),
                              .verdict = "recovered",
                              .recovery = std::chrono::milliseconds{1500}};
        EXPECT_TRUE(this->must(co_await this->bed.of(1, 1).note(n)));
        EXPECT_FALSE(this->must(co_await this->bed.of(1, 1).note(n)));
        n.attempt = 2;
        n.verdict = "refused";
        n.refused_by = "no_permit";
        n.error = "it's \"late\"";
        n.recovery.reset();
        EXPECT_TRUE(this->must(co_await this->bed.of(1, 1).note(n)));
    });
}

REGISTER_TYPED_TEST_SUITE_P(LedgerContract, SaysWhatItIs, AHostHasOneLifeAtATime, TwoOnOneMachineAreSeen,
                            GrantsTheSmallestOfferAndTellsItsHost, AnAnswerTellsWhereTheGroupStands,
                            AMomentIsDecidedOnce, WhatStandsInTheWayOfADecisionIsSaid,
                            OffersForAnotherPositionAreAskedForAgain, ACensusIsAskedByOneAndAnsweredByAll,
                            AClaimIsAPermitOnce, AHaltIsInTheWayOfEveryClaim, AnEndMayOpenTheBreaker,
                            WhatAFormerLifeHasClaimedIsLeftOver, WhoFallsWithTheVictimIsCountedWhateverItsName,
                            MissedMomentsAreDecidedWithTheNextOne, WhatNobodyKnowsIsRefused,
                            ALedgerThatHasLostWhatItSaidIsFoundOut, AnotherPlanIsAVoteOrNothing, AnAttemptIsNotedOnce);

}  // namespace mayhem::test
