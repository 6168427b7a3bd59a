// Proves who may ask for what: another host's request is not looked at further, and what the config does not allow is
// refused with what it allows.
#include "requests/request_policy.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace mayhem::requests {
namespace {

using namespace std::chrono_literals;

const request_policy policy{.host = "web-1", .groups = {"web", "db"}, .askers = {"ci", "alice@web"}};

std::string body(const std::string& host, const std::string& group, const std::string& by) {
    return to_json({.id = "i", .host = host, .group = group, .by = by});
}

std::string why_not(const request_policy& p, const std::string& text) {
    const ruling r = rule(p, text);
    const auto* const no = std::get_if<refused>(&r);
    return no == nullptr ? "" : no->why;
}

TEST(RequestPolicyTest, LetsThroughWhatItAllows) {
    const ruling r = rule(policy, body("web-1", "db", "ci"));

    ASSERT_TRUE(std::holds_alternative<request>(r));
    EXPECT_EQ(std::get<request>(r).group, "db");
}

TEST(RequestPolicyTest, LeavesToAnotherHostWhatIsForIt) {
    const ruling r = rule(policy, body("web-2", "no such group", "mallory"));

    ASSERT_TRUE(std::holds_alternative<for_another_host>(r));
    EXPECT_EQ(std::get<for_another_host>(r).host, "web-2");
}

TEST(RequestPolicyTest, RefusesAGroupThatIsNotOnItsList) {
    EXPECT_EQ(why_not(policy, body("web-1", "payments", "ci")),
              "nothing may be asked for in group \"payments\" through this queue: groups = web, db");
}

TEST(RequestPolicyTest, RefusesWhoIsNotOnItsList) {
    EXPECT_EQ(why_not(policy, body("web-1", "web", "mallory")),
              "\"mallory\" may not ask through this queue: askers = ci, alice@web");
}

TEST(RequestPolicyTest, WithoutAListWhoeverCanWriteToTheQueueMayAsk) {
    request_policy open = policy;
    open.askers.clear();

    EXPECT_EQ(why_not(open, body("web-1", "web", "mallory")), "");
}

TEST(RequestPolicyTest, RefusesWhatIsNoRequest) { EXPECT_EQ(why_not(policy, "{}"), "it is no request: id is missing"); }

TEST(GiveBackDelayTest, GrowsWithTheDeliveriesAndHasALimit) {
    EXPECT_EQ(give_back_delay(1), 100ms);
    EXPECT_EQ(give_back_delay(7), 700ms);
    EXPECT_EQ(give_back_delay(1'000'000'000), 5s);
    EXPECT_EQ(give_back_delay(0), 100ms);
}

}  // namespace
}  // namespace mayhem::requests
