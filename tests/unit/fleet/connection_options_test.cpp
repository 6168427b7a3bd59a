// Proves what libpq is told of a connection: everything, so that it looks neither at the environment nor into a home
// folder, and TLS that is verified wherever what is sent could leave the host.
#include "fleet/connection_options.hpp"

#include <map>

#include <gtest/gtest.h>

namespace mayhem::fleet {
namespace {

link_settings settings() {
    return {.hosts = {},
            .dbname = "mayhem_shop",
            .user = "mayhem_web07",
            .password_file = "/etc/mayhem/fleet.pass",
            .ca = "/etc/mayhem/ca.pem"};
}

std::map<std::string, std::string> options(const link_settings& s, const endpoint& at, const std::string& address,
                                           const std::string& password = "secret") {
    std::map<std::string, std::string> found;
    for (const auto& [keyword, value] : connection_options(s, at, address, password)) {
        EXPECT_TRUE(found.emplace(keyword, value).second) << keyword << " is told twice";
        EXPECT_NE(value, "") << keyword << ": to libpq an empty value is none, and it looks elsewhere";
    }
    return found;
}

TEST(ConnectionOptionsTest, AFarHostIsConnectedToByAddressAndVerifiedByName) {
    auto told = options(settings(), {"db1.example", "5433"}, "10.0.0.7");

    EXPECT_EQ(told["host"], "db1.example");
    EXPECT_EQ(told["hostaddr"], "10.0.0.7");
    EXPECT_EQ(told["port"], "5433");
    EXPECT_EQ(told["dbname"], "mayhem_shop");
    EXPECT_EQ(told["user"], "mayhem_web07");
    EXPECT_EQ(told["password"], "secret");
    EXPECT_EQ(told["sslmode"], "verify-full");
    EXPECT_EQ(told["sslrootcert"], "/etc/mayhem/ca.pem");
    EXPECT_EQ(told["gssencmode"], "disable");
    EXPECT_EQ(told["target_session_attrs"], "read-write");
}

TEST(ConnectionOptionsTest, OnlyWhatIsLocalMayGoWithoutTlsAndThenOnlyWithoutACa) {
    link_settings without_ca = settings();
    without_ca.ca.clear();

    EXPECT_EQ(options(without_ca, {"127.0.0.1"}, "127.0.0.1")["sslmode"], "disable");
    EXPECT_EQ(options(without_ca, {"localhost"}, "::1")["sslmode"], "disable");
    EXPECT_EQ(options(settings(), {"/run/postgresql"}, "")["sslmode"], "disable");
    EXPECT_EQ(options(settings(), {"localhost"}, "127.0.0.1")["sslmode"], "verify-full");
    EXPECT_EQ(options(without_ca, {"db1.example"}, "127.0.0.1")["sslmode"], "verify-full");
}

TEST(ConnectionOptionsTest, WhatIsNotGivenIsNotLookedForInAHomeFolder) {
    auto told = options(settings(), {"/run/postgresql"}, "", "");

    for (const char* const keyword : {"passfile", "sslcert", "sslkey", "sslcrl"}) {
        EXPECT_EQ(told[keyword], no_file) << keyword;
    }
    EXPECT_FALSE(told.contains("hostaddr"));
    EXPECT_FALSE(told.contains("password"));
}

TEST(ConnectionOptionsTest, ACertificateOfOursIsShownWithItsKey) {
    link_settings s = settings();
    s.certificate = "/etc/mayhem/web07.crt";
    s.key = "/etc/mayhem/web07.key";

    auto told = options(s, {"db1.example"}, "10.0.0.7", "");

    EXPECT_EQ(told["sslcert"], s.certificate);
    EXPECT_EQ(told["sslkey"], s.key);
}

}  // namespace
}  // namespace mayhem::fleet
