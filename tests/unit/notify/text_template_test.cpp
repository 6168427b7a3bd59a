// Proves that placeholders are filled in, and that wrong ones are named.
#include "notify/text_template.hpp"

#include <gtest/gtest.h>

#include "unit/notify/events.hpp"

namespace mayhem::notify {
namespace {

std::string render(std::string_view text) {
    const auto read = text_template::parse(text);
    return read ? read->render(test::event_of_kind(event_kind::dead_lettered)) : "error: " + read.error();
}

TEST(TextTemplateTest, FillsInWhatItKnows) {
    EXPECT_EQ(render("{event} of {target} in {group} on {host}"), "dead_lettered of nginx.service in web on db1");
    EXPECT_EQ(render("{attempt}|{seconds}|{who}"), "5||root");
    EXPECT_EQ(render("{at}"), "2026-11-23T20:53:37Z");
    EXPECT_EQ(render(""), "");
    EXPECT_EQ(render("plain"), "plain");
    for (const std::string_view name : placeholder_names()) {
        EXPECT_TRUE(text_template::parse("{" + std::string(name) + "}")) << name;
    }
}

TEST(TextTemplateTest, FillsInOnce) {
    event e = test::event_of_kind(event_kind::restarted);
    e.target = "{who}";

    EXPECT_EQ(text_template::parse("{target}")->render(e), "{who}");
}

TEST(TextTemplateTest, DoubledBracesAreBraces) {
    EXPECT_EQ(render("{{{group}}}"), "{web}");
    EXPECT_EQ(render("a } b"), "a } b");
}

TEST(TextTemplateTest, NamesWhatIsNoPlaceholder) {
    EXPECT_EQ(render("{grop}"), "error: {grop} is no placeholder: did you mean {group}?");
    EXPECT_EQ(render("{token}").substr(0, 34), "error: {token} is no placeholder: ");
    EXPECT_EQ(render("x {group"), "error: a \"{\" is not closed: write {{ for a brace");
}

}  // namespace
}  // namespace mayhem::notify
