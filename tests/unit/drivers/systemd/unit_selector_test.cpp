// Proves which services a selection means, and that what selects nothing, or something else than meant, is refused.
#include "drivers/systemd/unit_selector.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace mayhem::drivers {

TEST(UnitSelectorTest, MatchesNamesExactly) {
    const unit_selector s({"web.service", "db@1.service"});

    EXPECT_TRUE(s.matches("web.service"));
    EXPECT_TRUE(s.matches("db@1.service"));
    EXPECT_FALSE(s.matches("web2.service"));
    EXPECT_FALSE(s.matches("db@2.service"));
    EXPECT_FALSE(s.matches("my-web.service"));
    EXPECT_EQ(s.names(), (std::vector<std::string>{"web.service", "db@1.service"}));
    EXPECT_TRUE(s.names("web.service"));
    EXPECT_FALSE(unit_selector({"web*.service"}).names("web.service"));
}

TEST(UnitSelectorTest, MatchesWildcards) {
    const unit_selector s({"web-*.service", "db@[12].service", "a?.service"});

    EXPECT_TRUE(s.matches("web-7.service"));
    EXPECT_TRUE(s.matches("db@2.service"));
    EXPECT_TRUE(s.matches("ab.service"));
    EXPECT_FALSE(s.matches("web.service"));
    EXPECT_FALSE(s.matches("db@3.service"));
    EXPECT_FALSE(s.matches("abc.service"));
    EXPECT_TRUE(s.names().empty());
}

TEST(UnitSelectorTest, APatternMustMatchTheWholeName) {
    const unit_selector s({"re:web-[0-9]{1,3}\\.service|db.*", "re:(a|ab)(c|bcd)(d*)\\.service"});

    EXPECT_TRUE(s.matches("web-12.service"));
    EXPECT_TRUE(s.matches("db@x.service"));
    EXPECT_TRUE(s.matches("abcd.service"));
    EXPECT_FALSE(s.matches("web-1234.service"));
    EXPECT_FALSE(s.matches("my-web-1.service"));
    EXPECT_FALSE(s.matches("web-1xservice"));
    EXPECT_FALSE(s.matches("my-db.service"));
}

TEST(UnitSelectorTest, ExplainsWhatIsWrong) {
    const auto& why = unit_selector::why_wrong;

    EXPECT_EQ(why("web"), "lacks its suffix: did you mean \"web.service\"?");
    EXPECT_EQ(why("web.timer"), "is no service: only units whose names end in .service can be hit");
    EXPECT_EQ(why("web@.service"),
              "is a template, which never runs itself: write \"web@*.service\" for all its instances, or "
              "\"web@1.service\" for one");
    EXPECT_EQ(why("/etc/systemd/system/web.service"), "is a path: write the unit's name, such as \"web.service\"");
    EXPECT_EQ(why(""), "is empty: name a service");
    EXPECT_EQ(why(".service"), "is no name");
    EXPECT_EQ(why("re:"), "is empty: write a regular expression behind re:");
    EXPECT_EQ(why("re:web-\\d+\\.service"),
              "has \\d, which extended regular expressions do not know: use a bracket such as [0-9] or [[:alpha:]]");
    EXPECT_TRUE(why("re:(web").starts_with("is no extended regular expression: ")) << why("re:(web");
    for (const char* good : {"web.service", "*.service", "re:.*", "re:a\\.b{2}", "web@*.service"}) {
        EXPECT_EQ(why(good), "") << good;
    }
}

TEST(UnitSelectorTest, BoundsWhatAPatternMayCost) {
    EXPECT_EQ(unit_selector::why_wrong("re:" + std::string(unit_selector::expression_bytes_max, 'a')), "");
    EXPECT_EQ(unit_selector::why_wrong("re:" + std::string(unit_selector::expression_bytes_max + 1, 'a')),
              "is longer than 256 bytes");
    EXPECT_EQ(unit_selector::why_wrong("re:a{1000}"), "");
    EXPECT_EQ(unit_selector::why_wrong("re:a{1,1001}"), "repeats more than 1000 times");
    EXPECT_EQ(unit_selector::why_wrong("re:((a{100}){100}){100}"), "repeats more than 1000 times");
    EXPECT_EQ(unit_selector::why_wrong("re:a{99999999999999999999}"), "repeats more than 1000 times");
    EXPECT_EQ(unit_selector::why_wrong("re:a\\{2000"), "");
}

TEST(UnitSelectorTest, LeavesOutWhatIsExcluded) {
    const unit_selector s({"web-*.service", "db.service", "cache.service", "!web-db.service", "!web-*-canary.service",
                           "!re:web-[0-9]+\\.service", "!cache.service", "!never.service"});

    EXPECT_TRUE(s.matches("web-a.service"));
    EXPECT_TRUE(s.matches("db.service"));
    EXPECT_FALSE(s.matches("web-db.service"));
    EXPECT_FALSE(s.matches("web-a-canary.service"));
    EXPECT_FALSE(s.matches("web-7.service"));
    EXPECT_FALSE(s.matches("other.service")) << "what is not excluded is not selected by that";
    EXPECT_EQ(s.names(), (std::vector<std::string>{"db.service"}));
}

TEST(UnitSelectorTest, KnowsWhenNothingIsLeft) {
    const auto& nothing = unit_selector::exclude_everything;

    EXPECT_TRUE(nothing({}));
    EXPECT_TRUE(nothing({"!web.service"}));
    EXPECT_TRUE(nothing({"web.service", "!re:web.*"}));
    EXPECT_TRUE(nothing({"web-*.service", "db.service", "!web-*.service", "!d?.service"}));
    EXPECT_TRUE(nothing({"web-1*.service", "!web-*"}));
    EXPECT_TRUE(nothing({"re:web.*", "!re:web.*"}));
    EXPECT_TRUE(nothing({"re:web.*", "!*"}));
    EXPECT_FALSE(nothing({"web-*.service", "!web-?.service"}));
    EXPECT_FALSE(nothing({"web.service", "db.service", "!db.service"}));
    EXPECT_THROW(unit_selector({"web.service", "!web.service"}), std::invalid_argument);
}

TEST(UnitSelectorTest, ExplainsWhatIsWrongWithAnExclusion) {
    EXPECT_EQ(unit_selector::why_wrong("!web"), "lacks its suffix: did you mean \"web.service\"?");
    EXPECT_EQ(unit_selector::why_wrong("!!web.service"), "excludes an exclusion");
    EXPECT_EQ(unit_selector::why_wrong("!"), "is empty: name a service");
    EXPECT_EQ(unit_selector::why_wrong("!web-*.service"), "");
}

TEST(UnitSelectorTest, SelectsNothingByOmission) {
    EXPECT_THROW(unit_selector({}), std::invalid_argument);
    EXPECT_THROW(unit_selector({"web.service", ""}), std::invalid_argument);
}

}  // namespace mayhem::drivers
