// Proves what a request is called in errors, how text becomes part of a URL, and how headers are found.
#include "http/request.hpp"

#include <gtest/gtest.h>

namespace mayhem::http {

TEST(RequestTest, IsCalledByMethodUrlAndSocket) {
    EXPECT_EQ(to_string(request{.url = "http://a/b"}), "GET http://a/b");
    EXPECT_EQ(to_string(request{.method = "POST", .url = "http://d/x", .unix_socket = "/run/s"}),
              "POST http://d/x over /run/s");
}

TEST(RequestTest, EncodesWhatIsNotUnreserved) {
    EXPECT_EQ(encode("azAZ09-._~"), "azAZ09-._~");
    EXPECT_EQ(encode("a/b?c=d e%"), "a%2Fb%3Fc%3Dd%20e%25");
    EXPECT_EQ(encode("\xc3\xa4"), "%C3%A4");
}

TEST(ResponseTest, FindsHeadersInAnyCase) {
    const response r{.status = 204, .headers = {{"Server", "Docker"}, {"server", "other"}}, .body = {}};

    EXPECT_EQ(r.header("SERVER"), "Docker");
    EXPECT_EQ(r.header("Age"), "");
    EXPECT_TRUE(r.is_success());
}

}  // namespace mayhem::http
