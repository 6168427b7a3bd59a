// Proves that a request is read strictly: what is not as it should be is told with its key, and nothing is guessed.
#include "requests/request.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/core/text/moment_text.hpp"

namespace mayhem::requests {
namespace {

using testing::HasSubstr;

const std::string whole =
    R"({"id":"deploy-4711","host":"web-1","group":"web","by":"ci","target":"web@1","action":"restart","until":"2026-11-23T22:15:00Z"})";

std::string complaint(const std::string& body) {
    const core::result<request> read = parse_request(body);
    return read ? "none" : read.error();
}

TEST(RequestTest, IsReadWithAllItsKeys) {
    const core::result<request> read = parse_request(whole);

    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, (request{.id = "deploy-4711",
                              .host = "web-1",
                              .group = "web",
                              .by = "ci",
                              .target = "web@1",
                              .match = {},
                              .action = "restart",
                              .until = core::parse_moment("2026-11-23T22:15:00Z")}));
}

TEST(RequestTest, IsWrittenAsItIsRead) {
    const core::result<request> read = parse_request(whole);
    ASSERT_TRUE(read);
    const core::result<request> again = parse_request(to_json(*read));
    ASSERT_TRUE(again) << again.error();

    EXPECT_EQ(*read, *again);
}

TEST(RequestTest, NeedsItsIdItsHostItsGroupAndWhoAsks) {
    EXPECT_EQ(complaint(R"({"host":"h","group":"g","by":"b"})"), "id is missing");
    EXPECT_EQ(complaint(R"({"id":"i","group":"g","by":"b"})"), "host is missing");
    EXPECT_EQ(complaint(R"({"id":"i","host":"h","by":"b"})"), "group is missing");
    EXPECT_EQ(complaint(R"({"id":"i","host":"h","group":"g"})"), "by is missing");
    EXPECT_EQ(complaint(R"({"id":"i","host":"h","group":"g","by":"b"})"), "none");
}

TEST(RequestTest, NamesTheKeyThatIsWrong) {
    const auto with = [](const std::string& more) {
        return complaint(R"({"id":"i","host":"h","group":"g","by":"b",)" + more + "}");
    };
    EXPECT_EQ(with(R"("target":7)"), "target: must be a text, and is number");
    EXPECT_EQ(with(R"("target":"")"), "target: must have 1 to 256 bytes, and has 0");
    EXPECT_EQ(with(R"("target":"a\u001b[2J")"), "target: must not have control characters");
    EXPECT_EQ(with(R"("match":null)"), "match: must be a text, and is null");
    EXPECT_EQ(with(R"("target":"a","match":"b")"), "give target or match, not both");
    EXPECT_THAT(with(R"("until":"tomorrow")"), HasSubstr("until: must be a moment such as"));
    EXPECT_EQ(with(R"("targt":"a")"), "targt: there is no such key: did you mean target?");
}

TEST(RequestTest, IsAnObjectOfAFewKilobytes) {
    EXPECT_EQ(complaint("restart it"), "it is not JSON");
    EXPECT_EQ(complaint(R"(["id"])"), "it must be a JSON object, and is array");
    EXPECT_EQ(complaint(std::string(1000, '[')), "it is not JSON");
    EXPECT_EQ(complaint(std::string(request_bytes_max + 1, ' ')), "it has 16385 bytes: at most 16384 are read");
}

TEST(MessageIdTest, IsTheSameForTheSameRequestForEver) {
    EXPECT_EQ(message_id("a1").to_string(), "d2e43591-3ffe-8186-bce2-2b9f450ba681");
    EXPECT_EQ(message_id("a1"), message_id("a1"));
}

TEST(MessageIdTest, DiffersFromRequestToRequest) {
    std::set<core::uuid> ids;
    for (int i = 0; i < 20'000; ++i) {
        ids.insert(message_id("deploy-" + std::to_string(i)));
    }

    EXPECT_EQ(ids.size(), 20'000U);
}

}  // namespace
}  // namespace mayhem::requests
