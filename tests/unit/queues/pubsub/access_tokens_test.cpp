// Proves when a token is asked for, and that without one the reason is told, against a metadata server of our own.
#include "queues/pubsub/access_tokens.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_http_server.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::queues {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class AccessTokensTest : public ::testing::Test {
protected:
    ~AccessTokensTest() override {
        server_.stop();
        t_.run();
    }

    /// The token, or the reason why there is none.
    std::string get() {
        async::settled<std::string> got;
        t_.spawn("get", test::note(tokens_.get(), got));
        for (int i = 0; i < 100 && !got.has_value() && !got.error(); ++i) {
            t_.run_for(1ms);
        }
        return got.has_value() ? *got : test::message_of(got.error());
    }

    int status_ = 200;
    int given_ = 0;
    std::string answer_;
    test::virtual_loop t_;
    test::fake_http_server server_{
        t_.loop, "", [this](const std::string&) {
            ++given_;
            return test::http_reply(status_, answer_.empty() ? R"({"access_token":"ya29.)" + std::to_string(given_) +
                                                                   R"(","expires_in":3599,"token_type":"Bearer"})"
                                                             : answer_);
        }};
    access_tokens tokens_{t_.loop, {.metadata_url = server_.url("/computeMetadata/v1/token")}};
};

TEST_F(AccessTokensTest, AreTheMetadataServersUntilAMinuteBeforeTheyExpire) {
    EXPECT_EQ(get(), "ya29.1");
    EXPECT_EQ(get(), "ya29.1");
    t_.run_for(3538s);
    EXPECT_EQ(get(), "ya29.1");
    t_.run_for(2s);
    EXPECT_EQ(get(), "ya29.2");

    EXPECT_THAT(server_.requests().front(), HasSubstr("\r\nMetadata-Flavor: Google"));
    EXPECT_EQ(server_.requests().size(), 2U);
}

TEST_F(AccessTokensTest, ARefusedOneIsThrownAwayOnce) {
    EXPECT_EQ(get(), "ya29.1");

    tokens_.forget("ya29.1");
    EXPECT_EQ(get(), "ya29.2");
    tokens_.forget("ya29.1");

    EXPECT_EQ(get(), "ya29.2") << "who comes late with the old one";
}

TEST_F(AccessTokensTest, ManyWhoWaitShareOne) {
    async::settled<std::string> a;
    async::settled<std::string> b;
    t_.spawn("a", test::note(tokens_.get(), a));
    t_.spawn("b", test::note(tokens_.get(), b));
    t_.run_for(1s);

    EXPECT_EQ(*a, "ya29.1");
    EXPECT_EQ(*b, "ya29.1");
}

TEST_F(AccessTokensTest, TellsWhyThereIsNone) {
    status_ = 404;
    EXPECT_EQ(get(), "the metadata server has no access token (status 404): has this machine a service account?");
    status_ = 200;
    for (const char* nonsense : {"<html>", "{}", R"({"access_token":"x"})", R"({"access_token":"","expires_in":9})",
                                 R"({"access_token":"a\r\nb","expires_in":9})"}) {
        answer_ = nonsense;
        EXPECT_EQ(get(), "what should be an access token is none: is a proxy in between?") << nonsense;
    }
    answer_.clear();
    EXPECT_THAT(get(), HasSubstr("ya29."));
}

TEST_F(AccessTokensTest, ATokenThatExpiresAtOnceIsUsedOnce) {
    answer_ = R"({"access_token":"short","expires_in":30})";

    EXPECT_EQ(get(), "short");
    EXPECT_EQ(get(), "short");

    EXPECT_EQ(given_, 2);
}

}  // namespace
}  // namespace mayhem::queues
