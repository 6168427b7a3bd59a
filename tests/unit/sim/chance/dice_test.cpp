// Proves that a run is the same again whatever is taken out of it: dice of one seed are thrown beside others that have
// a kind switched off, are quiet or restricted, and every number is compared. And that the dice reach all that there
// is.
#include "sim/chance/dice.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/chance/sometimes.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int rounds = 300;

dice::personality everything(frequency how_often = frequency::often) {
    dice::personality p{};
    p.fill(how_often);
    return p;
}

fault fault_number(std::size_t i) { return static_cast<fault>(i); }

struct thrown {
    bool comes_about = false;
    double severity = 0;
    double choice = 0;
    std::chrono::nanoseconds gap{};

    bool operator==(const thrown&) const = default;
};

/// Many throws of each kind, one round after the other.
std::array<std::vector<thrown>, fault_count> throw_all(dice& d) {
    std::array<std::vector<thrown>, fault_count> all;
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < fault_count; ++i) {
            const std::chrono::nanoseconds gap = d.gap(fault_number(i), 1h);
            const dice::outcome o = d.roll(fault_number(i));
            all[i].push_back({.comes_about = o.comes_about, .severity = o.severity, .choice = o.choice, .gap = gap});
        }
    }
    return all;
}

/// Whether they differ at most in what came about.
void expect_same_numbers(const std::array<std::vector<thrown>, fault_count>& a,
                         const std::array<std::vector<thrown>, fault_count>& b) {
    for (std::size_t i = 0; i < fault_count; ++i) {
        for (std::size_t k = 0; k < a[i].size(); ++k) {
            ASSERT_EQ(a[i][k].severity, b[i][k].severity) << fault_names[i] << " " << k;
            ASSERT_EQ(a[i][k].choice, b[i][k].choice) << fault_names[i] << " " << k;
        }
    }
}

TEST(DiceTest, AKindThatIsSwitchedOffChangesNoOtherKindsThrows) {
    dice whole(core::random_source(1), everything());
    const auto with_all = throw_all(whole);

    for (std::size_t off = 0; off < fault_count; ++off) {
        dice::personality p = everything();
        p[off] = frequency::never;
        dice less(core::random_source(1), p);
        auto without = throw_all(less);

        expect_same_numbers(with_all, without);
        EXPECT_EQ(less.count(fault_number(off)), 0U);
        EXPECT_TRUE(std::ranges::none_of(without[off], &thrown::comes_about)) << fault_names[off];
        without[off] = with_all[off];
        EXPECT_EQ(without, with_all) << fault_names[off];
    }
}

TEST(DiceTest, TheSameSeedGivesTheSameThrowsAndAnotherOneOthers) {
    dice first(core::random_source(7), everything());
    dice second(core::random_source(7), everything());
    dice other(core::random_source(8), everything());

    const auto thrown = throw_all(first);

    EXPECT_EQ(throw_all(second), thrown);
    EXPECT_EQ(second.come_about(), first.come_about());
    EXPECT_NE(throw_all(other), thrown);
}

TEST(DiceTest, TwoKindsHaveDifferentNumbers) {
    dice d(core::random_source(1), everything());

    const auto thrown = throw_all(d);

    std::set<double> first;
    for (const auto& of_kind : thrown) {
        first.insert(of_kind.front().severity);
    }
    EXPECT_EQ(first.size(), fault_count);
}

TEST(DiceTest, WhatIsQuietKeepsItsNumbersAndNothingComesAbout) {
    dice loud(core::random_source(1), everything());
    dice quiet(core::random_source(1), everything());
    const auto with_faults = throw_all(loud);

    quiet.be_quiet();
    const auto without = throw_all(quiet);

    EXPECT_TRUE(quiet.is_quiet());
    expect_same_numbers(with_faults, without);
    EXPECT_THAT(quiet.come_about(), IsEmpty());
    EXPECT_THAT(loud.come_about(), Not(IsEmpty()));
}

TEST(DiceTest, WhatIsAllowedAloneComesAboutAndTheNumbersStay) {
    dice whole(core::random_source(1), everything());
    const auto with_all = throw_all(whole);
    std::vector<dice::one> every_third;
    for (std::size_t i = 0; i < whole.come_about().size(); i += 3) {
        every_third.push_back(whole.come_about()[i]);
    }

    dice reduced(core::random_source(1), everything());
    reduced.allow_only({every_third.begin(), every_third.end()});
    const auto with_some = throw_all(reduced);

    expect_same_numbers(with_all, with_some);
    EXPECT_EQ(reduced.come_about(), every_third) << "in the same order, under the same numbers";
    EXPECT_GT(every_third.size(), 100U);
}

TEST(DiceTest, WhatBefallsComesAboutAtTheEndOfItsGapUnlessItIsNeverQuietOrNotAllowed) {
    dice rarely(core::random_source(1), everything(frequency::rarely));
    dice never(core::random_source(1), dice::none());
    dice quiet(core::random_source(1), everything());
    dice reduced(core::random_source(1), everything());
    dice rolled(core::random_source(1), everything());
    quiet.be_quiet();
    reduced.allow_only({{fault::kill, 2}});

    for (int i = 1; i <= 3; ++i) {
        const dice::outcome o = rarely.befall(fault::kill);
        const dice::outcome same = rolled.roll(fault::kill);
        EXPECT_TRUE(o);
        EXPECT_EQ(o.severity, same.severity) << "the numbers are those of a roll";
        EXPECT_EQ(o.choice, same.choice);
        EXPECT_FALSE(never.befall(fault::kill));
        EXPECT_FALSE(quiet.befall(fault::kill));
        EXPECT_EQ(static_cast<bool>(reduced.befall(fault::kill)), i == 2);
    }

    EXPECT_THAT(reduced.come_about(), ElementsAre(dice::one{fault::kill, 2}));
}

TEST(DiceTest, WhatIsAllowedDoesNotComeAboutWhereItsThrowDidNot) {
    dice d(core::random_source(1), dice::none());
    d.allow_only({{fault::kill, 1}, {fault::kill, 2}});

    (void)throw_all(d);

    EXPECT_THAT(d.come_about(), IsEmpty());
}

TEST(DiceTest, CountsWhatComesAbout) {
    dice d(core::random_source(1), everything());

    const auto thrown = throw_all(d);

    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < fault_count; ++i) {
        EXPECT_EQ(d.count(fault_number(i)),
                  static_cast<std::uint64_t>(std::ranges::count(thrown[i], true, &thrown::comes_about)));
        EXPECT_GT(d.count(fault_number(i)), 0U) << fault_names[i];
        sum += d.count(fault_number(i));
    }
    EXPECT_EQ(d.come_about().size(), sum);
}

TEST(DiceTest, WhatIsRareComesAboutMoreSeldomAndAfterLongerGaps) {
    dice often(core::random_source(1), everything(frequency::often));
    dice rarely(core::random_source(1), everything(frequency::rarely));
    dice never(core::random_source(1), dice::none());
    dice slow(core::random_source(1), everything(frequency::rarely), pace::ordinary);

    for (int i = 0; i < rounds; ++i) {
        const std::chrono::nanoseconds long_gap = rarely.gap(fault::kill, 1h);
        EXPECT_EQ(often.gap(fault::kill, 1h), long_gap / 10);
        EXPECT_EQ(never.gap(fault::kill, 1h), std::chrono::nanoseconds::max());
        EXPECT_LE(std::chrono::abs(slow.gap(fault::kill, 1h) - 100 * long_gap), 100ns);
    }
    (void)throw_all(often);
    (void)throw_all(rarely);

    EXPECT_GT(often.come_about().size(), 10 * rarely.come_about().size());
    EXPECT_THAT(rarely.come_about(), Not(IsEmpty()));
    EXPECT_EQ(rarely.how_often(fault::kill), frequency::rarely);
}

TEST(DiceTest, AStreamGoesOnWhereItWasAndDisturbsNoOther) {
    dice d(core::random_source(1), everything());
    dice undisturbed(core::random_source(1), everything());
    const std::uint64_t first = d.stream("herd").next();
    (void)throw_all(d);
    (void)d.stream("looks").next();
    const std::uint64_t second = d.stream("herd").next();

    core::random_source& herd = undisturbed.stream("herd");

    EXPECT_EQ(herd.next(), first);
    EXPECT_EQ(herd.next(), second);
    EXPECT_NE(first, second);
}

TEST(DiceTest, ThrowsAreReadAsTheyAreWritten) {
    std::string list;
    std::vector<dice::one> all;
    for (std::size_t i = 0; i < fault_count; ++i) {
        all.emplace_back(fault_number(i), 1 + i * 1'000'000'007);
        list += (list.empty() ? "" : ",") + to_string(all.back());
    }

    EXPECT_EQ(parse_throws(list), all);
    EXPECT_EQ(to_string(dice::one{fault::kill, 3}), "kill:3");
}

TEST(DiceTest, WhatNamesNoThrowIsLeftOut) {
    EXPECT_THAT(parse_throws(""), IsEmpty());
    EXPECT_THAT(parse_throws("earthquake:1,kill,:3,,"), IsEmpty());
    EXPECT_THAT(parse_throws(",kill:3,earthquake:1,halt:1,"),
                ElementsAre(dice::one{fault::kill, 3}, dice::one{fault::halt, 1}));
}

struct range {
    std::chrono::nanoseconds from;
    std::chrono::nanoseconds to;
};

TEST(DiceTest, ASpreadStaysWithinItsBoundsAndGrows) {
    for (const range r : {range{1ms, 500ms}, range{1us, 30s}, range{5ms, 3s}, range{1ms, 1024ms}, range{7s, 13s},
                          range{100ms, 3h}, range{1s, 1s}, range{30min, 8h}}) {
        std::chrono::nanoseconds last{};
        for (int i = 0; i < 10'000; ++i) {
            const std::chrono::nanoseconds d = spread(i / 10'000.0, r.from, r.to);

            ASSERT_GE(d, r.from);
            ASSERT_LE(d, r.to);
            ASSERT_GE(d, last);
            last = d;
        }
        EXPECT_EQ(spread(0, r.from, r.to), r.from);
        EXPECT_GT(last, r.to / 2) << "it comes near to the longest";
    }
}

TEST(DiceTest, ASpreadReachesEachOrderOfMagnitude) {
    core::random_source random(1);
    std::array<int, 7> orders{};  // 1 us to 10 s

    for (int i = 0; i < 7'000; ++i) {
        std::size_t order = 0;
        for (std::chrono::nanoseconds d = spread(random.uniform(), 1us, 10s); d >= 10us; d /= 10) {
            ++order;
        }
        ++orders[std::min<std::size_t>(order, orders.size() - 1)];
    }

    for (const int n : orders) {
        EXPECT_GT(n, 700) << "about a thousand each";
        EXPECT_LT(n, 1'300);
    }
}

TEST(DiceTest, SomePersonalitiesHaveNoFaultSomeAllAndEachFaultIsInSome) {
    core::random_source random(1);
    constexpr int drawn = 2'000;
    int without = 0;
    int with_all = 0;
    std::array<std::array<int, 3>, host_fault_count> seen{};

    for (int i = 0; i < drawn; ++i) {
        const dice::personality p = dice::draw(random);
        const auto own = std::span(p).first(host_fault_count);
        const auto nevers = static_cast<std::size_t>(std::ranges::count(own, frequency::never));
        without += nevers == host_fault_count ? 1 : 0;
        with_all += nevers == 0 ? 1 : 0;
        for (std::size_t k = 0; k < host_fault_count; ++k) {
            ++seen[k][static_cast<std::size_t>(p[k])];
        }
    }

    EXPECT_GT(without, drawn / 40);
    EXPECT_LT(without, drawn / 10);
    EXPECT_GT(with_all, drawn / 40);
    EXPECT_LT(with_all, drawn / 10);
    for (const std::array<int, 3>& of_kind : seen) {
        EXPECT_GT(of_kind[0], drawn / 3);
        EXPECT_GT(of_kind[1], drawn / 6);
        EXPECT_GT(of_kind[2], drawn / 6);
    }
}

TEST(DiceTest, APersonalityTakesAsManyNumbersWhateverItIs) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        core::random_source drawn_from(seed);
        core::random_source counted(seed);

        (void)dice::draw(drawn_from);
        for (std::size_t i = 0; i <= host_fault_count; ++i) {
            (void)counted.uniform();
        }

        ASSERT_EQ(drawn_from.next(), counted.next()) << seed;
    }
}

TEST(DiceTest, WhatAFleetHasBesidesIsDrawnByItself) {
    core::random_source alone(1);
    core::random_source of_fleet(2);
    const dice::personality host = dice::draw(alone);
    dice::personality whole = host;
    std::size_t fleets_with = 0;
    for (int i = 0; i < 100; ++i) {
        dice::draw_fleet(of_fleet, whole);
        const auto besides = std::span(whole).subspan(host_fault_count);
        fleets_with += std::ranges::count(besides, frequency::never) < std::ssize(besides) ? 1 : 0;
    }

    EXPECT_TRUE(std::ranges::equal(std::span(whole).first(host_fault_count), std::span(host).first(host_fault_count)));
    EXPECT_TRUE(std::ranges::all_of(std::span(host).subspan(host_fault_count),
                                    [](frequency f) { return f == frequency::never; }));
    EXPECT_GT(fleets_with, 80U);
}

void expect_distinct_names(std::span<const std::string_view> names) {
    const std::set<std::string_view> distinct(names.begin(), names.end());

    EXPECT_EQ(distinct.size(), names.size());
    for (const std::string_view name : names) {
        EXPECT_FALSE(name.empty());
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos) << name;
    }
}

TEST(FaultTest, EachHasANameOfItsOwn) {
    expect_distinct_names(fault_names);
    EXPECT_EQ(to_string(fault::slow_store), "slow_store");
    EXPECT_EQ(to_string(fault::power_cut), "power_cut");
    EXPECT_EQ(to_string(fault::closed_breaker), "closed_breaker");
}

TEST(SometimesTest, EachRareStateHasANameOfItsOwn) {
    expect_distinct_names(rare_state_names);
    EXPECT_EQ(rare_state_names[static_cast<std::size_t>(rare_state::lost_lease)], "lost_lease");
    EXPECT_EQ(rare_state_names[static_cast<std::size_t>(rare_state::drained)], "drained");
}

TEST(SometimesTest, CountsAndAddsUp) {
    sometimes a;
    sometimes b;
    a.note(rare_state::lost_lease);
    b.note(rare_state::lost_lease);
    b.note(rare_state::drained);

    a.add(b);

    EXPECT_EQ(a.count(rare_state::lost_lease), 2U);
    EXPECT_EQ(a.count(rare_state::drained), 1U);
    EXPECT_EQ(a.count(rare_state::late_death), 0U);
}

}  // namespace
}  // namespace mayhem::sim
