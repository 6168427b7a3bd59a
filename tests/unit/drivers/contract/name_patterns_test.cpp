// Proves what a list of patterns with exclusions means, and that it is seen when nothing is left of it.
#include "drivers/contract/name_patterns.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

TEST(NamePatternsTest, MatchesOneOfTheWantedAndNoneOfTheExcluded) {
    const name_patterns p({"web-*", "db", "!web-db", "!*-canary"});

    EXPECT_TRUE(p.match("web-1"));
    EXPECT_TRUE(p.match("db"));
    EXPECT_FALSE(p.match("web-db"));
    EXPECT_FALSE(p.match("web-1-canary"));
    EXPECT_FALSE(p.match("cache"));
}

TEST(NamePatternsTest, WantsEverythingIfItOnlyExcludes) {
    const name_patterns p({"!web-db"});

    EXPECT_TRUE(p.match("cache"));
    EXPECT_FALSE(p.match("web-db"));
    EXPECT_TRUE(name_patterns().match("anything"));
}

TEST(NamePatternsTest, KnowsWhenNothingIsLeft) {
    const auto nothing = [](const std::vector<std::string>& patterns) {
        return name_patterns(patterns).exclude_everything();
    };

    EXPECT_TRUE(nothing({"!*"}));
    EXPECT_TRUE(nothing({"web-1", "web-2", "!web-*"}));
    EXPECT_TRUE(nothing({"web-[12]", "!web-[12]"}));
    EXPECT_TRUE(nothing({"web-*", "!w*"}));
    EXPECT_FALSE(nothing({}));
    EXPECT_FALSE(nothing({"!web"}));
    EXPECT_FALSE(nothing({"web-*", "!web-?"})) << "web-12 is left";
    EXPECT_FALSE(nothing({"web", "db", "!db"}));
}

}  // namespace mayhem::drivers
