// Proves that nothing which Pub/Sub answers, or fails to answer, ends the queue or loses a request: the trouble is
// told, with what to do, and after a pause of bounded length the next request comes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/queues/pubsub/fake_pubsub.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;
using test::pubsub_bed;
using test::refusal;
using test::reply;

struct failing_pull {
    reply answer;
    std::string trouble;
};

reply refused(int status, const std::string& code, const std::string& message) {
    return test::http_reply(status, refusal(status, code, message));
}

/// Answered as the real ones and what stands between do.
const std::vector<failing_pull> failing_pulls{
    {refused(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
     "Pub/Sub does not take the access token (Request had invalid authentication credentials.): is the key of "
     "credentials still valid, and the clock right?"},
    {refused(403, "PERMISSION_DENIED", "User not authorized to perform this action."),
     "Pub/Sub does not allow it (User not authorized to perform this action.): give this service account "
     "roles/pubsub.subscriber on subscription mayhem-web.1 of project shop-prod"},
    {refused(404, "NOT_FOUND", "Resource not found (resource=mayhem-web.1)."),
     "there is no subscription mayhem-web.1 of project shop-prod: \"mayhem request --prepare\" makes it"},
    {refused(429, "RESOURCE_EXHAUSTED", "Quota exceeded."),
     "Pub/Sub wants to be asked less often (Quota exceeded.): look at the quota of the project"},
    {refused(500, "INTERNAL", ""), "Pub/Sub is in trouble itself, status 500 (INTERNAL)"},
    {test::http_reply(502, "<html>Bad Gateway</html>"), "Pub/Sub is in trouble itself, status 502"},
    {refused(503, "UNAVAILABLE", "\\u001b[2J down"), "Pub/Sub is in trouble itself, status 503 (?[2J down)"},
    {refused(400, "FAILED_PRECONDITION", "Billing is disabled."),
     "Pub/Sub refuses what is asked of subscription mayhem-web.1 of project shop-prod, status 400 (Billing is "
     "disabled.)"},
    {test::http_reply(200, "<html>Welcome to the hotel</html>"),
     "what answers a pull is not Pub/Sub: is endpoint right?"},
    {test::http_reply(200, R"({"receivedMessages":[{"message":{}}]})"),
     "what answers a pull is not Pub/Sub: is endpoint right?"},
};

TEST(PubsubTroubleTest, IsToldAndSurvived) {
    for (const failing_pull& failing : failing_pulls) {
        pubsub_bed bed;
        std::string told;
        for (int i = 0; i < 2; ++i) {  // 401 is asked again at once
            bed.fake.will("pull", failing.answer);
        }
        bed.fake.on_call = [&](const std::string& verb) {
            told = verb == "pull" && bed.fake.said("pull").size() == 3 ? bed.queue.trouble() : told;
        };

        const ports::asked_request r = bed.receive("a");

        EXPECT_EQ(told, failing.trouble);
        EXPECT_EQ(r.name, "m-a");
        EXPECT_EQ(bed.queue.trouble(), "");
        EXPECT_LT(bed.t.elapsed(), 2s) << failing.trouble;
    }
}

TEST(PubsubTroubleTest, WhatIsCutShortIsTold) {
    for (const char* bytes : {"", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"receivedMessages\":[{\"ackId\"",
                              "SSH-2.0-OpenSSH_9.2\r\n"}) {
        pubsub_bed bed;
        std::string told;
        bed.fake.will("pull", reply{.bytes = bytes});
        bed.fake.on_call = [&](const std::string& verb) {
            told = verb == "pull" && bed.fake.said("pull").size() == 2 ? bed.queue.trouble() : told;
        };

        const ports::asked_request r = bed.receive("a");

        EXPECT_THAT(told, ::testing::StartsWith("POST http://127.0.0.1:")) << bytes;
        EXPECT_EQ(bed.queue.trouble(), "");
    }
}

TEST(PubsubTroubleTest, NobodyListensThere) {
    pubsub_bed bed({.endpoint = "http://127.0.0.1:1"});
    async::settled<ports::asked_request> got;
    bed.t.spawn("receive", test::note(bed.queue.receive(), got));

    bed.t.run_for(10min);

    EXPECT_THAT(bed.queue.trouble(), ::testing::HasSubstr("cannot connect"));
    EXPECT_FALSE(got.has_value() || got.error());
}

TEST(PubsubTroubleTest, PausesGrowToTenSeconds) {
    pubsub_bed bed;
    std::vector<std::chrono::nanoseconds> at;
    for (int i = 0; i < 30; ++i) {
        bed.fake.will("pull", refused(503, "UNAVAILABLE", ""));
    }
    bed.fake.on_call = [&](const std::string& verb) {
        if (verb == "pull") {
            at.push_back(bed.t.elapsed());
        }
    };

    (void)bed.receive("a");

    ASSERT_EQ(at.size(), 31U);
    EXPECT_LE(at[1] - at[0], 400ms);
    for (std::size_t i = 10; i < at.size(); ++i) {
        EXPECT_GE(at[i] - at[i - 1], 5s);
        EXPECT_LE(at[i] - at[i - 1], 10s);
    }
}

TEST(PubsubTroubleTest, LeavesPubSubAloneAsItAsks) {
    pubsub_bed bed;
    bed.fake.will("pull", 429, refusal(429, "RESOURCE_EXHAUSTED", ""), "Retry-After: 33");
    (void)bed.receive("a");
    EXPECT_GE(bed.t.elapsed(), 33s);
    EXPECT_LT(bed.t.elapsed(), 34s);

    bed.fake.will("pull", 429, refusal(429, "RESOURCE_EXHAUSTED", ""), "Retry-After: 86400");
    (void)bed.receive("a");
    EXPECT_LT(bed.t.elapsed(), 34s + pubsub_link::leave_alone_max + 1s) << "but not for ever";
}

}  // namespace
}  // namespace mayhem::queues
