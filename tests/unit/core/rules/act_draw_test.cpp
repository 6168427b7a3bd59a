// Proves that a moment gets one of several actions as often as their weights say, and that nothing else moves for it.
#include "mayhem/core/rules/act_draw.hpp"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace mayhem::core {
namespace {

random_source moment(int number) { return random_source(7).stream("moment " + std::to_string(number)); }

TEST(ActDrawTest, EachComesAsOftenAsItsWeightSays) {
    const std::vector<unsigned> weights{3, 1, 6};
    std::array<int, 3> drawn{};

    for (int i = 0; i < 10'000; ++i) {
        ++drawn.at(draw_act(weights, moment(i)));
    }

    EXPECT_NEAR(drawn[0], 3000, 200);
    EXPECT_NEAR(drawn[1], 1000, 200);
    EXPECT_NEAR(drawn[2], 6000, 200);
}

TEST(ActDrawTest, TheOnlyOneIsDrawnAlways) {
    const std::vector<unsigned> weights{1000};

    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(draw_act(weights, moment(i)), 0U);
    }
}

TEST(ActDrawTest, AMomentGetsTheSameWhateverWasDrawnForItBefore) {
    const std::vector<unsigned> weights{1, 1, 1, 1};

    for (int i = 0; i < 100; ++i) {
        random_source used = moment(i);
        const std::size_t before = draw_act(weights, used);
        (void)used.next();

        EXPECT_EQ(draw_act(weights, used), before);
    }
}

TEST(ActDrawTest, TakesNothingFromTheMomentsOwnNumbers) {
    const std::vector<unsigned> weights{1, 2};
    random_source used = moment(1);
    random_source untouched = moment(1);

    (void)draw_act(weights, used);

    EXPECT_EQ(used.next(), untouched.next()) << "the message's id and the victim are drawn from these";
}

}  // namespace
}  // namespace mayhem::core
