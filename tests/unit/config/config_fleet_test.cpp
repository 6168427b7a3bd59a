// Proves what [fleet] may contain, that errors say where and what was meant, and that no daemon works by a config with
// it.
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/config_file.hpp"
#include "unit/config/config_support.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

constexpr const char* small = R"(
[fleet]
name = "shop"
database = ["127.0.0.1"]
user = "mayhem_web07"
)";

TEST(ConfigFleetTest, ReadsTheSection) {
    const config read = test::read(R"(
[fleet]
name = "shop"
database = ["db1.example:5432", "[2001:db8::1]:5433"]
dbname = "mayhem_shop"
user = "mayhem_web07"
password_file = "/etc/mayhem/fleet.pass"
ca = "/etc/mayhem/ca.pem"
listen = "no"
census_wait = "500ms"
adopt = "majority"
)");

    ASSERT_TRUE(read.fleet);
    const fleet_config& f = *read.fleet;
    EXPECT_EQ(f.name, "shop");
    EXPECT_EQ(f.database.hosts, (std::vector<fleet::endpoint>{{"db1.example", "5432"}, {"2001:db8::1", "5433"}}));
    EXPECT_EQ(f.database.dbname, "mayhem_shop");
    EXPECT_EQ(f.database.user, "mayhem_web07");
    EXPECT_EQ(f.database.password_file, "/etc/mayhem/fleet.pass");
    EXPECT_EQ(f.database.ca, "/etc/mayhem/ca.pem");
    EXPECT_FALSE(f.listens);
    EXPECT_EQ(f.census_wait, 500ms);
    EXPECT_TRUE(f.adopts_by_majority);
}

TEST(ConfigFleetTest, HasDefaults) {
    const config read = test::read(small);
    ASSERT_TRUE(read.fleet);

    EXPECT_EQ(read.fleet->database.dbname, "shop");
    EXPECT_TRUE(read.fleet->listens);
    EXPECT_EQ(read.fleet->census_wait, 2s);
    EXPECT_FALSE(read.fleet->adopts_by_majority);
    EXPECT_FALSE(test::read("dry_run = true\n").fleet);
}

TEST(ConfigFleetTest, SaysWhatIsWrong) {
    EXPECT_EQ(test::errors_of(small), texts{});
    EXPECT_EQ(test::errors_of("[fleet]\n").size(), 3U) << "name, database and user are missing";
    const auto first_of = [](const std::string& keys) {
        const texts errors = test::errors_of(std::string(small) + keys);
        return errors.empty() ? std::string() : errors.front();
    };

    EXPECT_NE(first_of("listen = \"yes\"\n").find("fleet.listen"), std::string::npos);
    EXPECT_NE(first_of("census_wait = \"1m\"\n").find("from 100 ms to 10 s"), std::string::npos);
    EXPECT_NE(first_of("servers = [\"a\"]\n").find("servers"), std::string::npos) << "an unknown key";
    EXPECT_NE(first_of("certificate = \"/c\"\n").find("its key"), std::string::npos);
    EXPECT_NE(test::errors_of("[fleet]\nname = \"Shop 1\"\ndatabase = [\"127.0.0.1\"]\nuser = \"u\"\n")
                  .front()
                  .find("1 to 32"),
              std::string::npos);
    EXPECT_NE(
        test::errors_of("[fleet]\nname = \"shop\"\ndatabase = [\"db.example\"]\nuser = \"u\"\n").front().find("signed"),
        std::string::npos)
        << "a host elsewhere needs a ca";
}

/// What is wrong with a group that is shared, in a file that has all of this before it.
std::string trouble_with(const std::string& group_keys, const std::string& before) {
    const std::vector<std::string> errors = test::errors_of(before +
                                                            "[group.web]\ndriver = \"simulated\"\nhosts = 2\n"
                                                            "scope = \"fleet\"\n" +
                                                            group_keys);
    return errors.empty() ? "" : errors.front();
}

TEST(ConfigFleetTest, AGroupThatIsSharedHasWhatAllHostsMustAgreeOn) {
    const std::string whole = "mean_time_between = \"1h\"\nmin_healthy = 3\n";
    const std::string head = std::string("seed = 7\n") + small;

    EXPECT_EQ(trouble_with(whole, head), "");
    EXPECT_NE(trouble_with(whole, "seed = 7\n").find("there is no fleet"), std::string::npos);
    EXPECT_NE(trouble_with(whole, small).find("seed is missing"), std::string::npos);
    EXPECT_NE(trouble_with("mean_time_between = \"1h\"\n", head).find("needs min_healthy"), std::string::npos);
    EXPECT_NE(trouble_with("min_healthy = 3\n", head).find("mean_time_between"), std::string::npos);
    EXPECT_NE(trouble_with("mean_time_between = \"2s\"\nmin_healthy = 3\n", head).find("at least 10s"),
              std::string::npos);
    EXPECT_NE(trouble_with(whole + "tolerance = \"5s\"\n", head).find("at least 10s"), std::string::npos);
    EXPECT_NE(trouble_with(whole, head + "host = \"Web 7\"\n").find("begins with one of"), std::string::npos);
}

}  // namespace
}  // namespace mayhem::app
