// Proves how a fleet's database is made and brought up to date, on a real PostgreSQL: by the program, by a script, by
// two at once, from each version to the next; and that what is newer than the program is told.
#include <array>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "fleet/sql/migration_run.hpp"
#include "fleet/sql/sql_states.hpp"
#include "integration/fleet/sql/fleet_bed.hpp"

namespace mayhem::testing {
namespace {

using fleet::migration;
using fleet::migration_run;
using fleet::schema_standing;

/// Returns what stood there before.
int run(pg_session& as, migration_run& to) {
    while (const std::optional<std::string> statement = to.next()) {
        const pg_session::table answer = as.ask(*statement);
        to.answered(answer.empty() || answer.front().empty() ? std::nullopt : answer.front().front());
    }
    return to.found();
}

/// All tables, columns, constraints, indexes and functions, as text.
std::string shape(pg_session& of) {
    return of.line(R"(SELECT md5(string_agg(line, E'\n' ORDER BY line)) FROM (
        SELECT format('%s.%s %s %s', table_name, column_name, data_type, column_default) AS line
            FROM information_schema.columns WHERE table_schema = 'mayhem'
        UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'mayhem'::regnamespace
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'mayhem'
        UNION ALL SELECT pg_get_functiondef(oid) || proacl::text || proowner::regrole FROM pg_proc
            WHERE pronamespace = 'mayhem'::regnamespace
        UNION ALL SELECT relname || relacl::text || relowner::regrole FROM pg_class
            WHERE relnamespace = 'mayhem'::regnamespace AND relacl IS NOT NULL) AS all_lines)");
}

class MigrationTest : public ::testing::Test {
protected:
    own_database first_database;
    own_database second_database;
    pg_session one{first_database.address("postgres")};
    pg_session two{second_database.address("postgres")};
};

TEST_F(MigrationTest, MakesAFleetAndNothingTheSecondTime) {
    migration_run first(migration_run::roles::make);
    EXPECT_EQ(run(one, first), 0);
    EXPECT_EQ(first.reached(), fleet::newest_version());
    const std::string made = shape(one);

    migration_run second(migration_run::roles::make);
    EXPECT_EQ(run(one, second), fleet::newest_version());
    EXPECT_EQ(shape(one), made);
    EXPECT_EQ(one.line("SELECT * FROM mayhem.schema()"),
              std::to_string(fleet::newest_version()) + "|" + std::to_string(fleet::migrations().back().reads_from));
    EXPECT_EQ(one.line("SELECT count(*) FROM pg_class WHERE relnamespace = 'mayhem'::regnamespace AND relowner <> "
                       "'mayhem_owner'::regrole"),
              "0");
}

TEST_F(MigrationTest, TwoAtOnceMakeOne) {
    std::array<int, 4> found{};
    std::array<int, 4> reached{};
    {
        std::array<std::jthread, 4> threads;
        for (std::size_t number = 0; number < threads.size(); ++number) {
            threads[number] = std::jthread([&, number] {
                pg_session as(first_database.address("postgres"));
                migration_run mine(migration_run::roles::make);
                found[number] = run(as, mine);
                reached[number] = mine.reached();
            });
        }
    }

    EXPECT_EQ(std::ranges::count(found, 0), 1) << "one of them has made it, the others found it";
    EXPECT_EQ(std::ranges::count(reached, fleet::newest_version()), 4);
}

TEST_F(MigrationTest, GoesFromEachVersionToTheNext) {
    migrate(two);

    for (std::size_t versions = 1; versions <= fleet::migrations().size(); ++versions) {
        migration_run step(migration_run::roles::make, fleet::migrations().first(versions));
        EXPECT_EQ(run(one, step), static_cast<int>(versions) - 1);
        EXPECT_EQ(step.reached(), static_cast<int>(versions));
        EXPECT_EQ(fleet::migrations()[versions - 1].version, static_cast<int>(versions)) << "without a gap";
    }
    EXPECT_EQ(shape(one), shape(two));
}

TEST_F(MigrationTest, AStepThatFailsLeavesTheVersionBeforeIt) {
    migrate(one);
    const std::string before = shape(one);
    const fleet::sql_file broken{"0002_broken.sql", "CREATE TABLE mayhem.more (x int); SELECT 1 / 0;"};
    const fleet::sql_file good{"0002_good.sql",
                               "CREATE TABLE mayhem.more (x int); -- a ; here\nINSERT INTO mayhem.more VALUES (1);"};
    const auto with = [](const fleet::sql_file& file) {
        return std::array{fleet::migrations().front(), migration{.version = 2, .reads_from = 1, .files = {&file, 1}}};
    };

    const auto with_broken = with(broken);
    {
        pg_session as(first_database.address("postgres"));
        migration_run step(migration_run::roles::leave, with_broken);
        EXPECT_THROW(run(as, step), pg_error);
    }
    EXPECT_EQ(shape(one), before);
    EXPECT_EQ(one.line("SELECT schema_version FROM mayhem.schema()"), "1");

    const auto with_good = with(good);
    migration_run step(migration_run::roles::leave, with_good);
    EXPECT_EQ(run(one, step), 1);
    EXPECT_EQ(step.reached(), 2);
    EXPECT_EQ(one.line("SELECT * FROM mayhem.schema()"), "2|1");

    // A program of version 1 finds it, changes nothing, and may go on with it.
    migration_run old(migration_run::roles::leave, fleet::migrations().first(1));
    EXPECT_EQ(run(one, old), 2);
    EXPECT_EQ(old.reached(), 2);
    EXPECT_EQ(fleet::standing_of(2, 1, 1), schema_standing::newer);
}

TEST_F(MigrationTest, TheScriptMakesTheSameAndRefusesToRunTwice) {
    migrate(two);

    one.ask(fleet::migration_script(0));

    EXPECT_EQ(shape(one), shape(two));
    EXPECT_EQ(one.refusal(fleet::migration_script(0)), fleet::sql_states::wrong_version.code);
    EXPECT_EQ(fleet::migration_script(fleet::newest_version()).find("BEGIN"), std::string::npos);
}

TEST_F(MigrationTest, TwoFleetsOnOneServerShareTheRolesAndNothingElse) {
    migrate(one);
    migrate(two);
    make_login("h1");
    one.ask("SELECT mayhem.add_host('h1', 'h1', 'boss')");
    pg_session stray(second_database.address("h1"));

    EXPECT_EQ(stray.refusal("SELECT mayhem.hello('h1', gen_random_uuid(), 1, gen_random_uuid(), 'm', '1')"), "MM002");
    EXPECT_EQ(stray.refusal("SELECT mayhem.halt(gen_random_uuid(), NULL, 'x', '')"), "MM002");
}

TEST(SchemaStandingTest, TellsWhatIsNewerAndWhetherItCanBeRead) {
    EXPECT_EQ(fleet::standing_of(0, 0, 3), schema_standing::absent);
    EXPECT_EQ(fleet::standing_of(2, 1, 3), schema_standing::older);
    EXPECT_EQ(fleet::standing_of(3, 3, 3), schema_standing::current);
    EXPECT_EQ(fleet::standing_of(5, 3, 3), schema_standing::newer);
    EXPECT_EQ(fleet::standing_of(5, 4, 3), schema_standing::too_new);
    EXPECT_EQ(fleet::describe(schema_standing::too_new, 5, 3),
              "schema version 5, and this program knows 3: it needs a newer mayhem");
}

TEST(SqlStatesTest, TheSqlRaisesNoOtherOfOurClassAndEachOfThem) {
    std::set<std::string> listed;
    for (const fleet::sql_state& state : fleet::own_sql_states) {
        listed.emplace(state.code);
    }
    std::string all = fleet::migration_script(0);
    std::set<std::string> raised;
    static const std::regex code("MM[0-9]{3}");
    for (std::sregex_iterator at(all.begin(), all.end(), code); at != std::sregex_iterator(); ++at) {
        raised.insert(at->str());
    }

    EXPECT_EQ(raised, listed);
}

}  // namespace
}  // namespace mayhem::testing
