// Three hosts, each with a whole pipeline, share a group over a simulated database: a moment hits one target of one
// host, the limits hold over all of them, and what a host may not know it does not do.
#include <algorithm>
#include <array>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet/member.hpp"
#include "fleet/shared_record.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/wall_jumps.hpp"
#include "pipeline/service.hpp"
#include "queues/memory/memory_queue.hpp"
#include "sim/fleet/sim_ledger.hpp"
#include "support/fake_store.hpp"
#include "support/fake_undo_notes.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::test {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Two targets that are down for 4 s when they are hit, and stand otherwise.
class pair_driver final : public ports::driver {
public:
    std::chrono::nanoseconds takes = 50ms;  ///< from being asked to the act

    [[nodiscard]] std::string_view kind() const noexcept override { return "pair"; }
    async::awaitable<std::vector<core::target>> list() override {
        const async::frame here;
        co_await async::sleep_for(5ms);
        std::vector<core::target> up;
        for (const char* const id : {"a", "b"}) {
            if (is_up(id)) {
                up.push_back(target(id));
            }
        }
        co_return up;
    }
    async::awaitable<ports::act_result> restart(const core::target& t, const ports::go_ahead& may_act) override {
        const async::frame here;
        co_await async::sleep_for(takes);
        if (const std::optional<core::guard> no = may_act.withdrawn_by()) {
            co_return ports::act_result{no};
        }
        EXPECT_TRUE(is_up(t.id) && target(t.id).incarnation == t.incarnation);
        down_until_[t.id] = async::this_loop().now() + 4s;
        ++lives_[t.id];
        ++acts;
        co_return ports::act_result{};
    }
    async::awaitable<std::optional<core::target>> successor(const core::target& t) override {
        const async::frame here;
        co_await async::sleep_for(1ms);
        if (!is_up(t.id) || target(t.id).incarnation == t.incarnation) {
            co_return std::nullopt;
        }
        co_return target(t.id);
    }

    [[nodiscard]] int up() { return (is_up("a") ? 1 : 0) + (is_up("b") ? 1 : 0); }
    int acts = 0;

private:
    bool is_up(const std::string& id) { return async::this_loop().now() >= down_until_[id]; }
    core::target target(const std::string& id) {
        return {.id = id, .incarnation = std::to_string(lives_[id]), .name = id};
    }

    std::map<std::string, async::clock::time_point> down_until_;
    std::map<std::string, int> lives_;
};

class wordy_observer final : public ports::observer {
public:
    void observe(const ports::step& s) noexcept override {
        if (s.kind == ports::step_kind::recovered) {
            ++recovered;
        } else if (s.kind == ports::step_kind::refused) {
            refusals.push_back(*s.refused_by);
        }
    }
    void warn(std::string_view text) noexcept override { warnings.emplace_back(text); }
    void skipped(const core::skip& s) noexcept override { skips.push_back(s.reason); }

    int recovered = 0;
    std::vector<core::guard> refusals;
    std::vector<core::guard> skips;
    std::vector<std::string> warnings;
};

constexpr const char* plan = "fingerprint";

core::schedule schedule() {
    core::schedule s;
    s.mean_time_between = 60s;
    s.min_time_between = 15s;
    s.tolerance = 10s;
    return s;
}

/// One host: all of a daemon that decides and acts.
struct shared_host {
    shared_host(virtual_loop& on, sim::fleet_tables& tables, const std::string& name, const std::string& follows)
        : loop(on),
          ledger(tables, weather, [&on] { return on.clock.now().time_since_epoch(); },
                 core::random_source(7).stream(name), {.host = name, .life = core::uuid::random(random)}),
          member(ledger, {.host = name, .who = {.life_number = 1, .version = "1"}},
                 {.observer = seen,
                  .random = core::random_source(8).stream(name),
                  .boot_time = [&on] { return on.clock.now().time_since_epoch(); }}),
          group{{}, driver, core::random_source(9)} {
        group.settings.name = "web";
        group.settings.is_shared = true;
        group.settings.schedule = schedule();
        group.settings.limits.min_healthy = 0;
        group.settings.recovery_poll = 100ms;
        group.plan.emplace(schedule(), core::random_source(7), "web");
        group.shared_with = &member;
        settings.dry_run = false;
        member.follow({{.name = "web", .plan = follows, .terms = R"({"min_healthy": 5})", .seed = "s"}});
    }

    void start() {
        tasks.spawn("member", member.run());
        service.emplace(
            loop.loop, std::vector{&group},
            pipeline::surroundings{queue, journal, limits, store, seen, halt, acted, requests, spans.keeper, jumps},
            settings, core::random_source(10), fail);
        service->start({});
    }
    async::awaitable<void> end() {
        const async::frame here;
        service->cancel();
        co_await service->join(10s, [](const std::vector<std::string>&) { ADD_FAILURE() << "somebody was cut"; });
        (void)co_await service->nack_unsettled();
        tasks.cancel();
        co_await tasks.join();
        co_await member.leave();
    }

    virtual_loop& loop;
    sim::fleet_weather weather{};
    core::random_source random{11};
    wordy_observer seen;
    sim::sim_ledger ledger;
    fleet::member member;
    fake_store store;
    fleet::shared_limits limits{store, member};
    fleet::shared_journal journal{store, member};
    pair_driver driver;
    async::wall_jumps jumps;
    pipeline::halt_switch halt;
    pipeline::acted_incarnations acted;
    pipeline::restart_requests requests;
    no_spans spans;
    queues::memory_queue queue{loop.loop, {.capacity = 100, .lease = 3s}};
    pipeline::handling_settings settings;
    pipeline::group group;
    async::task_group::failure_handler fail = [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); };
    async::task_group tasks{loop.loop, "host", fail};
    std::optional<pipeline::service> service;
};

class SharedPipelineTest : public ::testing::Test {
protected:
    SharedPipelineTest() {
        tables.adopt("web", plan, sim::terms_in(R"({"min_healthy": 5})"), loop.clock.wall_now());
        for (const char* const name : {"h1", "h2", "h3"}) {
            tables.add_host(name);
            hosts.emplace_back(loop, tables, name, plan);
        }
    }

    /// All hosts live for so long, while `other` happens; how few stood at once comes out.
    int live(std::chrono::nanoseconds length, std::function<async::awaitable<void>()> other = {}) {
        int fewest = 6;
        bool is_over = false;
        loop.spawn("look", look(fewest, is_over));
        if (other) {
            loop.spawn("other", other());
        }
        loop.run(play(length, is_over));
        return fewest;
    }

    [[nodiscard]] int acts() const {
        int all = 0;
        for (const shared_host& h : hosts) {
            all += h.driver.acts;
        }
        return all;
    }

    virtual_loop loop;
    sim::fleet_tables tables;
    std::list<shared_host> hosts;

private:
    async::awaitable<void> play(std::chrono::nanoseconds length, bool& is_over) {
        const async::frame here;
        for (shared_host& h : hosts) {
            h.start();
        }
        co_await async::sleep_for(length);
        for (shared_host& h : hosts) {
            co_await h.end();
        }
        is_over = true;
    }
    async::awaitable<void> look(int& fewest, const bool& is_over) {
        const async::frame here;
        while (!is_over) {
            int up = 0;
            for (shared_host& h : hosts) {
                up += h.driver.up();
            }
            fewest = std::min(fewest, up);
            co_await async::sleep_for(50ms);
        }
    }
};

TEST_F(SharedPipelineTest, AMomentHitsOneTargetOfOneHost) {
    EXPECT_EQ(live(30min), 5) << "as few as may, and no fewer";

    int moments = 0;
    for (const sim::fleet_tables::entry& e : tables.journal()) {
        moments += e.what == "grant" || e.what == "skip" ? 1 : 0;
    }
    EXPECT_GT(moments, 15);
    EXPECT_EQ(acts(), moments) << "each is an act, since nothing is in the way";
    for (const shared_host& h : hosts) {
        EXPECT_GT(h.driver.acts, 0) << "everybody's turn comes";
        EXPECT_EQ(h.seen.recovered, h.driver.acts);
        EXPECT_THAT(h.seen.warnings, IsEmpty());
        EXPECT_EQ(h.member.untold(), 0U);
    }
    for (const auto& [message, a] : tables.acts()) {
        EXPECT_EQ(a.verdict, "recovered");
        EXPECT_TRUE(a.counts);
    }
}

TEST_F(SharedPipelineTest, AHostThatIsSilentDoesNotStand) {
    hosts.back().weather.refused_to_go = 1;
    EXPECT_EQ(live(10min), 6) << "four of six are known to stand, and five have to";
    EXPECT_EQ(acts(), 0);
    EXPECT_THAT(hosts.front().seen.skips, Contains(core::guard::too_few_healthy));
    EXPECT_THAT(hosts.back().seen.skips, Contains(core::guard::no_fleet));
}

TEST_F(SharedPipelineTest, APermitThatIsOverIsNone) {
    for (shared_host& h : hosts) {
        h.driver.takes = 400ms;
    }
    EXPECT_EQ(live(10min), 6);
    EXPECT_EQ(acts(), 0);
    bool has_refused = false;
    for (const shared_host& h : hosts) {
        has_refused = has_refused || std::ranges::count(h.seen.refusals, core::guard::no_permit) > 0;
    }
    EXPECT_TRUE(has_refused);
    for (const auto& [message, a] : tables.acts()) {
        EXPECT_FALSE(a.counts) << "its place is given back";
    }
}

TEST_F(SharedPipelineTest, AHaltOfTheFleetStopsEveryHost) {
    int before = 0;
    EXPECT_EQ(live(20min,
                   [&]() -> async::awaitable<void> {
                       const async::frame here;
                       co_await async::sleep_for(10min);
                       (void)tables.halt(core::uuid(), {}, "somebody", loop.clock.wall_now());
                       co_await async::sleep_for(1s);
                       before = acts();
                   }),
              5);
    EXPECT_GT(before, 0);
    EXPECT_EQ(acts(), before);
    EXPECT_THAT(hosts.front().seen.skips, Contains(core::guard::halted));
}

TEST_F(SharedPipelineTest, AHostWithAnotherConfigStandsAside) {
    hosts.clear();
    for (const char* const name : {"h1", "h2", "h3"}) {
        hosts.emplace_back(loop, tables, name, std::string(name) == "h3" ? "another" : plan);
    }
    EXPECT_EQ(live(10min), 6);
    EXPECT_EQ(acts(), 0) << "four of six stand, as far as the fleet's plan goes";
    EXPECT_THAT(hosts.back().seen.warnings, Contains(HasSubstr("mayhem fleet adopt web")));
    EXPECT_THAT(hosts.back().seen.skips, Contains(core::guard::other_config));
}

TEST_F(SharedPipelineTest, ADatabaseThatIsTooNewIsLeftAlone) {
    tables.schema = {.version = tables.schema.version + 2, .reads_from = tables.schema.version + 1};
    EXPECT_EQ(live(5min), 6);
    EXPECT_EQ(acts(), 0);
    EXPECT_THAT(hosts.front().seen.warnings, Contains(HasSubstr("schema version")));
    EXPECT_THAT(hosts.front().member.absence(), HasSubstr("schema version"));
}

TEST_F(SharedPipelineTest, WhatTheDatabaseCouldNotBeToldIsToldLater) {
    EXPECT_EQ(live(20min,
                   [&]() -> async::awaitable<void> {
                       const async::frame here;
                       while (acts() == 0) {
                           co_await async::sleep_for(100ms);
                       }
                       for (shared_host& h : hosts) {
                           h.weather.lost_before = 1;
                       }
                       co_await async::sleep_for(30s);
                       EXPECT_EQ(
                           std::ranges::count_if(hosts, [](const shared_host& h) { return h.member.untold() > 0; }), 1);
                       for (shared_host& h : hosts) {
                           h.weather = {};
                       }
                   }),
              5);
    for (const shared_host& h : hosts) {
        EXPECT_EQ(h.member.untold(), 0U);
    }
    EXPECT_EQ(tables.acts().begin()->second.counts, true);
    EXPECT_TRUE(std::ranges::none_of(
        tables.acts(), [](const auto& a) { return a.second.state == sim::fleet_tables::act_state::claimed; }));
}

}  // namespace
}  // namespace mayhem::test
