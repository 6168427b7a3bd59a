// A world whose daemon does everything right, at random, is judged clean; also when nobody knows exactly when what
// happened. And when one thing in it is made wrong, it is not. MAYHEM_TEST_SEED repeats the stories.
#include <cstdlib>
#include <iostream>
#include <map>

#include <gtest/gtest.h>

#include "mayhem/core/random.hpp"
#include "unit/sim/judge/story.hpp"

namespace mayhem::sim::test {
namespace {

using namespace std::chrono_literals;

constexpr int stories = 100;
constexpr int steps = 80;

std::uint64_t test_seed() {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20260302;
    std::cout << "MAYHEM_TEST_SEED=" << seed << '\n';
    return seed;
}

/// Tells a story step by step, and does only what is allowed.
class right_daemon {
public:
    explicit right_daemon(std::uint64_t seed) : random_(seed) {
        s.web().limits = {.min_healthy = 2, .max_unavailable = 1, .max_per_day = 1000, .max_per_hour = 1000};
        s.config.protected_targets = {"web-9"};
        s.begins();
        for (int i = 0; i < steps; ++i) {
            now_ += 2 + 10 * random_.uniform();
            step();
        }
        end();
    }

    story s;
    [[nodiscard]] double now() const noexcept { return now_; }
    [[nodiscard]] bool may_act() const noexcept { return !is_halted_ && !is_file_there_ && !is_open_; }

private:
    void step() {
        switch (random_.below(9)) {
            case 0: halt(); break;
            case 1: resume(); break;
            case 2: touch(); break;
            case 3: die(); break;
            case 4: trip(); break;
            case 5: say(); break;
            default: act_if_allowed(); break;
        }
    }

    void halt() {
        s.wants(now_, now_ + 0.3, {.what = wish_kind::halt, .group = {}, .target = {}});
        is_halted_ = is_certain_ = true;
    }

    void resume() {
        const auto how = static_cast<answer>(random_.below(3));
        s.wants(now_, now_ + 0.5, {.what = wish_kind::resume, .group = {}, .target = {}}, how);
        if (how == answer::ok) {
            is_halted_ = false;
            is_certain_ = true;
        } else if (how == answer::gone) {
            is_certain_ = is_certain_ && !is_halted_;
        }
    }

    void touch() {
        is_file_there_ = !is_file_there_;
        s.wants(now_, now_ + 0.1,
                {.what = is_file_there_ ? wish_kind::halt : wish_kind::resume,
                 .door = door::file,
                 .group = {},
                 .target = {}});
    }

    void lift() {
        if (is_file_there_) {
            touch();
        } else if (is_open_) {
            trip();
        } else {
            resume();
        }
    }

    void die() {
        s.at(now_).tell(life_ended{.life = life_, .how = life_end::killed});
        s.at(now_ + 0.5).tell(life_began{.life = ++life_});
        s.at(now_ + 0.6).tell(s.config);
    }

    void trip() {
        is_open_ = !is_open_;
        if (!is_open_) {
            s.wants(now_, now_ + 0.2, {.what = wish_kind::close_breaker, .group = "web", .target = {}});
        }
        s.at(now_ + 0.2).tell(breaker_is{.group = "web", .is_open = is_open_});
    }

    void say() {
        s.at(now_);
        if (is_certain_) {
            s.tell(told{.question = question::halted, .group = {}, .value = is_halted_ || is_file_there_});
        }
        s.tell(told{.question = question::breaker_open, .group = "web", .value = is_open_});
    }

    void act_if_allowed() {
        if (!may_act()) {
            lift();
            return;
        }
        const std::string target = "web-" + std::to_string(1 + random_.below(3));
        std::string& life = lives_.try_emplace(target, "first").first->second;
        const std::string next = "life " + std::to_string(++count_);
        s.at(now_).tell(listed{.group = "web", .message = {}});
        s.restarts(now_ + 0.1, target, life, next);
        const std::string message = "message-" + std::to_string(++messages_);
        s.at(now_ + 1.2).tell(queue_did{.message = message, .step = queue_step::acked});
        acted_.emplace_back(message, s.wall_begin + story::of(now_ + 0.1));
        life = next;
    }

    void end() {
        s.at(now_ + 10).tell(phase_begins{.phase = phase_kind::calm, .within = 60s});
        s.at(now_ + 300);
        for (const auto& [id, planned_at] : acted_) {
            s.tell(recorded_message{
                .message = id, .group = "web", .planned_at = planned_at, .state = message_state::acked});
            s.tell(
                recorded_attempt{.message = id, .verdict = core::verdict::recovered, .refused_by = {}, .recovery = 1s});
        }
        s.tell(record_read{});
        s.tell(told{.question = question::ready, .group = {}, .value = true});
        s.at(now_ + 301).tell(phase_begins{.phase = phase_kind::over});
        s.wants(now_ + 302, {.what = wish_kind::stop, .group = {}, .target = {}});
        s.at(now_ + 303).tell(life_ended{.life = life_});
    }

    core::random_source random_;
    double now_ = 1;
    std::int64_t life_ = 1;
    bool is_halted_ = false;
    bool is_certain_ = true;  ///< whether the command's halt holds
    bool is_file_there_ = false;
    bool is_open_ = false;
    int count_ = 0;
    int messages_ = 0;
    std::map<std::string, std::string> lives_;
    std::vector<std::pair<std::string, core::wall_time>> acted_;
};

/// Forgets when exactly it all happened; what comes first stays first.
void blur(story& s, core::random_source& random) {
    std::ranges::sort(s.events, {}, [](const event& e) { return std::pair(e.at.steady.earliest, e.at.seq); });
    steady_time last{0};
    for (event& e : s.events) {
        const core::duration back{static_cast<std::int64_t>(random.below(3'000'000))};
        const core::duration on{static_cast<std::int64_t>(random.below(3'000'000))};
        const steady_time earliest = std::max(last, e.at.steady.earliest - back);
        e.at.wall.earliest -= e.at.steady.earliest - earliest;
        e.at.steady.earliest = last = earliest;
        e.at.steady.latest += on;
        e.at.wall.latest += on;
    }
    std::uint64_t seq = 0;
    for (event& e : s.events) {
        e.at.seq = ++seq;
    }
}

std::string first_of(const findings& f) {
    return !f.violations().empty()      ? f.violations().front().promise + ": " + f.violations().front().text
           : !f.faults_of_log().empty() ? f.faults_of_log().front()
                                        : "";
}

TEST(RandomStoryTest, WhatIsRightIsCleanAndStaysSoWhenItsTimesAreUncertain) {
    core::random_source random(test_seed());
    std::size_t acts = 0;
    for (int i = 0; i < stories; ++i) {
        right_daemon d(random.next());
        const findings exact = d.s.judged();
        ASSERT_TRUE(exact.is_clean()) << "story " << i << ": " << first_of(exact);
        acts += exact.tallies().at("acts_once").decided;

        blur(d.s, random);
        const findings uncertain = d.s.judged();
        ASSERT_TRUE(uncertain.is_clean()) << "story " << i << ", uncertain: " << first_of(uncertain);
    }

    EXPECT_GT(acts, 500U);
}

TEST(RandomStoryTest, OneWrongActIsFoundInAnyOfThem) {
    core::random_source random(test_seed() + 1);
    int wrong = 0;
    for (int i = 0; i < stories; ++i) {
        right_daemon d(random.next());
        std::vector<act*> acts;
        for (event& e : d.s.events) {
            if (auto* const a = std::get_if<act>(&e.what)) {
                acts.push_back(a);
            }
        }
        if (!acts.empty()) {
            acts[random.below(acts.size())]->target = "web-9";
            ++wrong;
            ASSERT_TRUE(d.s.broken().contains("spares_protected")) << "story " << i;
        }
    }

    EXPECT_GT(wrong, stories / 2);
}

TEST(RandomStoryTest, AHaltThatNobodyObeysIsFoundInAnyOfThem) {
    core::random_source random(test_seed() + 2);
    int halted = 0;
    for (int i = 0; i < stories; ++i) {
        right_daemon d(random.next());
        const auto first =
            std::ranges::find_if(d.s.events, [](const event& e) { return std::holds_alternative<act>(e.what); });
        if (first == d.s.events.end()) {
            continue;
        }
        const double before = std::chrono::duration<double>(first->at.steady.earliest).count() - 2;
        d.s.wants(before, before + 0.1, {.what = wish_kind::halt, .group = {}, .target = {}});
        ++halted;
        ASSERT_TRUE(d.s.broken().contains("holds_when_halted")) << "story " << i;
    }

    EXPECT_GT(halted, stories / 2);
}

}  // namespace
}  // namespace mayhem::sim::test
