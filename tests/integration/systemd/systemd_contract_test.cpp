// Proves that the systemd driver keeps the contract of all drivers, and what is special about it, on units of its own
// in a real systemd: the program runs in tests/support/systemd_bed.sh, and nowhere else.
#include <optional>
#include <string>
#include <vector>

#include "drivers/systemd/systemd_driver.hpp"
#include "integration/daemon/program.hpp"
#include "integration/drivers/driver_contract.hpp"
#include "integration/systemd/systemd_units.hpp"
#include "support/may_act.hpp"

namespace mayhem::drivers {

namespace {

using testing::in_bed;
using testing::test_unit;

void tell_nobody(std::string_view) {}

template <systemd_action Action>
class systemd_bed : public driver_bed {
public:
    std::unique_ptr<ports::driver> make_driver() override {
        return std::make_unique<systemd_driver>(
            systemd_driver_settings{.units = {"mayhem-bed-web.service"}, .action = Action}, tell_nobody);
    }

    void create_target() override { unit_.emplace("mayhem-bed-web.service"); }
    void vanish_target() override { unit_.reset(); }

private:
    std::optional<test_unit> unit_;
};

class SystemdDriverTest : public ::testing::Test {
protected:
    systemd_driver make(systemd_driver_settings settings) {
        return {std::move(settings), [this](std::string_view text) { told_.emplace_back(text); }};
    }

    core::target seen(const std::string& unit) {
        systemd_driver all({.units = {unit}, .allow_dead = true}, tell_nobody);
        return run_task(loop_, all.list()).at(0);
    }

    const std::string name_ = "mayhem-bed-own.service";
    std::vector<std::string> told_;
    async::real_clock clock_;
    async::loop loop_{clock_};
};

}  // namespace

using systemd_beds = ::testing::Types<systemd_bed<systemd_action::restart>, systemd_bed<systemd_action::kill>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Systemd, DriverContractTest, systemd_beds);

TEST_F(SystemdDriverTest, SparesAUnitThatWouldStayDead) {
    const test_unit unit(name_);
    systemd_driver driver = make({.units = {name_}, .action = systemd_action::kill});
    const core::target t = run_task(loop_, driver.list()).at(0);
    unit.write("Restart=no\n");

    const ports::act_result result = run_task(loop_, driver.restart(t, test::may_act));

    EXPECT_EQ(result.refused_by, core::guard::would_stay_dead);
    EXPECT_EQ(result.trouble,
              "with Restart=no systemd does not restart it after SIGKILL: give it Restart=always, or use action = "
              "\"restart\"");
    EXPECT_THROW((void)run_task(loop_, driver.list()), std::runtime_error);
    EXPECT_THAT(told_, ::testing::ElementsAre("unit " + name_ + " is left alone: " + result.trouble));
    EXPECT_EQ(unit.lives().size(), 1U);
}

TEST_F(SystemdDriverTest, SparesAUnitAtItsStartLimit) {
    const test_unit unit(name_, "", "StartLimitIntervalSec=1h\nStartLimitBurst=3\n");
    systemd_driver driver = make({.units = {name_}});
    const core::target t = run_task(loop_, driver.list()).at(0);

    const ports::act_result result = run_task(loop_, driver.restart(t, test::may_act));

    EXPECT_EQ(result.refused_by, core::guard::would_stay_dead);
    EXPECT_THAT(result.trouble, ::testing::HasSubstr("its start limit is 3 starts in 1 h"));
    EXPECT_EQ(unit.lives().size(), 1U);
}

TEST_F(SystemdDriverTest, ADeadUnitIsTheOperatorsWishWhereItIsAllowed) {
    const test_unit unit(name_, "Restart=no\n", "StartLimitIntervalSec=1h\nStartLimitBurst=1\n");
    systemd_driver driver = make({.units = {name_}, .action = systemd_action::kill, .allow_dead = true});

    EXPECT_EQ(run_task(loop_, driver.restart(seen(name_), test::may_act)).refused_by, std::nullopt);
    EXPECT_TRUE(testing::eventually([&] { return !unit.is_active(); }));
}

TEST_F(SystemdDriverTest, TellsWhyANamedUnitIsNoTarget) {
    const test_unit idle("mayhem-bed-idle.service", "", "", false);
    const test_unit masked("mayhem-bed-masked.service", "", "", false);
    const test_unit unmet("mayhem-bed-unmet.service", "", "ConditionPathExists=/nowhere\n");
    const test_unit unit(name_, "", "StartLimitIntervalSec=0\nWants=mayhem-bed-unmet.service\n");  // so it stays loaded
    in_bed(
        "rm /run/systemd/system/mayhem-bed-masked.service && systemctl mask --runtime mayhem-bed-masked.service "
        "2> /dev/null; ln -s " +
        name_ + " /run/systemd/system/mayhem-bed-alias.service; systemctl daemon-reload");
    systemd_driver driver = make({.units = {name_, idle.name(), masked.name(), unmet.name(), "mayhem-bed-onw.service",
                                            "mayhem-bed-alias.service"}});

    EXPECT_EQ(run_task(loop_, driver.list()).size(), 1U);
    EXPECT_EQ(run_task(loop_, driver.list()).size(), 1U) << "and tells each once";

    in_bed("rm /run/systemd/system/mayhem-bed-alias.service; systemctl daemon-reload");
    EXPECT_THAT(
        told_,
        ::testing::ElementsAre(
            "unit mayhem-bed-idle.service is no target: it is not running",
            "unit mayhem-bed-masked.service is no target: it is masked",
            "unit mayhem-bed-unmet.service is no target: it is not running, because its conditions were not met",
            "unit mayhem-bed-onw.service is no target: there is no such unit; did you mean mayhem-bed-own.service?",
            "unit mayhem-bed-alias.service is no target: it is another name of mayhem-bed-own.service, by which it "
            "must be called"));
}

TEST_F(SystemdDriverTest, SparesATransientUnit) {
    in_bed("systemd-run --quiet --unit=mayhem-bed-transient -p Restart=always sleep 1000");
    systemd_driver driver = make({.units = {"mayhem-bed-transient.service"}});

    EXPECT_THROW((void)run_task(loop_, driver.list()), std::runtime_error);

    in_bed("systemctl stop mayhem-bed-transient.service");
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_THAT(told_[0], ::testing::HasSubstr("is left alone: it is transient"));
}

TEST_F(SystemdDriverTest, KnowsWhenALifeBegan) {
    const test_unit unit(name_);
    const core::wall_time now = clock_.wall_now();

    const core::target t = seen(name_);

    ASSERT_TRUE(t.started_at);
    EXPECT_LE(*t.started_at, now + std::chrono::seconds{1});
    EXPECT_GE(*t.started_at, now - std::chrono::minutes{1});
}

TEST_F(SystemdDriverTest, SparesDBusWhateverTheSelectionSays) {
    const test_unit unit(name_);
    systemd_driver driver = make({.units = {"*"}, .allow_dead = true});

    std::vector<std::string> ids;
    for (const core::target& t : run_task(loop_, driver.list())) {
        ids.push_back(t.id);
        EXPECT_NE(t.id, "dbus.service");
        EXPECT_FALSE(t.id.starts_with("systemd-")) << t.id;
    }
    EXPECT_THAT(ids, ::testing::Contains(name_));
}

TEST_F(SystemdDriverTest, TellsWhenConditionsKeepItFromComingBack) {
    in_bed("touch /run/mayhem-bed-flag");
    const test_unit unit(name_, "", "StartLimitIntervalSec=0\nConditionPathExists=/run/mayhem-bed-flag\n");
    systemd_driver driver = make({.units = {name_}});
    const core::target t = seen(name_);
    in_bed("rm /run/mayhem-bed-flag");

    const ports::act_result result = run_task(loop_, driver.restart(t, test::may_act));

    EXPECT_EQ(result.refused_by, std::nullopt) << "it was acted on";
    EXPECT_THAT(result.trouble, ::testing::HasSubstr("conditions are not met any more"));
    EXPECT_EQ(run_task(loop_, driver.successor(t)), std::nullopt);
}

TEST_F(SystemdDriverTest, AStartThatFailsIsAnActWithAReason) {
    const test_unit unit(name_);
    systemd_driver driver = make({.units = {name_}});
    const core::target t = seen(name_);
    unit.write("ExecStartPre=/bin/false\n");

    const ports::act_result result = run_task(loop_, driver.restart(t, test::may_act));

    EXPECT_EQ(result.refused_by, std::nullopt);
    EXPECT_EQ(result.trouble, "systemd's job ended with \"failed\": see systemctl status " + name_);
}

TEST_F(SystemdDriverTest, NamesABusThatIsNotThere) {
    const test_unit unit(name_);
    systemd_driver driver = make({.bus_address = "unix:path=/run/no-such-bus", .units = {name_}});

    EXPECT_THROW((void)run_task(loop_, driver.list()), core::targets_unlisted);
    EXPECT_THROW((void)run_task(loop_, driver.restart(seen(name_), test::may_act)), core::restart_failed);
    EXPECT_THROW((void)run_task(loop_, driver.successor(seen(name_))), core::unseen);
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_THAT(told_[0], ::testing::StartsWith("cannot see whether mayhem-bed-own.service has recovered: "));
}

}  // namespace mayhem::drivers
