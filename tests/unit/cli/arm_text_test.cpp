// Proves what an operator reads before he says yes: every file, every line of it, and what it means.
#include "cli/arm_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::cli {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

arm_plan nginx() {
    arm_plan p;
    p.config_file = "/etc/mayhem/mayhem.toml";
    p.group = "nginx";
    p.group_text = "[group.nginx]\ndriver = \"systemd\"\n";
    p.units = {{.unit = "nginx.service", .why_not = {}, .refused_now = {}, .reach = "nobody falls with it"}};
    p.mean = std::chrono::hours{4};
    p.verdict = "valid, 1 group, armed";
    return p;
}

}  // namespace

TEST(ArmTextTest, ShowsWhatIsToBeWritten) {
    EXPECT_EQ(to_text(nginx()),
              "Looked at:\n  nginx.service would come back; nobody falls with it\n\n"
              "To be added to /etc/mayhem/mayhem.toml:\n\n    [group.nginx]\n    driver = \"systemd\"\n\n"
              "This arms group 'nginx' and no other (dry_run = false in it): Mayhem will restart it every 4 h on "
              "average, at any hour. \"mayhem halt\" stops it at any time.\n");
}

TEST(ArmTextTest, ShowsTheRuleAndForWhom) {
    arm_plan p = nginx();
    p.user = "mayhem";
    p.rule_file = "/etc/polkit-1/rules.d/50-mayhem-nginx.rules";
    p.rule_text = "// Why.\nrule\n";

    EXPECT_THAT(to_text(p), HasSubstr("To be written to /etc/polkit-1/rules.d/50-mayhem-nginx.rules, because Mayhem "
                                      "runs as the user mayhem:\n\n    // Why.\n    rule\n"));
}

TEST(ArmTextTest, SaysWhatStandsInTheWayJustNow) {
    arm_plan p = nginx();
    p.units.push_back({.unit = "redis-server.service", .why_not = {}, .refused_now = "halted (halted)", .reach = {}});
    p.aliases = {"redis is redis-server.service"};
    p.hours = "09:00-17:00";
    p.warnings = {"look out"};

    const std::string text = to_text(p);

    EXPECT_THAT(text, HasSubstr("redis is redis-server.service.\n"));
    EXPECT_THAT(text, HasSubstr("redis-server.service would come back; not at this moment: halted (halted)\n"));
    EXPECT_THAT(text, HasSubstr("warning: look out\n"));
    EXPECT_THAT(text, HasSubstr("one of its units every 4 h on average, within 09:00-17:00."));
}

TEST(ArmTextTest, SaysHowADaemonGetsToKnowOfIt) {
    arm_plan p = nginx();
    EXPECT_THAT(how_to_start(p), HasSubstr("mayhem run -c /etc/mayhem/mayhem.toml"));
    p.is_service = true;
    EXPECT_THAT(how_to_start(p), HasSubstr("systemctl start mayhem"));
    p.daemon =
        running_daemon{.client = control_client("/s"), .pid = 7, .config = "/other.toml", .store = {}, .user = {}};
    EXPECT_THAT(how_to_start(p), HasSubstr("/other.toml"));
    EXPECT_THAT(written_text(p), HasSubstr("valid, 1 group, armed\nArmed: group 'nginx'"));
    EXPECT_THAT(written_text(p), Not(HasSubstr("dry run")));
}

}  // namespace mayhem::cli
