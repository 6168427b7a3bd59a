// Proves that every event has a name, a sentence and JSON, and that what others wrote stays within its bounds.
#include "notify/event.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "notify/event_filter.hpp"
#include "unit/notify/events.hpp"

namespace mayhem::notify {
namespace {

using namespace std::chrono_literals;
using test::event_of_kind;

TEST(EventTest, NamesAreTheInverseOfParsing) {
    for (const std::string_view name : event_names) {
        const auto kind = parse_event_kind(name);
        ASSERT_TRUE(kind) << name;
        EXPECT_EQ(to_string(*kind), name);
    }
    EXPECT_FALSE(parse_event_kind("test"));
    EXPECT_FALSE(parse_event_kind(""));
}

TEST(EventTest, SaysWhatHappenedInASentence) {
    event e = event_of_kind(event_kind::restarted);
    e.length = 1250ms;
    const auto says = [&e](event_kind k) {
        e.kind = k;
        return summary(e);
    };

    EXPECT_EQ(says(event_kind::restarted), "db1: restarted nginx.service (group web)");
    EXPECT_EQ(says(event_kind::recovered), "db1: nginx.service (group web) recovered in 1.250 s");
    e.slower = core::slow_recovery{.usual = 300ms, .factor = 4.17};
    EXPECT_EQ(says(event_kind::recovered),
              "db1: nginx.service (group web) recovered in 1.250 s, slower than its usual: 4.2 x of 300 ms");
    EXPECT_EQ(says(event_kind::not_recovered),
              "db1: nginx.service (group web) did not recover within 1.2 s: it is <gone> & lost");
    EXPECT_EQ(says(event_kind::taken_over),
              "db1: nginx.service (group web) was restarted, and is somebody else's now: it is <gone> & lost");
    EXPECT_EQ(says(event_kind::breaker_opened),
              "db1: the breaker of group web opened: it is <gone> & lost; nothing is restarted in it any more, "
              "\"mayhem resume web\" closes it");
    EXPECT_EQ(says(event_kind::dead_lettered),
              "db1: gave up restarting nginx.service (group web) after 5 attempts: it is <gone> & lost");
    EXPECT_EQ(says(event_kind::halted), "db1: halted by root: it is <gone> & lost; nothing is restarted");
    EXPECT_EQ(says(event_kind::resumed), "db1: resumed by root: it is <gone> & lost");
    EXPECT_EQ(says(event_kind::test), "db1: a test of this notification; nothing has happened");
}

TEST(EventTest, CallsNobodyInSlack) {
    event e = event_of_kind(event_kind::restarted);
    e.target = "<!channel> & co";

    EXPECT_EQ(slack_summary(e), "db1: restarted &lt;!channel&gt; &amp; co (group web)");
}

TEST(EventTest, IsJsonWithWhatApplies) {
    event e = event_of_kind(event_kind::recovered);
    e.length = 1500ms;
    e.who.clear();
    e.target = "a \"quoted\" \\ \xff";

    const auto j = nlohmann::json::parse(to_json(e));

    EXPECT_EQ(j.at("event"), "recovered");
    EXPECT_EQ(j.at("at"), "2026-11-23T20:53:37Z");
    EXPECT_EQ(j.at("target"), "a \"quoted\" \\ \xef\xbf\xbd");
    EXPECT_EQ(j.at("seconds"), 1.5);
    EXPECT_EQ(j.at("attempt"), 5);
    EXPECT_FALSE(j.contains("who"));
    EXPECT_FALSE(j.contains("factor"));

    e.slower = core::slow_recovery{.usual = 300ms, .factor = 5};
    const auto slow = nlohmann::json::parse(to_json(e));
    EXPECT_EQ(slow.at("event"), "recovered");
    EXPECT_EQ(slow.at("usual_seconds"), 0.3);
    EXPECT_EQ(slow.at("factor"), 5);
}

TEST(EventTest, TextStaysOnOneLineAndIsCutBetweenCharacters) {
    EXPECT_EQ(one_line("a\nb\tc\x7f"), "a b c ");
    EXPECT_EQ(one_line("\u009b2J\u202ea\xff\u4f60"), " 2J a \u4f60");
    EXPECT_EQ(one_line(std::string(text_bytes_max + 1, 'x')).size(), text_bytes_max);
    EXPECT_EQ(one_line(std::string(text_bytes_max - 1, 'x') + "\xc3\xbc").size(), text_bytes_max - 1);
    EXPECT_EQ(one_line(std::string(text_bytes_max - 2, 'x') + "\xc3\xbc").size(), text_bytes_max);
}

TEST(EventFilterTest, PassesItsKindsAndGroups) {
    event_filter filter;
    EXPECT_TRUE(filter.passes(event_kind::restarted, "web"));
    EXPECT_FALSE(filter.passes(event_kind::recovered, "web"));
    EXPECT_FALSE(filter.passes(event_kind::recovered, false, "web"));
    EXPECT_TRUE(filter.passes(event_kind::recovered, true, "web")) << "slower than its usual is no good news";

    filter.groups = {"db"};
    EXPECT_FALSE(filter.passes(event_kind::restarted, "web"));
    EXPECT_TRUE(filter.passes(event_kind::restarted, "db"));
    EXPECT_TRUE(filter.passes(event_kind::halted, "")) << "concerns no group";

    filter.kinds = {event_kind::recovered};
    EXPECT_FALSE(filter.passes(event_kind::halted, ""));
    EXPECT_TRUE(filter.passes(event_kind::recovered, "db"));
}

}  // namespace
}  // namespace mayhem::notify
