// Proves what a member says of its host between two looks: never that more stand than it has said last.
#include "fleet/member.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "sim/fleet/sim_ledger.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::test {
namespace {

using namespace std::chrono_literals;
using kind = ports::moment_verdict::kind;

class quiet_observer final : public ports::observer {
public:
    void observe(const ports::step&) noexcept override {}
    void warn(std::string_view) noexcept override {}
};

/// Two members, of which so many stand; all of these may be hit.
class two_members final : public ports::member_source {
public:
    std::size_t standing = 2;

    async::awaitable<std::optional<ports::own_members>> look() override {
        const async::frame here;
        ports::own_members own{.members = 2, .standing = standing};
        for (std::size_t i = 0; i < standing; ++i) {
            own.eligible.push_back({.id = std::to_string(i), .incarnation = "1", .name = {}});
        }
        co_return own;
    }
    async::awaitable<std::vector<std::vector<std::string>>> falls_with(std::vector<core::target> targets) override {
        const async::frame here;
        co_return std::vector<std::vector<std::string>>(targets.size());
    }
};

core::uuid numbered(std::uint8_t number) {
    std::array<std::uint8_t, 16> bytes{};
    bytes[15] = number;
    return core::uuid(bytes);
}

core::outcome ended(core::verdict v) {
    core::outcome o;
    o.verdict = v;
    o.disposition = core::disposition::acked;
    return o;
}

class MemberTest : public ::testing::Test {
public:
    virtual_loop loop;
    sim::fleet_tables tables;
    sim::fleet_weather weather;
    quiet_observer seen;
    two_members members;
    sim::sim_ledger ledger{tables,
                           weather,
                           [this] { return loop.clock.now().time_since_epoch(); },
                           core::random_source(1),
                           {.host = "h1", .life = numbered(99)}};
    fleet::member member{ledger,
                         {.host = "h1", .who = {.life_number = 1, .version = "1"}},
                         {.observer = seen, .random = core::random_source(2), .boot_time = [this] {
                              return loop.clock.now().time_since_epoch();
                          }}};
    async::task_group tasks{loop.loop, "member", [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); }};

    void SetUp() override {
        tables.add_host("h1");
        tables.adopt("web", "p", sim::terms_in(R"({"min_healthy": 1})"), loop.clock.wall_now());
        member.follow({{.name = "web", .plan = "p", .terms = R"({"min_healthy": 1})", .seed = "s"}});
        tasks.spawn("member", member.run());
    }

    async::awaitable<ports::moment_verdict> decide(std::uint8_t message) {
        const core::wall_time now = loop.clock.wall_now();
        return member.decide({.group = "web", .at = now, .message = numbered(message), .expires_at = now + 1min},
                             members);
    }

    void play(async::awaitable<void> body) {
        loop.run([](MemberTest& of, async::awaitable<void> what) -> async::awaitable<void> {
            const async::frame here;
            co_await std::move(what);
            of.tasks.cancel();
            co_await of.tasks.join();
        }(*this, std::move(body)));
    }
};

// An act of the moment before is settled while the next one is decided, after a member has fallen by itself: the
// settlement replaces the answer, and must not say that this one stands.
TEST_F(MemberTest, ASettlementSaysWhatWasSaidLast) {
    core::message first;
    first.id = numbered(1);
    first.group = "web";
    ports::moment_verdict second;
    play([](MemberTest& t, const core::message& m, ports::moment_verdict& into) -> async::awaitable<void> {
        const async::frame here;
        co_await async::sleep_for(1s);
        EXPECT_EQ((co_await t.decide(1)).what, kind::mine);
        co_await async::sleep_for(10s);

        t.members.standing = 1;
        t.tasks.spawn("settle", [](MemberTest& of, const core::message& which) -> async::awaitable<void> {
            const async::frame inner;
            co_await async::sleep_for(350ms);  // it has answered, and nobody has decided
            of.member.settle(which, ended(core::verdict::refused));
        }(t, m));
        into = co_await t.decide(2);
    }(*this, first, second));

    EXPECT_EQ(second.what, kind::skipped);
    EXPECT_EQ(second.reason, core::guard::too_few_healthy);
    EXPECT_EQ(tables.acts().at(numbered(1)).verdict, "refused");
}

// As on a host that decides for itself: what did not end, and what was broken off, belongs to the row of failures.
TEST_F(MemberTest, WhatBelongsToTheRowOfFailuresIsAsOnOneHost) {
    core::message m;
    m.id = numbered(1);
    m.group = "web";
    play([](MemberTest& t, const core::message& which) -> async::awaitable<void> {
        const async::frame here;
        co_await async::sleep_for(1s);
        EXPECT_EQ((co_await t.decide(1)).what, kind::mine);
        EXPECT_EQ(co_await t.member.claim(which), std::nullopt);
        t.member.settle(which, ended(core::verdict::not_ended));
        co_await async::sleep_for(1s);
    }(*this, m));

    EXPECT_EQ(tables.groups().at("web").failures, 1U);
}

TEST_F(MemberTest, CountsWhatCameOfItsMomentsAndItsClaims) {
    core::message m;
    m.id = numbered(1);
    m.group = "web";
    play([](MemberTest& t, const core::message& which) -> async::awaitable<void> {
        const async::frame here;
        co_await async::sleep_for(1s);
        EXPECT_EQ((co_await t.decide(1)).what, kind::mine);
        EXPECT_EQ(co_await t.member.claim(which), std::nullopt);
        EXPECT_NE(co_await t.member.claim(which), std::nullopt) << "leave is given once";
        t.members.standing = 0;
        co_await async::sleep_for(10s);
        EXPECT_EQ((co_await t.decide(2)).what, kind::skipped);
    }(*this, m));

    const fleet::part_counts counts = member.counts().at("web");
    EXPECT_EQ(counts.ours, 1U);
    EXPECT_EQ(counts.skipped, 1U);
    EXPECT_EQ(counts.permits, 1U);
    EXPECT_EQ(counts.refused.at(core::guard::no_permit), 1U);
    EXPECT_EQ(counts.refused.at(core::guard::too_few_healthy), 1U);
    EXPECT_TRUE(counts.told_at.has_value());
}

}  // namespace
}  // namespace mayhem::test
