// Proves how an answer is put together from its pieces: interim heads are forgotten, and what is too large is not kept.
#include "http/response_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::http {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

}  // namespace

TEST(ResponseReaderTest, PutsHeadersAndBodyTogether) {
    response_reader reader(1000);

    EXPECT_TRUE(reader.take_header("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(reader.take_header("Server: \t Docker\r\n"));
    EXPECT_TRUE(reader.take_header("Empty:\r\n"));
    EXPECT_TRUE(reader.take_header("without a colon\r\n"));
    EXPECT_FALSE(reader.is_head_complete());
    EXPECT_TRUE(reader.take_header("\r\n"));
    EXPECT_TRUE(reader.is_head_complete());
    EXPECT_TRUE(reader.take_body("ab"));
    EXPECT_TRUE(reader.take_body("cd"));
    const response r = reader.take(200);

    EXPECT_EQ(r.status, 200);
    EXPECT_THAT(r.headers, ElementsAre(Pair("Server", "Docker"), Pair("Empty", "")));
    EXPECT_EQ(r.body, "abcd");
}

TEST(ResponseReaderTest, ForgetsTheHeadOfAnInterimAnswer) {
    response_reader reader(1000);
    ASSERT_TRUE(reader.take_header("HTTP/1.1 103 Early Hints\r\n"));
    ASSERT_TRUE(reader.take_header("Link: </style.css>\r\n"));
    ASSERT_TRUE(reader.take_header("\r\n"));

    EXPECT_TRUE(reader.take_header("HTTP/1.1 204 No Content\r\n"));

    EXPECT_FALSE(reader.is_head_complete()) << "the head of the answer itself has only begun";
    EXPECT_THAT(reader.take(204).headers, IsEmpty());
}

TEST(ResponseReaderTest, TakesAsMuchAsItMayAndNotAByteMore) {
    response_reader reader(10);

    EXPECT_TRUE(reader.take_header("a: b\r\n"));
    EXPECT_TRUE(reader.take_body("1234"));
    EXPECT_FALSE(reader.is_too_large());
    EXPECT_FALSE(reader.take_body("5"));
    EXPECT_TRUE(reader.is_too_large());
    EXPECT_FALSE(reader.take_header("")) << "once too large, nothing more is taken";

    EXPECT_EQ(reader.take(200).body, "1234");
}

}  // namespace mayhem::http
