// Proves which URLs a request can go to, and that what is wrong with another one is told without quoting it.
#include "http/url.hpp"

#include <gtest/gtest.h>

namespace mayhem::http {
namespace {

TEST(UrlTest, TakesWhatARequestCanGoTo) {
    for (const char* url :
         {"http://x", "https://x/", "http://127.0.0.1:1/a?b=c#d", "http://[::1]:65535/", "http://a:b@host/",
          "https://hooks.example.org/services/T0/B0/X", "http://\u00e9.example/"}) {
        EXPECT_EQ(find_fault(url), "") << url;
    }
}

TEST(UrlTest, SaysWhatIsWrongWithTheOthers) {
    const std::string scheme = "must begin with http:// or https:// and contain no space";
    const std::string host = "must name a host after the //, such as http://127.0.0.1:8080/";
    const std::string port = "must have a port of 1 to 65535, or none";

    for (const char* url :
         {"", "x", "ftp://x", "HTTP://x", "http:/x", "http:x", "http://a b", " http://x", "http://a\nb"}) {
        EXPECT_EQ(find_fault(url), scheme) << url;
    }
    for (const char* url : {"http://", "https:///path", "http://[::1/", "http://a:b@/", "http://:80/", "http://?x"}) {
        EXPECT_EQ(find_fault(url), host) << url;
    }
    for (const char* url : {"http://x:99999999/", "http://x:65536", "http://x:0/", "http://x:-1/", "http://x:http/"}) {
        EXPECT_EQ(find_fault(url), port) << url;
    }
}

TEST(UrlTest, KnowsTheLoopbackByHowItIsWritten) {
    for (const char* url : {"http://127.0.0.1:8085", "https://localhost/", "http://[::1]:1/v1", "http://127.9.9.9"}) {
        EXPECT_TRUE(is_loopback(url)) << url;
    }
    for (const char* url : {"https://pubsub.googleapis.com", "http://127.0.0.1.example/", "http://localhost.example",
                            "http://127.0.0.1@example.org/", "http://10.0.0.1", "http://[::2]", "x"}) {
        EXPECT_FALSE(is_loopback(url)) << url;
    }
}

TEST(UrlTest, QuotesNothing) {
    for (const char* url : {"http://SECRET:SECRET@/SECRET", "SECRET", "http://SECRET:SECRET", "http://SECRET<>/"}) {
        EXPECT_NE(find_fault(url), "") << url;
        EXPECT_EQ(find_fault(url).find("SECRET"), std::string::npos) << find_fault(url);
    }
}

}  // namespace
}  // namespace mayhem::http
