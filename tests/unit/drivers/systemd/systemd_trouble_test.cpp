// Proves that a bus which is slow, talks nonsense or goes away in the middle of whatever the driver asks is a clear
// word and no act, against a bus of our own that falls into trouble after so many answers.
#include <chrono>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "drivers/systemd/systemd_driver.hpp"
#include "mayhem/async/clock.hpp"
#include "mayhem/core/errors.hpp"
#include "support/may_act.hpp"
#include "unit/drivers/run_task.hpp"
#include "unit/drivers/systemd/fake_bus.hpp"

namespace mayhem::drivers {
namespace {

using namespace std::chrono_literals;
using test::fake_bus;
using trouble = fake_bus::trouble;
using ::testing::AnyOf;
using ::testing::HasSubstr;

const std::map<std::string, fake_bus::service> chain{{"web.service", {.required_by = {"front.service"}}},
                                                     {"front.service", {.required_by = {"edge.service"}}},
                                                     {"edge.service", {}}};

class SystemdTroubleTest : public ::testing::Test {
protected:
    std::unique_ptr<systemd_driver> make_driver(const fake_bus& bus, std::chrono::nanoseconds limit = 300ms) {
        return std::make_unique<systemd_driver>(
            systemd_driver_settings{.bus_address = bus.address(), .units = {"*.service"}, .call_limit = limit},
            [this](std::string_view text) { told_ += text; });
    }

    const core::target web_{
        .id = "web.service", .incarnation = "01020300000000000000000000000000", .name = "web.service"};
    std::string told_;
    async::real_clock clock_;
    async::loop loop_{clock_};
};

/// What is said of each trouble.
const auto a_clear_word = AnyOf(HasSubstr("did not answer"), HasSubstr("lost systemd's bus"), HasSubstr("cannot call "),
                                HasSubstr("systemd described its units in a form"));

constexpr trouble troubles[] = {trouble::silence, trouble::hang_up, trouble::garbage, trouble::other_type};

TEST_F(SystemdTroubleTest, TheFakeBusAnswersAsSystemdDoes) {
    const fake_bus bus(chain, trouble::none, 0);
    const auto driver = make_driver(bus, 10s);

    EXPECT_EQ(drivers::run_task(loop_, driver->list()).size(), 3U);
    const std::vector<core::reach> reaches = drivers::run_task(loop_, driver->neighbours()->reach_of({web_}));
    ASSERT_EQ(reaches.front().unknown, "");
    ASSERT_EQ(reaches.front().falls.size(), 2U);
    EXPECT_EQ(reaches.front().falls.back().id, "edge.service");
}

TEST_F(SystemdTroubleTest, InTheMiddleOfALookAroundNobodyMayBeHit) {
    for (const trouble t : troubles) {
        for (const int answers : {0, 1, 2}) {
            const fake_bus bus(chain, t, answers);
            const auto driver = make_driver(bus);

            const std::vector<core::reach> found =
                drivers::run_task(loop_, driver->neighbours()->reach_of({web_, web_}));

            ASSERT_EQ(found.size(), 2U);
            for (const core::reach& r : found) {
                EXPECT_THAT(r.unknown, a_clear_word) << static_cast<int>(t) << ' ' << answers;
                EXPECT_TRUE(core::why_out_of_reach(r, core::reach_policy::any));
            }
        }
    }
}

TEST_F(SystemdTroubleTest, NothingIsToldOfThoseWhoFell) {
    for (const trouble t : troubles) {
        const fake_bus bus(chain, t, 1);
        const auto driver = make_driver(bus);

        const auto lives = drivers::run_task(loop_, driver->neighbours()->lives_of({"web.service", "front.service"}));

        EXPECT_EQ(lives, std::nullopt) << static_cast<int>(t);
        EXPECT_THAT(told_, a_clear_word);
    }
}

TEST_F(SystemdTroubleTest, AListThatBreaksOffIsNone) {
    for (const trouble t : troubles) {
        for (const int answers : {0, 1, 2}) {
            const fake_bus bus(chain, t, answers);
            const auto driver = make_driver(bus);

            try {
                (void)drivers::run_task(loop_, driver->list());
                ADD_FAILURE() << static_cast<int>(t) << ' ' << answers;
            } catch (const core::targets_unlisted& e) {
                EXPECT_THAT(e.what(), a_clear_word) << static_cast<int>(t) << ' ' << answers;
            }
        }
    }
}

TEST_F(SystemdTroubleTest, BeforeTheActItIsNotDone) {
    for (const trouble t : {trouble::silence, trouble::hang_up, trouble::garbage}) {
        for (const int answers : {0, 1}) {
            const fake_bus bus(chain, t, answers);
            const auto driver = make_driver(bus);

            try {
                (void)drivers::run_task(loop_, driver->restart(web_, test::may_act));
                ADD_FAILURE() << static_cast<int>(t) << ' ' << answers;
            } catch (const core::restart_failed& e) {
                EXPECT_THAT(e.what(), a_clear_word);
            }
        }
    }
}

TEST_F(SystemdTroubleTest, WhoseDoingAnEndIsCannotBeTold) {
    for (const trouble t : troubles) {
        const fake_bus bus(chain, t, 0);
        const auto driver = make_driver(bus);

        EXPECT_THROW((void)drivers::run_task(loop_, driver->afterwards()->departure_of(web_)), core::unseen)
            << static_cast<int>(t);
    }
}

}  // namespace
}  // namespace mayhem::drivers
