// Proves that one look serves all who ask at about the same time, that looks come one after the other, and that a look
// which fails or is given up is the next asker's. On virtual time.
#include "api/shared_look.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using test::virtual_loop;
using testing::ElementsAre;

using looks = shared_look<int, int>;

/// What is looked at: counts the looks, each of which takes two seconds.
struct sight {
    int looks = 0;
    int at_once = 0;
    int at_once_most = 0;
    int failures = 0;  ///< of the next looks
};

class presence {
public:
    explicit presence(sight& s) : at_(s) { at_.at_once_most = std::max(at_.at_once_most, ++at_.at_once); }
    ~presence() { --at_.at_once; }
    presence(const presence&) = delete;
    presence& operator=(const presence&) = delete;

private:
    sight& at_;
};

async::awaitable<int> look_at(sight& s) {
    const async::frame here;
    const int number = ++s.looks;
    const presence looking(s);
    co_await async::sleep_for(2s);
    if (s.failures > 0) {
        --s.failures;
        throw std::runtime_error("cannot look");
    }
    co_return number;
}

async::awaitable<void> ask(looks& from, sight& s, int key, async::clock::duration after, std::vector<int>& answers,
                           std::size_t kept_free = 0) {
    const async::frame here;
    co_await async::sleep_for(after);
    int number = 0;
    try {
        const looks::answer found = co_await from.get(key, [&s] { return look_at(s); }, kept_free);
        number = found == nullptr ? -1 : *found;
    } catch (const std::runtime_error&) {
        number = -2;
    }
    answers.push_back(number);
}

async::awaitable<void> ask_without_patience(looks& from, sight& s) {
    const async::frame here;
    const auto look = [&s] { return look_at(s); };
    const bool in_time = (co_await async::with_timeout(from.get(0, look, 0), 1s)).has_value();
    EXPECT_FALSE(in_time);
}

class SharedLookTest : public testing::Test {
protected:
    looks from_{1s, 8};
    sight sight_;
    std::vector<int> answers_;
    virtual_loop loop_;
};

TEST_F(SharedLookTest, OneLookServesAllWhoAskMeanwhileAndForASecondAfter) {
    for (const auto after : {0ms, 0ms, 500ms, 1999ms, 2000ms, 2999ms, 3000ms}) {
        loop_.spawn(ask(from_, sight_, 0, after, answers_));
    }
    loop_.run();

    EXPECT_THAT(answers_, ElementsAre(1, 1, 1, 1, 1, 1, 2));
    EXPECT_EQ(sight_.at_once_most, 1);
}

TEST_F(SharedLookTest, WhatWasLookedAtElsewhereIsNoAnswer) {
    loop_.spawn(ask(from_, sight_, 7, 0s, answers_));
    loop_.spawn(ask(from_, sight_, 8, 0s, answers_));
    loop_.spawn(ask(from_, sight_, 8, 0s, answers_));
    loop_.run();

    EXPECT_THAT(answers_, ElementsAre(1, 2, 2));
    EXPECT_EQ(sight_.at_once_most, 1);
    EXPECT_EQ(loop_.elapsed(), 4s);
}

TEST_F(SharedLookTest, TurnsAwayWhomItHasNoPlaceFor) {
    for (int i = 0; i < 6; ++i) {
        loop_.spawn(ask(from_, sight_, 0, 0s, answers_, 4));
    }
    for (int i = 0; i < 5; ++i) {
        loop_.spawn(ask(from_, sight_, 0, 1ms, answers_));
    }
    loop_.run();

    EXPECT_THAT(answers_, ElementsAre(-1, -1, -1, 1, 1, 1, 1, 1, 1, 1, 1));
    EXPECT_EQ(sight_.looks, 1);
}

TEST_F(SharedLookTest, AFailureIsOneAskersAndNotKept) {
    sight_.failures = 1;
    loop_.spawn(ask(from_, sight_, 0, 0s, answers_));
    loop_.spawn(ask(from_, sight_, 0, 0s, answers_));
    loop_.run();

    EXPECT_THAT(answers_, ElementsAre(-2, 2));
}

TEST_F(SharedLookTest, ALookThatIsGivenUpIsTheNextAskers) {
    loop_.spawn(ask_without_patience(from_, sight_));
    loop_.spawn(ask(from_, sight_, 0, 500ms, answers_));
    loop_.run();

    EXPECT_THAT(answers_, ElementsAre(2));
    EXPECT_EQ(sight_.at_once_most, 1);
    EXPECT_EQ(loop_.elapsed(), 3s);
}

}  // namespace
}  // namespace mayhem::app
