// Proves that the systemd driver keeps the contract of all drivers, and what is special about it, on units of its own
// in a real systemd: the program runs in tests/support/systemd_bed.sh, and nowhere else.
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "drivers/systemd_driver.hpp"
#include "integration/drivers/driver_contract.hpp"

namespace mayhem::drivers {

namespace {

void run(const std::string& command) {
    if (std::system(command.c_str()) != 0) {
        throw std::runtime_error("failed: " + command);
    }
}

void write_unit(const std::string& name, const std::string& service) {
    std::ofstream("/run/systemd/system/" + name) << "[Unit]\nStartLimitIntervalSec=0\n[Service]\n"
                                                 << "ExecStart=/bin/sleep 1000\n"
                                                 << service;
    run("systemctl daemon-reload && systemctl start " + name);
}

/// Stops it until it stays so: a restart that runs at the same time takes the place of a stop.
void remove_unit(const std::string& name) {
    run("rm -f /run/systemd/system/" + name + "; for try in 1 2 3 4 5; do systemctl stop " + name +
        "; case $(systemctl is-active " + name +
        ") in inactive | failed | unknown) break ;; esac; done 2> /dev/null; systemctl daemon-reload");
}

template <systemd_action Action>
class systemd_bed : public driver_bed {
public:
    ~systemd_bed() override {
        if (exists_) {
            remove_unit(unit);
        }
    }

    std::unique_ptr<ports::driver> make_driver() override {
        return std::make_unique<systemd_driver>(systemd_driver_settings{.units = {unit}, .action = Action});
    }

    void create_target() override {
        if (std::getenv("MAYHEM_SYSTEMD_BED") == nullptr) {
            throw std::runtime_error("run this program by tests/support/systemd_bed.sh: it restarts units");
        }
        write_unit(unit, "Restart=always\nRestartSec=100ms\n");
        exists_ = true;
    }

    void vanish_target() override {
        remove_unit(unit);
        exists_ = false;
    }

private:
    static constexpr const char* unit = "mayhem-bed-web.service";
    bool exists_ = false;
};

class SystemdDriverTest : public ::testing::Test {
protected:
    void TearDown() override { remove_unit(unit_); }

    core::target seen() {
        systemd_driver all({.units = {unit_}, .may_stay_dead = true});
        return run_task(loop_, all.list()).at(0);
    }

    const std::string unit_ = "mayhem-bed-own.service";
    async::real_clock clock_;
    async::loop loop_{clock_};
};

}  // namespace

using systemd_beds = ::testing::Types<systemd_bed<systemd_action::restart>, systemd_bed<systemd_action::kill>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Systemd, DriverContractTest, systemd_beds);

TEST_F(SystemdDriverTest, SparesAUnitThatWouldStayDead) {
    write_unit(unit_, "Restart=no\n");
    systemd_driver driver({.units = {unit_}, .action = systemd_action::kill});
    const core::target t = seen();

    EXPECT_THAT(run_task(loop_, driver.list()), ::testing::IsEmpty());
    EXPECT_EQ(run_task(loop_, driver.restart(t)).refused_by, core::guard::not_opted_in);
    EXPECT_EQ(seen(), t);
}

TEST_F(SystemdDriverTest, SparesDBusWhateverTheSelectionSays) {
    write_unit(unit_, "");
    systemd_driver driver({.units = {"*"}, .may_stay_dead = true});

    for (const core::target& t : run_task(loop_, driver.list())) {
        EXPECT_NE(t.id, "dbus.service");
        EXPECT_FALSE(t.id.starts_with("systemd-")) << t.id;
    }
}

TEST_F(SystemdDriverTest, TellsWhenConditionsKeepItFromComingBack) {
    run("touch /run/mayhem-bed-flag");
    write_unit(unit_, "[Unit]\nConditionPathExists=/run/mayhem-bed-flag\n");
    systemd_driver driver({.units = {unit_}});
    const core::target t = seen();
    run("rm /run/mayhem-bed-flag");

    try {
        (void)run_task(loop_, driver.restart(t));
        FAIL() << "said that all is well";
    } catch (const core::restart_failed& e) {
        EXPECT_THAT(e.what(), ::testing::HasSubstr("conditions"));
    }
}

TEST_F(SystemdDriverTest, NamesABusThatIsNotThere) {
    write_unit(unit_, "");
    systemd_driver driver({.bus_address = "unix:path=/run/no-such-bus", .units = {unit_}});

    EXPECT_THROW((void)run_task(loop_, driver.list()), systemd_bus_error);
    EXPECT_THROW((void)run_task(loop_, driver.restart(seen())), core::restart_failed);
    EXPECT_EQ(run_task(loop_, driver.successor(seen())), std::nullopt);
}

}  // namespace mayhem::drivers
