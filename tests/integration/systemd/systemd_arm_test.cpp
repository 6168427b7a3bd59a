// Proves that one command arms a unit of a service that may do nothing by itself, from its bare name to the first
// restart, and that whatever cannot be armed leaves every file as it was. With the real program, systemd and polkit, in
// tests/support/systemd_bed.sh and nowhere else.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/systemd/systemd_run.hpp"

namespace mayhem::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// The service as the package has it, as far as arming goes: another user's, with a config of its own.
class own_service {
public:
    static constexpr const char* config = "/etc/mayhem/mayhem.toml";

    own_service()
        : before_(
              "# kept, byte for byte\nstore.path = \"/var/lib/mayhem-bed/mayhem.db\"\n\n[group.other]  \n"
              "driver = \"simulated\"\nmean_time_between = \"1d\"") {
        std::filesystem::create_directories("/etc/mayhem");
        std::ofstream(config) << before_;
        std::ofstream("/run/systemd/system/mayhem.service")
            << "[Service]\nType=notify\nUser=games\nRuntimeDirectory=mayhem\nStateDirectory=mayhem-bed\nExecStart="
            << mayhem << " run -c " << config << "\nExecReload=/bin/kill -HUP $MAINPID\n";
        in_bed("systemctl daemon-reload; systemctl start mayhem.service");
    }
    ~own_service() {
        (void)std::system(
            "systemctl stop mayhem.service; rm -f /run/systemd/system/mayhem.service /etc/mayhem/mayhem.toml "
            "/etc/polkit-1/rules.d/50-mayhem-*; rm -rf /var/lib/mayhem-bed; systemctl daemon-reload");
    }
    own_service(const own_service&) = delete;
    own_service& operator=(const own_service&) = delete;

    [[nodiscard]] const std::string& before() const noexcept { return before_; }
    [[nodiscard]] static std::string now() { return read_text(config); }

private:
    const std::string before_;
};

std::string rule_of(const std::string& group) { return "/etc/polkit-1/rules.d/50-mayhem-" + group + ".rules"; }

std::size_t count_rules() {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/etc/polkit-1/rules.d")) {
        count += entry.path().filename().string().starts_with("50-mayhem-") ? 1U : 0U;
    }
    return count;
}

TEST(SystemdArmTest, ABareNameIsEnoughForTheFirstProvenRestart) {
    const own_service service;
    const test_unit web("mayhem-bed-web.service");
    const auto began = std::chrono::steady_clock::now();

    const finished armed = run({mayhem, "arm", "--yes", "--wait", "mayhem-bed-web"});

    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    std::cerr << "arm --wait took " << took.count() << " ms\n" << armed.out;
    EXPECT_EQ(armed.ended, "exit 0") << armed.log << armed.out;
    EXPECT_THAT(armed.out, HasSubstr("Armed: group 'mayhem-bed-web', and no other that was not."));
    EXPECT_THAT(armed.out, HasSubstr("Restarted mayhem-bed-web.service in group 'mayhem-bed-web', back after "));
    EXPECT_EQ(web.lives().size(), 2U);
    EXPECT_THAT(own_service::now(), StartsWith(service.before() + "\n"));
    EXPECT_THAT(own_service::now(), HasSubstr("units = [\"mayhem-bed-web.service\"]\ndry_run = false\n"));
    EXPECT_THAT(read_text(rule_of("mayhem-bed-web")), HasSubstr("subject.user == \"games\""));
    const finished checked = run({mayhem, "check", own_service::config});
    EXPECT_EQ(checked.ended, "exit 0");
    EXPECT_THAT(checked.out, HasSubstr("valid, 2 groups, armed in 1 of 2 groups: mayhem-bed-web"));
    EXPECT_THAT(run({mayhem, "status", "--socket", "/run/mayhem/control.sock"}).out, HasSubstr("Dry run: other\n"));
}

TEST(SystemdArmTest, ToShowChangesNothing) {
    const own_service service;
    const test_unit web("mayhem-bed-web.service");

    const finished shown = run({mayhem, "arm", "--print", "mayhem-bed-web.service"});
    const finished unasked = run({mayhem, "arm", "mayhem-bed-web"});

    EXPECT_EQ(shown.ended, "exit 0") << shown.log;
    EXPECT_THAT(shown.out, HasSubstr("    [group.mayhem-bed-web]\n"));
    EXPECT_THAT(shown.out, HasSubstr("    polkit.addRule("));
    EXPECT_THAT(shown.out, HasSubstr("every 4 h on average, at any hour."));
    EXPECT_THAT(shown.out, HasSubstr("With hours = "));
    EXPECT_THAT(run({mayhem, "arm", "--print", "--hours", "09:00-17:00", "mayhem-bed-web"}).out,
                HasSubstr("within 09:00-17:00."));
    EXPECT_THAT(shown.out, HasSubstr("arms group 'mayhem-bed-web' and no other"));
    EXPECT_EQ(unasked.ended, "exit 64");
    EXPECT_THAT(unasked.log, HasSubstr("--yes"));
    EXPECT_EQ(own_service::now(), service.before());
    EXPECT_EQ(count_rules(), 0U);
    EXPECT_EQ(web.lives().size(), 1U);
}

TEST(SystemdArmTest, WhatCannotBeArmedLeavesEverythingAsItWas) {
    const own_service service;
    const test_unit one("mayhem-bed-web@1.service");
    const test_unit two("mayhem-bed-web@2.service");
    const test_unit bound("mayhem-bed-bound.service", "Restart=always\n", "BindsTo=mayhem-bed-web@1.service\n");
    const test_unit stopped("mayhem-bed-stopped.service", "", "", false);
    const auto refusal = [](const std::vector<std::string>& arguments) {
        std::vector<std::string> command{mayhem, "arm", "--yes"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        const finished f = run(command);
        EXPECT_EQ(f.ended, "exit 1") << f.out;
        return f.log;
    };

    EXPECT_THAT(refusal({"mayhem-bed-web"}), HasSubstr("mayhem-bed-web@1.service, mayhem-bed-web@2.service"));
    EXPECT_THAT(refusal({"mayhem-bed-nothing"}), HasSubstr("there is no service 'mayhem-bed-nothing'"));
    EXPECT_THAT(refusal({"dbus"}), HasSubstr("D-Bus"));
    EXPECT_THAT(refusal({"mayhem-bed-stopped"}), HasSubstr("it is not running"));
    EXPECT_THAT(refusal({"mayhem-bed-web@2", "mayhem-bed-web@1"}), HasSubstr("mayhem-bed-bound.service (BindsTo="));
    EXPECT_THAT(refusal({"--group", "other", "mayhem-bed-web@2"}), HasSubstr("there is a group 'other'"));

    EXPECT_EQ(own_service::now(), service.before());
    EXPECT_EQ(count_rules(), 0U);
    EXPECT_EQ(one.lives().size() + two.lives().size(), 2U);
}

TEST(SystemdArmTest, WhatIsArmedAlreadyIsSaidAndNotArmedTwice) {
    const own_service service;
    const test_unit web("mayhem-bed-web.service");
    ASSERT_EQ(run({mayhem, "arm", "--yes", "mayhem-bed-web"}).ended, "exit 0");
    const std::string after = own_service::now();

    const finished again = run({mayhem, "arm", "--yes", "--group", "more", "mayhem-bed-web"});

    EXPECT_EQ(again.ended, "exit 1");
    EXPECT_THAT(again.log, HasSubstr("mayhem-bed-web.service is in group 'mayhem-bed-web'"));
    EXPECT_EQ(own_service::now(), after);
}

TEST(SystemdArmTest, WhereNoDaemonRunsItSaysHowToStartOne) {
    const own_service service;
    const test_unit web("mayhem-bed-web.service");
    in_bed("systemctl stop mayhem.service");

    const finished armed = run({mayhem, "arm", "--yes", "mayhem-bed-web"});

    EXPECT_EQ(armed.ended, "exit 0") << armed.log;
    EXPECT_THAT(armed.out, HasSubstr("systemctl start mayhem"));
    EXPECT_THAT(read_text(rule_of("mayhem-bed-web")), HasSubstr("\"games\""));
    EXPECT_THAT(armed.out, Not(HasSubstr("back after")));
}

TEST(SystemdArmTest, AFileThatTakesNoGroupAtItsEndStaysAsItIs) {
    const own_service service;
    const test_unit web("mayhem-bed-web.service");
    const std::string inlined = "group = {other = {driver = \"simulated\"}}\n";
    std::ofstream(own_service::config) << inlined;

    const finished refused = run({mayhem, "arm", "--yes", "mayhem-bed-web"});

    EXPECT_EQ(refused.ended, "exit 78") << refused.out;
    EXPECT_THAT(refused.log, HasSubstr("write this into it by hand"));
    EXPECT_EQ(own_service::now(), inlined);
    EXPECT_EQ(count_rules(), 0U);
}

}  // namespace
}  // namespace mayhem::testing
