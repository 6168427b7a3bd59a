// Proves in which order a fleet's database is brought up to date, whatever stands there: the lock before the question,
// the question before the change, and one transaction a version. That it works is for the integration tests.
#include "fleet/sql/migration_run.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace mayhem::fleet {
namespace {

constexpr std::array files{sql_file{"0001_a.sql", "CREATE A;"}, sql_file{"0002_b.sql", "CREATE B; CREATE C;"}};
const std::array both{migration{.version = 1, .reads_from = 1, .files = {&files[0], 1}},
                      migration{.version = 2, .reads_from = 1, .files = {&files[1], 1}}};

/// What is run against a database of that version, by its first words.
std::vector<std::string> run(migration_run& r, int version) {
    std::vector<std::string> seen;
    while (const std::optional<std::string> statement = r.next()) {
        seen.push_back(statement->substr(0, statement->find_first_of("(\n'")));
        std::optional<std::string> answer;
        if (statement->starts_with("SELECT to_regclass")) {
            answer = version == 0 ? std::nullopt : std::optional<std::string>("mayhem.meta");
        } else if (statement->starts_with("SELECT value")) {
            answer = std::to_string(version);
        }
        if (statement->starts_with("INSERT INTO mayhem.meta")) {
            ++version;
        }
        r.answered(answer);
    }
    return seen;
}

TEST(MigrationRunTest, EachVersionIsATransactionThatBeginsWithTheLock) {
    migration_run r(migration_run::roles::leave, both);

    const std::vector<std::string> head{"BEGIN", "SELECT pg_advisory_xact_lock", "SET LOCAL ROLE mayhem_owner",
                                        "SELECT to_regclass"};
    std::vector<std::string> expected = head;
    expected.insert(expected.end(), {"DO $guard$", "CREATE A", "INSERT INTO mayhem.meta ", "COMMIT"});
    expected.insert(expected.end(), head.begin(), head.end());
    expected.insert(expected.end(), {"SELECT value FROM mayhem.meta WHERE key = ", "DO $guard$", "CREATE B", "CREATE C",
                                     "INSERT INTO mayhem.meta ", "COMMIT"});
    expected.insert(expected.end(), head.begin(), head.end());
    expected.insert(expected.end(), {"SELECT value FROM mayhem.meta WHERE key = ", "ROLLBACK"});
    EXPECT_EQ(run(r, 0), expected);
    EXPECT_EQ(r.found(), 0);
    EXPECT_EQ(r.reached(), 2);
}

TEST(MigrationRunTest, ChangesNothingInADatabaseThatIsCurrentOrNewer) {
    for (const int version : {2, 99}) {
        migration_run r(migration_run::roles::leave, both);

        EXPECT_EQ(run(r, version).back(), "ROLLBACK");
        EXPECT_EQ(r.found(), version);
        EXPECT_EQ(r.reached(), version);
    }
}

TEST(MigrationRunTest, MakesTheRolesFirstIfAsked) {
    migration_run r(migration_run::roles::make, both);
    const std::vector<std::string> seen = run(r, 2);

    ASSERT_GT(seen.size(), 6U);
    EXPECT_EQ(seen[1], "SELECT pg_advisory_xact_lock");
    EXPECT_EQ(std::ranges::count(seen, "COMMIT"), 1) << "the roles; there is no version to be made";
}

}  // namespace
}  // namespace mayhem::fleet
