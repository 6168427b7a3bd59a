// Proves which settings of a link are refused before anything is connected to.
#include "fleet/link_settings.hpp"

#include <gtest/gtest.h>

namespace mayhem::fleet {
namespace {

link_settings good() {
    return {.hosts = {{"db1.example"}}, .dbname = "mayhem_shop", .user = "mayhem_web07", .ca = "/etc/mayhem/ca.pem"};
}

TEST(LinkSettingsTest, GoodOnesHaveNoTrouble) {
    EXPECT_EQ(trouble_in(good()), "");

    link_settings local = good();
    local.hosts = {{"/run/postgresql"}, {"127.0.0.1"}, {"localhost"}};
    local.ca.clear();
    EXPECT_EQ(trouble_in(local), "");
}

TEST(LinkSettingsTest, AFarHostIsVerifiedOrNotSpokenTo) {
    link_settings s = good();
    s.hosts = {{"127.0.0.1"}, {"db1.example"}};
    s.ca.clear();

    EXPECT_EQ(trouble_in(s),
              "db1.example:5432 is not on this host, so its certificate is verified: name the file of who signed it");
}

TEST(LinkSettingsTest, WhatIsMissingIsNamed) {
    link_settings s = good();
    s.hosts.clear();
    EXPECT_NE(trouble_in(s).find("1 to 16 hosts"), std::string::npos);
    s.hosts.assign(17, {"127.0.0.1"});
    EXPECT_NE(trouble_in(s).find("not 17"), std::string::npos);

    s = good();
    s.dbname.clear();
    EXPECT_NE(trouble_in(s).find("lacks its name"), std::string::npos);

    s = good();
    s.user.clear();
    EXPECT_NE(trouble_in(s).find("user"), std::string::npos);

    s = good();
    s.certificate = "/etc/mayhem/web07.crt";
    EXPECT_NE(trouble_in(s).find("key"), std::string::npos);

    s = good();
    s.call_limit = {};
    EXPECT_NE(trouble_in(s).find("limit"), std::string::npos);
}

}  // namespace
}  // namespace mayhem::fleet
