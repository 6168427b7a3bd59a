// Proves that an answer of Alertmanager passes only if no alert in it fires, and that whatever else comes in its place
// does not, however it is mutated. MAYHEM_TEST_SEED repeats a run.
#include "probes/alertmanager_answer.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/mutator.hpp"

namespace mayhem::probes {
namespace {

using ::testing::HasSubstr;

std::string alert(const std::string& name, const std::string& state) {
    return R"({"labels":{"alertname":")" + name + R"("},"startsAt":"2026-11-30T05:12:00.123Z","status":{"state":")" +
           state + R"(","silencedBy":[],"inhibitedBy":[]}})";
}

void expect_no(const std::string& body, const std::string& word, int status = 200) {
    const ports::probe_result r = judge_alertmanager(status, body);
    EXPECT_FALSE(r.passes) << body;
    EXPECT_THAT(r.detail, HasSubstr(word)) << body;
}

TEST(AlertmanagerAnswerTest, PassesWhenNothingFires) {
    EXPECT_TRUE(judge_alertmanager(200, "[]").passes);
    EXPECT_EQ(judge_alertmanager(200, "[]").detail, "no alert fires");
    EXPECT_TRUE(judge_alertmanager(200, '[' + alert("a", "suppressed") + ']').passes) << "silenced, or inhibited";
}

TEST(AlertmanagerAnswerTest, WhatFiresIsNamed) {
    expect_no('[' + alert("HighErrors", "active") + ']', "1 alert fires: HighErrors since 2026-11-30T05:12:00.123000Z");
    expect_no('[' + alert("a", "suppressed") + ',' + alert("b", "active") + ']', "1 alert fires: b");
    expect_no('[' + alert("a", "unprocessed") + ']', "1 alert fires: a");
    expect_no('[' + alert("a", "what is new") + ']', "1 alert fires: a");
    std::string many = alert("a0", "active");
    for (int i = 1; i < 5; ++i) {
        many += ',' + alert("a" + std::to_string(i), "active");
    }
    expect_no('[' + many + ']', "5 alerts fire: a0 since 2026-11-30T05:12:00.123000Z, a1 since");
    expect_no(R"([{"status":{"state":"active"}}])", "an alert without a name");
    expect_no(R"([{"labels":{"alertname":"a"},"startsAt":"yesterday","status":{"state":"active"}}])", "fires: a");
}

TEST(AlertmanagerAnswerTest, AnErrorIsTold) {
    expect_no(R"("bad matcher format: \u001b")", "answers with status 400: bad matcher format: ?", 400);
    expect_no(R"({"code":602,"message":"no"})", "answers with status 422: no", 422);
    expect_no("[]", "answers with status 503", 503);
    expect_no("[]", "answers with status 301, a redirection, which is not followed", 301);
}

TEST(AlertmanagerAnswerTest, WhatIsNoAnswerOfAlertmanagerDoesNotPass) {
    for (const char* body : {"", "<html>", "{}", "null", "0", "\"no\"", "[1]", "[{}]", R"([{"status":"active"}])",
                             R"([{"status":{"state":1}}])", R"({"status":"success","data":[]})"}) {
        expect_no(body, "is no answer of Alertmanager");
    }
    expect_no(std::string(100'000, '['), "no JSON");
}

TEST(AlertmanagerAnswerTest, SurvivesWhateverIsDrawn) {
    const unsigned seed = test::seed_of_this_run();
    SCOPED_TRACE("MAYHEM_TEST_SEED=" + std::to_string(seed));
    test::mutator dice(seed);
    const std::string whole = '[' + alert("a", "suppressed") + ',' + alert("b", "active") + ']';

    for (int round = 0; round < 20'000; ++round) {
        const std::string body = dice.mutated(whole);
        const ports::probe_result r = judge_alertmanager(200, body);
        EXPECT_NE(r.detail, "") << body;
        EXPECT_FALSE(r.passes && body.find("\"state\":\"active\"") != std::string::npos &&
                     body.find("\"status\":{\"state\":\"active\"") != std::string::npos && body.ends_with("}}]") &&
                     body.starts_with("[{\"labels\":{\"alertname\":\"a\"}"))
            << body;
    }
}

}  // namespace
}  // namespace mayhem::probes
