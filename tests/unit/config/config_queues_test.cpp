// Proves how [queue.NAME] is read: what it needs, what it presumes, and that each error says where it is and what is
// meant.
#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config_support.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string group = "[group.web]\ndriver = \"simulated\"\n";
const std::string jetstream = "[queue.ci]\ndriver = \"jetstream\"\nservers = [\"nats://127.0.0.1:4222\"]\n";
const std::string pubsub = "[queue.ci]\ndriver = \"pubsub\"\nproject = \"shop-prod\"\n";
const std::string groups = "groups = [\"web\"]\n";

std::vector<std::string> errors(const std::string& queue) { return test::errors_of(queue + group); }

TEST(ConfigQueuesTest, ReadsAQueueOfJetstreamWithItsDefaults) {
    const config c = test::read(jetstream + groups + group);

    ASSERT_EQ(c.request_queues.size(), 1U);
    const request_queue_config& q = c.request_queues.front();
    EXPECT_EQ(q.name, "ci");
    EXPECT_THAT(q.policy.groups, ElementsAre("web"));
    EXPECT_THAT(q.policy.askers, IsEmpty());
    EXPECT_EQ(q.max_in_flight, 16U);
    const auto& s = std::get<queues::jetstream_settings>(q.broker);
    EXPECT_EQ(s.stream, "MAYHEM");
    EXPECT_EQ(s.subject, "mayhem.requests.{host}");
    EXPECT_EQ(s.consumer, "mayhem-{host}");
    EXPECT_EQ(s.lease, 30s);
}

TEST(ConfigQueuesTest, ReadsAQueueOfPubsubWithItsDefaults) {
    const config c = test::read(pubsub + groups + group);

    const auto& s = std::get<queues::pubsub_settings>(c.request_queues.front().broker);
    EXPECT_EQ(s.project, "shop-prod");
    EXPECT_EQ(s.subscription, "mayhem-{host}");
    EXPECT_EQ(s.endpoint, "https://pubsub.googleapis.com");
    EXPECT_EQ(s.lease, 30s);
}

TEST(ConfigQueuesTest, StandsBesideTheKeysOfTheDaemonsOwnQueue) {
    const config c = test::read("[queue]\ncapacity = 7\n" + jetstream + groups + group);

    EXPECT_EQ(c.queue_capacity, 7U);
    EXPECT_EQ(c.request_queues.size(), 1U);
}

TEST(ConfigQueuesTest, OpensNoGroupThatIsNotNamed) {
    EXPECT_THAT(errors(jetstream),
                Contains(HasSubstr("groups is missing: of which groups something may be asked for")));
    EXPECT_THAT(errors(jetstream + "groups = [\"wbe\"]\n"),
                Contains(HasSubstr("there is no group \"wbe\" in this file: did you mean \"web\"?")));
}

TEST(ConfigQueuesTest, NeedsADriver) {
    EXPECT_THAT(errors("[queue.ci]\n" + groups), Contains(HasSubstr("driver is missing: \"jetstream\" or \"pubsub\"")));
    EXPECT_THAT(errors("[queue.ci]\ndriver = \"kafka\"\n" + groups), Contains(HasSubstr("kafka")));
}

TEST(ConfigQueuesTest, ServersAreAddressesWithoutASecret) {
    for (const char* const wrong : {"127.0.0.1:4222", "http://127.0.0.1:4222", "nats://me:secret@host:4222"}) {
        EXPECT_THAT(errors("[queue.ci]\ndriver = \"jetstream\"\nservers = [\"" + std::string(wrong) + "\"]\n" + groups),
                    Contains(HasSubstr("must be nats://HOST:PORT or tls://HOST:PORT")))
            << wrong;
    }
}

TEST(ConfigQueuesTest, NamesOfJetstreamHaveNoWildcard) {
    EXPECT_THAT(errors(jetstream + groups + "subject = \"mayhem.>\"\n"), Contains(HasSubstr("without wildcards")));
    EXPECT_THAT(errors(jetstream + groups + "stream = \"A.B\"\n"), Contains(HasSubstr("a name of JetStream")));
}

TEST(ConfigQueuesTest, WhatBelongsTogetherComesTogether) {
    EXPECT_THAT(errors(jetstream + groups + "user = \"mayhem\"\n"),
                Contains(HasSubstr("user and password_file belong together")));
    EXPECT_THAT(errors(jetstream + groups + "key = \"/k\"\n"), Contains(HasSubstr("certificate and key")));
}

TEST(ConfigQueuesTest, TokensAreSentOverTlsAlone) {
    EXPECT_THAT(errors(pubsub + groups + "endpoint = \"http://example.com\"\n"),
                Contains(HasSubstr("must begin with https://")));
    EXPECT_THAT(errors(pubsub + groups + "endpoint = \"http://127.0.0.1:8085\"\n"), IsEmpty());
}

TEST(ConfigQueuesTest, AKeyOfTheOtherDriverIsExplained) {
    EXPECT_THAT(errors(pubsub + groups + "stream = \"X\"\n"),
                Contains(HasSubstr("it belongs to queues with driver = \"jetstream\"")));
}

TEST(ConfigQueuesTest, HoldsNotMoreRequestsThanLeavesRoomForOperators) {
    std::string two = jetstream + groups + "max_in_flight = 20\n";
    two += "[queue.other]\ndriver = \"pubsub\"\nproject = \"p\"\n" + groups + "max_in_flight = 20\n";

    EXPECT_THAT(errors(two), Contains(HasSubstr("must not be more than 32 together, and is 40")));
}

TEST(ConfigQueuesTest, AWordThatIsNoQueueIsStillAMistake) {
    EXPECT_THAT(errors("[queue]\ncapacty = 7\n"), Contains(HasSubstr("did you mean \"capacity\"?")));
    EXPECT_THAT(errors("[queue.\"a b\"]\ndriver = \"jetstream\"\n"), Contains(HasSubstr("a name has 1 to 64 of")));
}

}  // namespace
}  // namespace mayhem::app
