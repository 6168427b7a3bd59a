// Proves that a rule allows one user one verb on the units that are named, however they are called.
#include "drivers/systemd/polkit_rule.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

TEST(PolkitRuleTest, PrintsTheOneThatIsMissing) {
    EXPECT_EQ(
        polkit_rule("web.service", systemd_action::kill, "mayhem"),
        R"(polkit.addRule(function(action, subject) { if (action.id == "org.freedesktop.systemd1.manage-units" && )"
        R"(subject.user == "mayhem" && action.lookup("unit") == "web.service" && action.lookup("verb") == "kill") )"
        R"({ return polkit.Result.YES; } });)");
}

TEST(PolkitRuleTest, AFileAllowsAllUnitsOfAGroup) {
    EXPECT_EQ(polkit_rules_file({"nginx.service", "redis-server.service"}, systemd_action::restart, "mayhem", "Why."),
              "// Why.\n"
              "polkit.addRule(function (action, subject) {\n"
              "    var units = [\"nginx.service\", \"redis-server.service\"];\n"
              "    if (action.id == \"org.freedesktop.systemd1.manage-units\" && subject.user == \"mayhem\" &&\n"
              "        action.lookup(\"verb\") == \"try-restart\" && units.indexOf(action.lookup(\"unit\")) >= 0) {\n"
              "        return polkit.Result.YES;\n"
              "    }\n"
              "});\n");
}

TEST(PolkitRuleTest, AnEscapedNameStaysThatName) {
    EXPECT_NE(polkit_rules_file({R"(a\x2db.service)"}, systemd_action::restart, "m", "w").find(R"("a\\x2db.service")"),
              std::string::npos);
}

}  // namespace mayhem::drivers
