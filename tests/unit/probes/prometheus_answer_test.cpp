// Proves that whatever Prometheus, or somebody else in its place, answers to a query passes only if it is numbers that
// all meet the threshold; that everything else has a word of its own; and that no answer, however it is mutated, ends
// the process or passes without such numbers. MAYHEM_TEST_SEED repeats a run.
#include "probes/prometheus_answer.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/mutator.hpp"

namespace mayhem::probes {
namespace {

using ::testing::HasSubstr;

const core::threshold below_one = core::parse_threshold("< 1").value();

std::string vector_of(const std::string& series) {
    return R"({"status":"success","data":{"resultType":"vector","result":[)" + series + "]}}";
}

std::string series(const std::string& instance, const std::string& value) {
    return R"({"metric":{"instance":")" + instance + R"("},"value":[1700000000.1,")" + value + R"("]})";
}

ports::probe_result judged(const std::string& body, int status = 200) {
    return judge_prometheus(status, body, below_one);
}

void expect_no(const std::string& body, const std::string& word, int status = 200) {
    const ports::probe_result r = judged(body, status);
    EXPECT_FALSE(r.passes) << body;
    EXPECT_THAT(r.detail, HasSubstr(word)) << body;
}

TEST(PrometheusAnswerTest, PassesWhenTheNumberMeetsTheThreshold) {
    const ports::probe_result r = judged(vector_of(series("a", "0.5")));

    EXPECT_TRUE(r.passes);
    EXPECT_EQ(r.detail, "0.5 is < 1");
    EXPECT_TRUE(judged(R"({"status":"success","data":{"resultType":"scalar","result":[1,"0"]}})").passes);
    EXPECT_TRUE(judged(vector_of(R"({"metric":{},"value":[1,"-Inf"]})")).passes) << "as PromQL compares";
}

TEST(PrometheusAnswerTest, OfSeveralSeriesAllMustMeetIt) {
    EXPECT_EQ(judged(vector_of(series("a", "0") + ',' + series("b", "0.9"))).detail, "all 2 series are < 1");
    EXPECT_TRUE(judged(vector_of(series("a", "0") + ',' + series("b", "0.9"))).passes);

    expect_no(vector_of(series("a", "0") + ',' + series("b", "3")), R"(1 of 2 series: {instance="b"} is 3, not < 1)");
}

TEST(PrometheusAnswerTest, NamesAFewOfMany) {
    std::string many;
    for (int i = 0; i < 5; ++i) {
        many += (i > 0 ? "," : "") + series(std::to_string(i), "7");
    }

    expect_no(vector_of(many), R"({instance="2"} is 7 and 2 more, not < 1)");
}

TEST(PrometheusAnswerTest, NoDataIsNoPass) { expect_no(vector_of(""), "no data"); }

TEST(PrometheusAnswerTest, ANumberThatIsNoneIsNoPass) {
    expect_no(vector_of(series("a", "NaN")), "is NaN, not < 1");
    expect_no(vector_of(series("a", "+Inf")), "is +Inf, not < 1");
    expect_no(vector_of(series("a", "")), "a series without a number");
    expect_no(vector_of(series("a", "0 ")), "a series without a number");
    expect_no(vector_of(R"({"metric":{},"value":[1,0]})"), "a series without a number");
    expect_no(vector_of(R"({"metric":{},"value":["0"]})"), "a series without a number");
    expect_no(vector_of(R"({"metric":{}})"), "a series without a number");
    expect_no(vector_of(R"({"value":[1,"0"]})"), "a series without labels");
    expect_no(vector_of("0"), "a series without labels");
    expect_no(vector_of(R"({"metric":{"le":"1"},"histogram":[1,{"count":"1"}]})"), "is a histogram");
    const auto unequal = core::parse_threshold("!= 1").value();
    EXPECT_FALSE(judge_prometheus(200, vector_of(series("a", "NaN")), unequal).passes);
}

TEST(PrometheusAnswerTest, ManySeriesAreToBeAggregated) {
    std::string many = series("a", "0");
    for (std::size_t i = 1; i < series_max; ++i) {
        many += ',' + series("a", "0");
    }
    EXPECT_TRUE(judged(vector_of(many)).passes);

    many += ',' + series("a", "0");

    expect_no(vector_of(many), "gives 1001 series, more than 1000: aggregate them");
}

TEST(PrometheusAnswerTest, ARangeOrATextIsNoNumber) {
    expect_no(R"({"status":"success","data":{"resultType":"matrix","result":[]}})", "gives a range");
    expect_no(R"({"status":"success","data":{"resultType":"string","result":[1,"0"]}})", "gives a text");
    expect_no(R"({"status":"success","data":{"resultType":"cube","result":[]}})", "result type 'cube'");
    expect_no(R"({"status":"success","data":{"result":[]}})", "result type ''");
}

TEST(PrometheusAnswerTest, AnErrorIsTold) {
    expect_no(R"({"status":"error","errorType":"bad_data","error":"parse error: unexpected \u001b[0m"})",
              "answers with status 400: parse error: unexpected ?[0m", 400);
    expect_no("Service Unavailable", "answers with status 503", 503);
    expect_no("", "answers with status 302, a redirection, which is not followed", 302);
    expect_no(vector_of(series("a", "0")), "answers with status 500", 500);
}

TEST(PrometheusAnswerTest, WhatIsNoAnswerOfPrometheusDoesNotPass) {
    for (const char* body :
         {"", "<html>", "[]", "{}", "null", "0", R"({"status":"error","error":"boom"})", R"({"status":"success"})",
          R"({"status":"success","data":[]})", R"({"status":"success","data":{}})",
          R"({"status":"success","data":null})", R"({"status":"success","data":{"resultType":"vector"}})",
          R"({"status":"success","data":{"resultType":"vector","result":{}}})",
          R"({"status":"success","data":{"resultType":"scalar","result":[]}})"}) {
        expect_no(body, "is no answer of Prometheus");
    }
    expect_no(std::string(100'000, '['), "no JSON");
}

TEST(PrometheusAnswerTest, SurvivesWhateverIsDrawn) {
    const unsigned seed = test::seed_of_this_run();
    SCOPED_TRACE("MAYHEM_TEST_SEED=" + std::to_string(seed));
    test::mutator dice(seed);
    const core::threshold never = core::parse_threshold("< -1e300").value();
    const std::string whole = vector_of(series("a", "0.5") + ',' + series("b", "3"));

    for (int round = 0; round < 20'000; ++round) {
        const std::string body = dice.mutated(whole);
        const ports::probe_result r = judge_prometheus(200, body, never);
        EXPECT_FALSE(r.passes && body.find("Inf") == std::string::npos && body.find("-") == std::string::npos) << body;
        EXPECT_NE(r.detail, "") << body;
        EXPECT_LT(r.detail.size(), 2000U);
    }
}

}  // namespace
}  // namespace mayhem::probes
