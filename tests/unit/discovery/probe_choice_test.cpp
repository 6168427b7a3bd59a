// Proves which probe is evident for who listens: a URL that answers, or else a connection, and never a request to what
// may be no web server.
#include "discovery/probe_choice.hpp"

#include <gtest/gtest.h>

namespace mayhem::app {

namespace {

std::string probe_of(std::vector<listener> listens) { return choose_probe(listens); }

}  // namespace

TEST(ProbeChoiceTest, AConnectionIsEvidentWhereSomebodyListens) {
    EXPECT_EQ(probe_of({{"127.0.0.1", 6379}}), R"({tcp = "127.0.0.1:6379"})");
    EXPECT_EQ(probe_of({{"::1", 5432}}), R"({tcp = "[::1]:5432"})");
    EXPECT_EQ(probe_of({{"127.0.0.1", 8080, "http://127.0.0.1:8080/health"}}),
              R"({http = "http://127.0.0.1:8080/health"})");
}

TEST(ProbeChoiceTest, OnePortIsAskedOnce) {
    EXPECT_EQ(probe_of({{"192.0.2.7", 6379}, {"::1", 6379}, {"127.0.0.1", 6379}}), R"({tcp = "127.0.0.1:6379"})");
    EXPECT_EQ(probe_of({{"127.0.0.1", 80}, {"192.0.2.7", 80, "http://192.0.2.7/"}}), R"({http = "http://192.0.2.7/"})");
}

TEST(ProbeChoiceTest, SeveralPortsMustAllAnswer) {
    EXPECT_EQ(probe_of({{"127.0.0.1", 443}, {"127.0.0.1", 80, "http://127.0.0.1/"}}),
              R"([{http = "http://127.0.0.1/"}, {tcp = "127.0.0.1:443"}])");
}

TEST(ProbeChoiceTest, NothingIsEvidentOfAPortThatIsDrawnAnew) {
    EXPECT_EQ(probe_of({}), "");
    EXPECT_EQ(probe_of({{"127.0.0.1", 40123}}), "");
}

TEST(ProbeChoiceTest, OnlyPortsOfWebServersAreAskedForTheirHealth) {
    EXPECT_TRUE(urls_to_try({"127.0.0.1", 6379}).empty());
    EXPECT_TRUE(urls_to_try({"127.0.0.1", 22}).empty());
    ASSERT_FALSE(urls_to_try({"127.0.0.1", 80}).empty());
    EXPECT_EQ(urls_to_try({"127.0.0.1", 80}).front(), "http://127.0.0.1/-/healthy");
    EXPECT_EQ(urls_to_try({"::1", 9090}).front(), "http://[::1]:9090/-/healthy");
}

}  // namespace mayhem::app
