// Proves who asks name servers in place of everybody else, on texts as /etc/nsswitch.conf has them.
#include "actions/name_service.hpp"

#include <gtest/gtest.h>

namespace mayhem::actions {
namespace {

TEST(NameServiceTest, ANameIsAskedForByWhoeverNeedsItUnlessTheHostsLineSaysOtherwise) {
    EXPECT_EQ(who_asks_for_all("hosts: files dns\n", false), "");
    EXPECT_EQ(who_asks_for_all("", false), "");
    EXPECT_EQ(who_asks_for_all("passwd: files sss\nhosts: files dns\n", false), "") << "another line's";
    EXPECT_EQ(who_asks_for_all("hosts: files dns # resolve\n", false), "") << "a comment";
    EXPECT_EQ(who_asks_for_all("hosts: files resolved dns\n", false), "") << "a whole word";
}

TEST(NameServiceTest, KnowsWhoAsksForAll) {
    EXPECT_EQ(who_asks_for_all("# of systemd\nhosts:\tmymachines resolve [!UNAVAIL=return] files dns\n", false),
              "systemd-resolved (\"resolve\" in /etc/nsswitch.conf)");
    EXPECT_EQ(who_asks_for_all("hosts: files sss dns", false), "sssd (\"sss\" in /etc/nsswitch.conf)");
    EXPECT_EQ(who_asks_for_all("hosts: files dns\n", true), "nscd");
}

}  // namespace
}  // namespace mayhem::actions
