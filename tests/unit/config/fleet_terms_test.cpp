// Proves what `mayhem fleet adopt` tells the database of a group: the limits as the config file has them, and what the
// file lacks, named.
#include "config/fleet_terms.hpp"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/config_file.hpp"

namespace mayhem::app {
namespace {

constexpr const char* head = "seed = 7\ntimezone = \"Europe/Berlin\"\n";
constexpr const char* group = R"([group.web]
driver = "simulated"
hosts = 9
mean_time_between = "1d"
tolerance = "5s"
recovery_timeout = "2m"
max_per_day = 2
)";

core::result<fleet_terms> terms_of(const std::string& text, const std::string& name = "web") {
    const app::config_result read = app::parse_config(text, "m.toml");
    EXPECT_TRUE(read) << (read ? "" : to_string(read.error().front()));
    return fleet_terms_of(read.value(), {.name = "shop", .adopts_by_majority = true}, name);
}

TEST(FleetTermsTest, AreTheLimitsOfTheGroup) {
    const auto terms = terms_of(std::string(head) + group + "min_healthy = 3\n");

    ASSERT_TRUE(terms) << terms.error();
    EXPECT_EQ(terms->plan.size(), 32U);
    const nlohmann::json said = nlohmann::json::parse(terms->terms);
    EXPECT_EQ(said.at("seed"), "7");
    EXPECT_EQ(said.at("zone"), "Europe/Berlin");
    EXPECT_EQ(said.at("adopt"), "majority");
    EXPECT_EQ(said.at("min_healthy"), 3);
    EXPECT_EQ(said.at("max_per_day"), 2);
    EXPECT_EQ(said.at("tolerance"), "5000 ms");
    EXPECT_EQ(said.at("lost_after"), "180000 ms") << "a minute after the recovery's time";
}

TEST(FleetTermsTest, SayWhatIsMissing) {
    const std::string whole = std::string(head) + group + "min_healthy = 3\n";

    EXPECT_NE(terms_of(whole, "wbe").error().find("no group \"wbe\""), std::string::npos);
    EXPECT_NE(terms_of(group + std::string("min_healthy = 3\n")).error().find("seed is missing"), std::string::npos);
    EXPECT_NE(terms_of(std::string(head) + group).error().find("no min_healthy"), std::string::npos);
    EXPECT_NE(terms_of(std::string(head) + "[group.web]\ndriver = \"simulated\"\nhosts = 9\nmin_healthy = 3\n")
                  .error()
                  .find("no mean_time_between"),
              std::string::npos);
}

}  // namespace
}  // namespace mayhem::app
