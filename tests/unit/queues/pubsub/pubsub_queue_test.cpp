// Proves what is asked of Pub/Sub for each thing that is done with a request, and that a lease is lost exactly when
// Pub/Sub says so or its time is over, against recorded answers on virtual time.
#include "queues/pubsub/pubsub_queue.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "unit/queues/pubsub/fake_pubsub.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;
using test::ack_failures;
using test::pubsub_bed;
using test::refusal;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using leases = std::vector<ports::lease>;

class PubsubQueueTest : public ::testing::Test {
protected:
    bool ack(const ports::asked_request& r) { return *bed.end_of(bed.queue.ack(r.lease)); }
    leases extend(const leases& held) { return *bed.end_of(bed.queue.extend(held)); }

    pubsub_bed bed{{.topic = "mayhem", .dead_letter_topic = "mayhem-dead"}};
    test::fake_pubsub& fake = bed.fake;
};

TEST_F(PubsubQueueTest, ARequestIsLeasedInFullLengthBeforeAnybodyHasIt) {
    const ports::asked_request r = bed.receive("a1", R"({"id":"7"})");

    EXPECT_EQ(r.body, R"({"id":"7"})");
    EXPECT_EQ(r.name, "m-a1");
    EXPECT_EQ(r.delivery, 1);
    EXPECT_EQ(bed.queue.lease_length(), 30s);
    EXPECT_THAT(fake.said("modifyAckDeadline"), ElementsAre(R"({"ackDeadlineSeconds":30,"ackIds":["a1"]})"));
    EXPECT_TRUE(fake.server.requests().front().starts_with(
        "POST /v1/projects/shop-prod/subscriptions/mayhem-web.1:pull HTTP/1.1"));
    EXPECT_EQ(fake.server.requests().front().find("Authorization"), std::string::npos) << "to an emulator";
}

TEST_F(PubsubQueueTest, WaitsAtPubSubOnceItHasBeenReached) {
    EXPECT_EQ(bed.queue.trouble(), "it has not been reached yet");
    fake.will("pull", 200, "{}");
    fake.will("pull", 200, "");
    fake.will("pull", 200, "{}");

    (void)bed.receive("a1");

    EXPECT_EQ(bed.queue.trouble(), "");
    const std::vector<std::string> pulls = fake.said("pull");
    ASSERT_GE(pulls.size(), 3U);
    EXPECT_EQ(pulls[0], R"({"maxMessages":1,"returnImmediately":true})");
    EXPECT_EQ(pulls[1], R"({"maxMessages":1})");
    EXPECT_EQ(pulls[2], R"({"maxMessages":1,"returnImmediately":true})") << "an empty answer is none of Pub/Sub's";
}

TEST_F(PubsubQueueTest, NobodyWaitsNobodyPulls) {
    bed.t.run_for(1min);

    EXPECT_THAT(fake.said("pull"), IsEmpty());
}

TEST_F(PubsubQueueTest, CountsDeliveriesWherePubSubDoes) {
    fake.will("pull", 200, R"({"receivedMessages":[{"ackId":"a","message":{"messageId":"1"},"deliveryAttempt":4}]})");

    const auto r = bed.end_of(bed.queue.receive());

    ASSERT_TRUE(r.has_value());
    EXPECT_EQ(r->delivery, 4);
    EXPECT_EQ(r->body, "");
}

TEST_F(PubsubQueueTest, WhatComesForOneWhoWaitsNoMoreGoesBackAtOnce) {
    async::task_group waiting(bed.t.loop, "waiting",
                              [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });
    async::settled<ports::asked_request> got;
    waiting.spawn("receive", test::note(bed.queue.receive(), got));
    fake.on_call = [&waiting](const std::string& verb) {
        if (verb == "pull") {
            waiting.cancel();
        }
    };
    fake.will_bring("a1", "1", "{}");

    bed.t.run_for(1s);

    EXPECT_TRUE(test::was_cancelled(got));
    EXPECT_THAT(fake.said("pull"), ::testing::SizeIs(1));
    EXPECT_THAT(fake.said("modifyAckDeadline"), ElementsAre(R"({"ackDeadlineSeconds":0,"ackIds":["a1"]})"));
}

TEST_F(PubsubQueueTest, WhatWasLeasedForOneWhoIsCancelledMeanwhileGoesBack) {
    async::task_group waiting(bed.t.loop, "waiting",
                              [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });
    async::settled<ports::asked_request> got;
    waiting.spawn("receive", test::note(bed.queue.receive(), got));
    fake.on_call = [&waiting](const std::string& verb) {
        if (verb == "modifyAckDeadline") {
            waiting.cancel();
        }
    };
    fake.will_bring("a1", "1", "{}");

    bed.t.run_for(1s);

    EXPECT_TRUE(test::was_cancelled(got));
    EXPECT_THAT(fake.said("modifyAckDeadline"), ElementsAre(R"({"ackDeadlineSeconds":30,"ackIds":["a1"]})",
                                                            R"({"ackDeadlineSeconds":0,"ackIds":["a1"]})"));
}

/// Cancels after so many turns, or when it is too late.
async::awaitable<void> cancel_after(async::task_group& whom, async::event& begin, int turns, int& passed) {
    const async::frame here;
    co_await begin.wait();
    for (passed = 0; passed < turns && !whom.empty(); ++passed) {
        co_await async::yield();
    }
    whom.cancel();
}

TEST_F(PubsubQueueTest, WhenEverAWaiterIsCancelledItHasTheRequestOrItGoesBack) {
    constexpr int never = 1'000'000;
    constexpr int about = 40;
    int taken_after = 0;
    for (int i = 0; i < 2 * about; ++i) {
        async::task_group waiting(bed.t.loop, "waiting",
                                  [](const async::task_failure& f) { ADD_FAILURE() << f.describe(); });
        async::settled<ports::asked_request> got;
        async::event is_leased;
        fake.on_call = [&](const std::string& verb) {
            if (verb == "modifyAckDeadline") {
                is_leased.set();
            }
        };
        const std::string ack_id = "a" + std::to_string(i);
        fake.will_bring(ack_id, "1", "{}");
        waiting.spawn("receive", test::note(bed.queue.receive(), got));
        int passed = 0;
        const int turns = i == 0 ? never : std::max(0, taken_after - about + i);
        bed.t.spawn("cancel", cancel_after(waiting, is_leased, turns, passed));
        bed.t.run_for(1s);
        taken_after = i == 0 ? passed : taken_after;

        const std::string back = R"({"ackDeadlineSeconds":0,"ackIds":[")" + ack_id + R"("]})";
        EXPECT_EQ(std::ranges::count(fake.said("modifyAckDeadline"), back), got.has_value() ? 0 : 1) << turns;
    }
}

TEST_F(PubsubQueueTest, WhatWasLostBeforeItsLeaseBeganIsHandedToNobody) {
    fake.will_bring("gone", "1", "{}");
    fake.will("modifyAckDeadline", 400, ack_failures(R"({"gone":"PERMANENT_FAILURE_INVALID_ACK_ID"})"));

    const ports::asked_request r = bed.receive("a2");

    EXPECT_EQ(r.name, "m-a2");
}

TEST_F(PubsubQueueTest, MoreThanWasAskedForGoesBack) {
    fake.will("pull", 200,
              R"({"receivedMessages":[{"ackId":"a","message":{"messageId":"1"}},{"ackId":"b","message":{}}]})");

    const auto r = bed.end_of(bed.queue.receive());
    bed.t.run_for(1s);

    ASSERT_TRUE(r.has_value());
    EXPECT_EQ(r->name, "1");
    EXPECT_THAT(fake.said("modifyAckDeadline"), ::testing::Contains(R"({"ackDeadlineSeconds":0,"ackIds":["b"]})"));
}

TEST_F(PubsubQueueTest, ExtendsAllInOneCall) {
    const ports::asked_request a = bed.receive("a");
    const ports::asked_request b = bed.receive("b");

    EXPECT_EQ(extend({a.lease, b.lease}), leases{});

    EXPECT_EQ(fake.said("modifyAckDeadline").back(), R"({"ackDeadlineSeconds":30,"ackIds":["a","b"]})");
}

TEST_F(PubsubQueueTest, WhatPubSubNamesIsLostAndTheOthersAreAskedForAgain) {
    const ports::asked_request a = bed.receive("a");
    const ports::asked_request b = bed.receive("b");
    const ports::asked_request c = bed.receive("c");
    fake.will("modifyAckDeadline", 400,
              ack_failures(R"({"a":"PERMANENT_FAILURE_INVALID_ACK_ID","b":"TRANSIENT_FAILURE_OTHER"})"));

    EXPECT_EQ(extend({a.lease, b.lease, c.lease}), leases{a.lease});

    EXPECT_EQ(fake.said("modifyAckDeadline").back(), R"({"ackDeadlineSeconds":30,"ackIds":["b","c"]})");
    EXPECT_FALSE(ack(a));
    EXPECT_TRUE(ack(b));
    EXPECT_EQ(bed.queue.trouble(), "") << "a lost lease is none";
}

TEST_F(PubsubQueueTest, WhereNoneIsNamedEachIsAskedFor) {
    const ports::asked_request a = bed.receive("a");
    const ports::asked_request b = bed.receive("b");
    const std::string invalid =
        refusal(400, "INVALID_ARGUMENT", "Some acknowledgement ids in the request were invalid.");
    fake.will("modifyAckDeadline", 400, invalid);
    fake.will("modifyAckDeadline", 400, invalid);

    EXPECT_EQ(extend({a.lease, b.lease}), leases{a.lease});

    EXPECT_EQ(fake.said("modifyAckDeadline").back(), R"({"ackDeadlineSeconds":30,"ackIds":["b"]})");
}

TEST_F(PubsubQueueTest, ALeaseIsLostWhenItsTimeIsOverWithoutAWord) {
    const ports::asked_request r = bed.receive("a");
    for (int i = 0; i < 100; ++i) {
        fake.will("modifyAckDeadline", 503, refusal(503, "UNAVAILABLE", "The service was unable to fulfill it."));
    }

    EXPECT_EQ(extend({r.lease}), leases{r.lease});

    EXPECT_GE(bed.t.loop.now() - r.leased_at, 30s);
    EXPECT_LT(bed.t.loop.now() - r.leased_at, 31s);
    EXPECT_LT(fake.said("modifyAckDeadline").size(), 12U) << "with pauses";
    EXPECT_FALSE(ack(r));
    EXPECT_THAT(fake.said("acknowledge"), IsEmpty());
}

TEST_F(PubsubQueueTest, AnExtensionCountsFromBeforeItWasAskedFor) {
    const ports::asked_request r = bed.receive("a");
    bed.t.run_for(20s);
    EXPECT_EQ(extend({r.lease}), leases{});
    bed.t.run_for(29s);

    EXPECT_TRUE(ack(r));
    EXPECT_THAT(fake.said("acknowledge"), ElementsAre(R"({"ackIds":["a"]})"));
}

TEST_F(PubsubQueueTest, AnAckIsAskedForUntilItIsHeard) {
    const ports::asked_request r = bed.receive("a");
    fake.will("acknowledge", 503, refusal(503, "UNAVAILABLE", "busy"));
    fake.will("acknowledge", test::reply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"});
    fake.will("acknowledge", test::reply{});
    fake.will("acknowledge", 400, ack_failures(R"({"a":"TRANSIENT_FAILURE_OTHER"})"));

    EXPECT_TRUE(ack(r));

    EXPECT_THAT(fake.said("acknowledge"), ::testing::SizeIs(5));
    EXPECT_EQ(bed.queue.trouble(), "");
    EXPECT_FALSE(ack(r)) << "it is settled";
}

TEST_F(PubsubQueueTest, AnAckTooLateIsSaid) {
    const ports::asked_request r = bed.receive("a");
    fake.will("acknowledge", 400, ack_failures(R"({"a":"PERMANENT_FAILURE_INVALID_ACK_ID"})"));

    EXPECT_FALSE(ack(r));

    EXPECT_THAT(fake.said("acknowledge"), ::testing::SizeIs(1));
}

TEST_F(PubsubQueueTest, ANackIsAtOnceOrInTenSecondsAtTheEarliest) {
    const std::vector<std::pair<std::chrono::nanoseconds, std::string>> deadlines{
        {0s, "0"}, {1ns, "10"}, {10s, "10"}, {60s + 1ms, "61"}, {2h, "600"}};
    for (const auto& [delay, deadline] : deadlines) {
        const ports::asked_request r = bed.receive("a");

        EXPECT_TRUE(*bed.end_of(bed.queue.nack(r.lease, delay)));

        EXPECT_EQ(fake.said("modifyAckDeadline").back(),
                  R"({"ackDeadlineSeconds":)" + deadline + R"(,"ackIds":["a"]})");
        EXPECT_EQ(extend({r.lease}), leases{r.lease}) << "it is settled";
    }
}

TEST_F(PubsubQueueTest, WhatIsGivenUpIsKeptAsideAndThenAcked) {
    const ports::asked_request r = bed.receive("a", "what?");

    EXPECT_TRUE(*bed.end_of(bed.queue.dead_letter(r.lease, "it is no JSON")));

    const std::string kept = encode_base64(R"({"from":"m-a","reason":"it is no JSON","request":"what?"})");
    EXPECT_THAT(fake.said("publish"),
                ElementsAre(R"({"messages":[{"attributes":{"from":"m-a","host":"web.1"},"data":")" + kept + R"("}]})"));
    EXPECT_THAT(fake.said("acknowledge"), ElementsAre(R"({"ackIds":["a"]})"));
    EXPECT_THAT(fake.server.requests(), ::testing::Contains(HasSubstr("/topics/mayhem-dead:publish ")));
}

TEST_F(PubsubQueueTest, WhatCannotBeKeptAsideComesAgain) {
    const ports::asked_request r = bed.receive("a");
    fake.will("publish", 503, refusal(503, "UNAVAILABLE", "busy"));
    fake.will("publish", 403, refusal(403, "PERMISSION_DENIED", "User not authorized to perform this action."));

    EXPECT_FALSE(*bed.end_of(bed.queue.dead_letter(r.lease, "why")));

    EXPECT_THAT(fake.said("acknowledge"), IsEmpty());
    EXPECT_EQ(
        bed.queue.trouble(),
        "nothing keeps what is given up: Pub/Sub does not allow it (User not authorized to perform this action.): "
        "give this service account roles/pubsub.publisher on topic mayhem-dead of project shop-prod");
}

TEST_F(PubsubQueueTest, OfWhatIsMuchTooLongTheBeginningIsKept) {
    const ports::asked_request r = bed.receive("a", std::string(10'000'000, 'x'));
    EXPECT_EQ(r.body.size(), 10'000'000U);

    EXPECT_TRUE(*bed.end_of(bed.queue.dead_letter(r.lease, "it is too long")));

    EXPECT_LT(fake.said("publish").back().size(), 100'000U);
    EXPECT_THAT(fake.said("acknowledge"), ElementsAre(R"({"ackIds":["a"]})"));
}

TEST_F(PubsubQueueTest, SendsNoTokenInTheClear) {
    EXPECT_THROW(pubsub_queue(bed.t.loop, {.endpoint = "http://pubsub.example"}, "web.1", core::random_source(1)),
                 std::runtime_error);
    EXPECT_NO_THROW(pubsub_queue(bed.t.loop, {}, "web.1", core::random_source(1)));
}

TEST_F(PubsubQueueTest, WithoutATopicForItWhatIsGivenUpIsOnlyAcked) {
    pubsub_bed other;
    const ports::asked_request r = other.receive("a");

    EXPECT_TRUE(*other.end_of(other.queue.dead_letter(r.lease, "why")));

    EXPECT_THAT(other.fake.said("publish"), IsEmpty());
    EXPECT_THAT(other.fake.said("acknowledge"), ElementsAre(R"({"ackIds":["a"]})"));
}

TEST_F(PubsubQueueTest, PublishesForAHost) {
    fake.will("publish", 503, refusal(503, "UNAVAILABLE", "busy"));

    EXPECT_TRUE(bed.end_of(bed.queue.publish("db.2", "17", "{}")).has_value());

    EXPECT_EQ(fake.said("publish").back(), R"({"messages":[{"attributes":{"host":"db.2","id":"17"},"data":"e30="}]})");
}

TEST_F(PubsubQueueTest, SaysWhyNothingWasPublished) {
    fake.will("publish", 404, refusal(404, "NOT_FOUND", "Topic not found"));
    const auto refused = bed.end_of(bed.queue.publish("db.2", "17", "{}"));
    for (int i = 0; i < 100; ++i) {
        fake.will("publish", 503, refusal(503, "UNAVAILABLE", "busy"));
    }
    const auto unknown = bed.end_of(bed.queue.publish("db.2", "17", "{}"));
    pubsub_bed other;
    const auto nowhere = other.end_of(other.queue.publish("db.2", "17", "{}"));

    EXPECT_EQ(test::message_of(refused.error()),
              "there is no topic mayhem of project shop-prod: \"mayhem request --prepare\" makes it");
    EXPECT_EQ(
        test::message_of(unknown.error()),
        "Pub/Sub is in trouble itself, status 503 (busy); the request may be kept all the same: ask again with the "
        "same --id");
    EXPECT_THAT(test::message_of(nowhere.error()), HasSubstr("topic is missing"));
}

TEST_F(PubsubQueueTest, MakesWhatIsNotThere) {
    for (int i = 0; i < 3; ++i) {
        fake.will("GET", 404, refusal(404, "NOT_FOUND", "Resource not found"));
    }
    fake.will("PUT", 200, "{}");
    fake.will("PUT", 409, refusal(409, "ALREADY_EXISTS", "Resource already exists in the project"));

    const auto made = bed.end_of(bed.queue.prepare());

    ASSERT_TRUE(made.has_value()) << test::message_of(made.error());
    EXPECT_EQ(*made, "topic mayhem of project shop-prod, subscription mayhem-web.1 of project shop-prod");
    EXPECT_THAT(fake.said("PUT"),
                ElementsAre("{}", "{}",
                            R"({"ackDeadlineSeconds":30,"enableExactlyOnceDelivery":true,"expirationPolicy":{},)"
                            R"("filter":"attributes.host = \"web.1\"","topic":"projects/shop-prod/topics/mayhem"})"));
}

TEST_F(PubsubQueueTest, TakesOnlyASubscriptionThatServes) {
    const std::string head = R"({"topic":"projects/shop-prod/topics/mayhem","enableExactlyOnceDelivery":)";
    const std::vector<std::pair<std::string, std::string>> answers{
        {head + "true}", ""},
        {head + R"(true,"pushConfig":{"pushEndpoint":"https://x"}})", "pushes its messages"},
        {head + R"(true,"deadLetterPolicy":{"maxDeliveryAttempts":5}})", "no dead letter policy"},
        {head + "false}", "--enable-exactly-once-delivery"},
        {R"({"topic":"projects/shop-prod/topics/other"})", "is one of projects/shop-prod/topics/other"}};
    for (const auto& [answer, fault] : answers) {
        fake.will("GET", 200, "{}");
        fake.will("GET", 200, "{}");
        fake.will("GET", 200, answer);

        const auto made = bed.end_of(bed.queue.prepare());

        EXPECT_EQ(made.has_value(), fault.empty()) << answer;
        EXPECT_THAT(test::message_of(made.error()), HasSubstr(fault));
    }
    EXPECT_THAT(fake.said("PUT"), IsEmpty());
}

TEST_F(PubsubQueueTest, SaysWhoMayMakeIt) {
    fake.will("GET", 403, refusal(403, "PERMISSION_DENIED", "no"));
    fake.will("PUT", 403, refusal(403, "PERMISSION_DENIED", "no"));

    const auto made = bed.end_of(bed.queue.prepare());

    EXPECT_EQ(test::message_of(made.error()),
              "who makes topic mayhem of project shop-prod needs roles/pubsub.editor on the project");
}

}  // namespace
}  // namespace mayhem::queues
