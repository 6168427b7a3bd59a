// Proves how the host of a database is written, and which of them are taken for this host.
#include "fleet/endpoint.hpp"

#include <gtest/gtest.h>

namespace mayhem::fleet {
namespace {

endpoint read(const char* text) {
    const auto e = parse_endpoint(text);
    EXPECT_TRUE(e) << (e ? "" : e.error());
    return e ? *e : endpoint{};
}

TEST(EndpointTest, IsReadWithAndWithoutAPort) {
    EXPECT_EQ(read("db1.example:5433"), (endpoint{"db1.example", "5433"}));
    EXPECT_EQ(read("db1.example"), (endpoint{"db1.example", "5432"}));
    EXPECT_EQ(read("10.0.0.7:6432"), (endpoint{"10.0.0.7", "6432"}));
    EXPECT_EQ(read("[::1]:6432"), (endpoint{"::1", "6432"}));
    EXPECT_EQ(read("[fe80::1]"), (endpoint{"fe80::1", "5432"}));
    EXPECT_EQ(read("::1"), (endpoint{"::1", "5432"}));
    EXPECT_EQ(read("/run/postgresql"), (endpoint{"/run/postgresql", "5432"}));
    EXPECT_EQ(read("/run/postgresql:5433"), (endpoint{"/run/postgresql", "5433"}));
}

TEST(EndpointTest, IsWrittenAsItIsRead) {
    for (const char* const text : {"db1.example:5433", "[::1]:5432", "/run/postgresql:5432", "10.0.0.7:1"}) {
        EXPECT_EQ(describe(read(text)), text);
    }
}

TEST(EndpointTest, WhatIsNoneIsNamedWithTheRemedy) {
    for (const char* const text : {"", ":5432", "db1:", "db1:0", "db1:65536", "db1:x", "[::1", "[db1]:5432", "[::1]x",
                                   "[::1]:", "db1,db2:5432", "db 1:5432"}) {
        const auto e = parse_endpoint(text);
        ASSERT_FALSE(e) << text;
        EXPECT_EQ(e.error().find('"' + std::string(text) + '"'), 0U) << e.error();
        EXPECT_NE(e.error().find("write \"HOST:PORT\""), std::string::npos) << e.error();
    }
}

TEST(EndpointTest, IsLocalByHowItIsWritten) {
    for (const char* const host : {"/run/postgresql", "localhost", "127.0.0.1", "127.1.2.3", "::1"}) {
        EXPECT_TRUE(is_local({host})) << host;
    }
    for (const char* const host : {"db1.example", "10.0.0.7", "127.example", "127.0.0.1.example", "::2", "LOCALHOST"}) {
        EXPECT_FALSE(is_local({host})) << host;
    }
}

TEST(EndpointTest, AddressesAndTheLoopbackAreNotLookedUp) {
    EXPECT_EQ(known_addresses({"10.0.0.7"}), std::vector<std::string>{"10.0.0.7"});
    EXPECT_EQ(known_addresses({"::1"}), std::vector<std::string>{"::1"});
    EXPECT_EQ(known_addresses({"localhost"}), (std::vector<std::string>{"127.0.0.1", "::1"}));
    EXPECT_TRUE(known_addresses({"db1.example"}).empty());
}

}  // namespace
}  // namespace mayhem::fleet
