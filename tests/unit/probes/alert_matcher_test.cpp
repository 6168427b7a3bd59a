// Proves that a matcher that Alertmanager would read is taken, and one that it would not is refused with a remedy.
#include "probes/alert_matcher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::probes {
namespace {

TEST(AlertMatcherTest, TakesWhatAlertmanagerReads) {
    for (const char* matcher : {R"(service="web")", R"(service!="web")", R"(severity=~"page|ticket")",
                                R"(instance!~"a:.*")", R"(_a1="")", R"(a="say \"hi\"")", R"(a="b=c!")"}) {
        EXPECT_EQ(find_matcher_fault(matcher), "") << matcher;
    }
}

TEST(AlertMatcherTest, RefusesWhatItDoesNot) {
    for (const char* matcher : {"", "service", "service web", R"(="web")", R"(1a="web")", R"(a-b="web")", R"(a b="c")",
                                "service=web", "service='web'", R"(service=")", R"(service="web)", R"(service="a"b")",
                                R"(service="a\")", R"(service!web)", R"(service=!"web")", R"({service="web"})"}) {
        EXPECT_NE(find_matcher_fault(matcher), "") << matcher;
    }
}

}  // namespace
}  // namespace mayhem::probes
