// Proves that the right to act on an incarnation is given once, and only for that incarnation.
#include "pipeline/model/acted_incarnations.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace mayhem::pipeline {
namespace {

/// A driver of some kind, whose ids are good for so much.
class scoped_driver final : public ports::driver {
public:
    scoped_driver(std::string_view kind, ports::target_scope scope) : kind_(kind), scope_(scope) {}

    [[nodiscard]] std::string_view kind() const noexcept override { return kind_; }
    [[nodiscard]] ports::target_scope scope() const noexcept override { return scope_; }
    async::awaitable<std::vector<core::target>> list() override { throw std::logic_error("nobody lists"); }
    async::awaitable<ports::act_result> restart(const core::target&, const ports::go_ahead&) override {
        throw std::logic_error("nobody acts");
    }
    async::awaitable<std::optional<core::target>> successor(const core::target&) override {
        throw std::logic_error("nobody looks");
    }

private:
    std::string_view kind_;
    ports::target_scope scope_;
};

constexpr async::clock::time_point now{};

acted_incarnations::key naming(const std::string& incarnation, ports::target_scope scope = ports::target_scope::kind,
                               std::string_view kind = "fake", const std::string& group_name = "web",
                               const std::string& id = "nginx") {
    scoped_driver driver(kind, scope);
    group g{{}, driver, core::random_source{1}};
    g.settings.name = group_name;
    return acted_incarnations::key_of({.id = id, .incarnation = incarnation, .name = id}, g);
}

TEST(ActedIncarnationsTest, GivesTheRightOnce) {
    acted_incarnations acted;

    EXPECT_TRUE(acted.claim(naming("1"), now));
    EXPECT_FALSE(acted.claim(naming("1"), now));
    EXPECT_TRUE(acted.claim(naming("2"), now));
}

TEST(ActedIncarnationsTest, GivesItAgainOnceItWasGivenBack) {
    acted_incarnations acted;
    ASSERT_TRUE(acted.claim(naming("1"), now));

    acted.release(naming("1"));

    EXPECT_TRUE(acted.claim(naming("1"), now));
}

TEST(ActedIncarnationsTest, TwoGroupsThatSelectOneLifeMeanTheSameOne) {
    using enum ports::target_scope;

    EXPECT_EQ(naming("1", kind, "command", "web"), naming("1", kind, "command", "shop"));
    EXPECT_EQ(naming("7:1:boot", incarnation, "process", "web", "nginx"),
              naming("7:1:boot", incarnation, "process", "shop", "nginx: a title of its own"));
    EXPECT_EQ(naming("7:1:boot", incarnation, "process"), naming("7:1:boot", incarnation, "supervised"));
}

TEST(ActedIncarnationsTest, WhatOnlyLooksTheSameIsNot) {
    using enum ports::target_scope;

    EXPECT_NE(naming("1", kind, "command", "web", "a"), naming("1", kind, "command", "web", "b"));
    EXPECT_NE(naming("1", kind, "command"), naming("1", kind, "another"));
    EXPECT_NE(naming("1:1", ports::target_scope::group, "simulated", "web"),
              naming("1:1", ports::target_scope::group, "simulated", "shop"));
}

TEST(ActedIncarnationsTest, ADoubtEndsByItself) {
    acted_incarnations acted;
    acted.doubt(naming("1"), now + std::chrono::seconds{60});

    EXPECT_FALSE(acted.claim(naming("1"), now + std::chrono::seconds{59}));
    EXPECT_TRUE(acted.claim(naming("1"), now + std::chrono::seconds{60}));
}

TEST(ActedIncarnationsTest, TheEndOfADoubtGivesNothingBackThatIsClaimed) {
    acted_incarnations acted;
    ASSERT_TRUE(acted.claim(naming("1"), now));
    acted.doubt(naming("1"), now + std::chrono::seconds{60});

    acted.forget_doubts(now + std::chrono::seconds{60});

    EXPECT_TRUE(acted.is_taken(naming("1"), now + std::chrono::seconds{61}));
}

TEST(ActedIncarnationsTest, RemembersTheLeftoversThatWereSettledLast) {
    acted_incarnations acted;
    for (std::size_t i = 0; i <= acted_incarnations::leftovers_max; ++i) {
        ASSERT_TRUE(acted.claim(naming(std::to_string(i)), now));
        acted.settle(naming(std::to_string(i)));
    }

    EXPECT_EQ(acted.size(), acted_incarnations::leftovers_max);
    EXPECT_FALSE(acted.is_taken(naming("0"), now));
    EXPECT_TRUE(acted.is_taken(naming("1"), now));
}

TEST(ActedIncarnationsTest, NeverForgetsOneWhoseMessageIsAtWork) {
    acted_incarnations acted;
    ASSERT_TRUE(acted.claim(naming("at work"), now));

    for (std::size_t i = 0; i < 3 * acted_incarnations::leftovers_max; ++i) {
        ASSERT_TRUE(acted.claim(naming(std::to_string(i)), now));
        acted.settle(naming(std::to_string(i)));
    }

    EXPECT_FALSE(acted.claim(naming("at work"), now));
}

TEST(ActedIncarnationsTest, WhatWasGivenBackIsNoLeftover) {
    acted_incarnations acted;
    ASSERT_TRUE(acted.claim(naming("1"), now));
    acted.release(naming("1"));

    acted.settle(naming("1"));

    EXPECT_EQ(acted.size(), 0U);
    EXPECT_TRUE(acted.claim(naming("1"), now));
}

TEST(ActedIncarnationsTest, HasRoomForAsManyAsMayEverBeInFlight) {
    acted_incarnations acted;
    constexpr std::size_t in_flight_max = 1'000'000;  // what the config allows

    for (std::size_t i = 1; i <= in_flight_max; ++i) {
        ASSERT_TRUE(acted.claim(acted_incarnations::key{i * 0x9e3779b97f4a7c15}, now));
    }

    EXPECT_EQ(acted.size(), in_flight_max);
}

}  // namespace
}  // namespace mayhem::pipeline
