// Proves what is read of a delivery's reply subject, old form and new, and what of JetStream's answers.
#include "queues/jetstream/jetstream_text.hpp"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(AckSubjectTest, IsReadInItsOldForm) {
    const auto read = parse_ack_subject("$JS.ACK.MAYHEM.mayhem-web-1.3.17.20.1700000000000000000.4");

    ASSERT_TRUE(read);
    EXPECT_EQ(read->stream, "MAYHEM");
    EXPECT_EQ(read->deliveries, 3);
    EXPECT_EQ(read->sequence, 17U);
}

TEST(AckSubjectTest, IsReadWithADomainAndAnAccountInFront) {
    const auto read = parse_ack_subject("$JS.ACK.hub.ABCDEF.MAYHEM.c.1.5.5.1700000000000000000.0.rnd");

    ASSERT_TRUE(read);
    EXPECT_EQ(read->stream, "MAYHEM");
    EXPECT_EQ(read->sequence, 5U);
}

TEST(AckSubjectTest, IsNoOtherSubject) {
    for (const char* const other : {"", "$JS.ACK", "_INBOX.a.b.c.d.e.f.g.h", "$JS.ACK.S.C.x.17.20.1.4",
                                    "$JS.ACK.S.C.1.x.20.1.4", "$JS.API.CONSUMER.MSG.NEXT.S.C.1.2"}) {
        EXPECT_FALSE(parse_ack_subject(other)) << other;
    }
}

TEST(SubjectTest, HasTheHostInItsPlace) {
    EXPECT_EQ(consumer_for("mayhem-{host}", "web-1.example"), "mayhem-web-1_example");
    EXPECT_EQ(subjects_of("mayhem.requests.{host}"), "mayhem.requests.>");
    EXPECT_EQ(subjects_of("restarts"), "restarts");
}

TEST(NackTextTest, HasItsDelayInNanoseconds) {
    EXPECT_EQ(nack_text(0s), "-NAK");
    EXPECT_EQ(nack_text(1500ms), R"(-NAK {"delay":1500000000})");
}

TEST(ApiAnswerTest, TellsWhatWentWrong) {
    EXPECT_EQ(parse_api_answer(R"({"type":"x","config":{}})").code, 0);
    const api_answer no =
        parse_api_answer(R"({"type":"x","error":{"code":404,"err_code":10059,"description":"stream not found"}})");
    EXPECT_EQ(no.code, 404);
    EXPECT_EQ(no.error_code, stream_not_found);
    EXPECT_EQ(no.error, "stream not found");
    EXPECT_EQ(parse_api_answer("half a {").code, 500);
    EXPECT_EQ(parse_api_answer("[]").code, 500);
    EXPECT_EQ(parse_api_answer(R"({"error":{"code":"x"}})").code, 500);
}

std::string info(const std::string& config) { return R"({"config":{)" + config + "}}"; }

TEST(ConsumerTest, MustBeAsTheConfigSays) {
    const jetstream_settings s{.lease = 30s};
    const auto trouble = [&s](const std::string& config) {
        return trouble_in_consumer(info(config), s, "mayhem.requests.web-1");
    };
    const std::string good = R"("ack_policy":"explicit","max_deliver":-1,"filter_subject":"mayhem.requests.web-1")";

    EXPECT_EQ(trouble(good + R"(,"ack_wait":30000000000)"), "");
    EXPECT_THAT(trouble(good + R"(,"ack_wait":5000000000)"), HasSubstr("has ack_wait 5 s, and lease is 30 s"));
    EXPECT_THAT(trouble(R"("ack_policy":"none","ack_wait":30000000000)"), HasSubstr("ack_policy = explicit"));
    EXPECT_THAT(trouble(R"("ack_policy":"explicit","ack_wait":30000000000,"max_deliver":5)"),
                HasSubstr("max_deliver = -1"));
    EXPECT_THAT(trouble(R"("ack_policy":"explicit","ack_wait":30000000000,"filter_subject":"x")"),
                HasSubstr("filters x"));
    EXPECT_THAT(trouble_in_consumer("nonsense", s, "x"), HasSubstr("ack_policy"));
}

}  // namespace
}  // namespace mayhem::queues
