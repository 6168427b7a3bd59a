// Proves that the cases of this folder would notice: four ways in which a host or the database could be broken, each
// put in on purpose. Where the database sees it, it stops the group; where it cannot, the test says so.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "fleet/sql/migrations.hpp"
#include "integration/fleet/sql/fleet_bed.hpp"

namespace mayhem::testing {
namespace {

const std::string a = fleet_bed::uuid(1);
const std::string b = fleet_bed::uuid(2);

class BrokenFleetTest : public ::testing::Test {
protected:
    fleet_bed bed;

    void SetUp() override {
        bed.adopt();
        ASSERT_EQ(bed.grant(bed.moment(), a), "granted|");
    }

    /// One of the functions as it is, but for a text in it; the test fails if that is not there.
    void break_function(std::string_view name, std::string_view what, std::string_view with) {
        const std::string head = "CREATE FUNCTION mayhem." + std::string(name) + '(';
        for (const fleet::sql_file& file : fleet::migrations().front().files) {
            const std::size_t begin = file.text.find(head);
            if (begin == std::string_view::npos) {
                continue;
            }
            std::string text(file.text.substr(begin, file.text.find("\n$$;", begin) + 4 - begin));
            if (text.find("\nEND $$;") != std::string::npos) {
                text.resize(text.find("\nEND $$;") + 8);
            }
            const std::size_t at = text.find(what);
            ASSERT_NE(at, std::string::npos) << what;
            text.replace(at, what.size(), with);
            bed.owner.ask("CREATE OR REPLACE" + text.substr(6));
            return;
        }
        FAIL() << name;
    }
};

TEST_F(BrokenFleetTest, AHostThatActsWithoutAClaimStopsTheGroup) {
    EXPECT_EQ(bed.settle("h1", a), "ok");

    EXPECT_EQ(bed.owner.line("SELECT reason FROM mayhem.breakers WHERE closed_at IS NULL"),
              "host h1 acted on t0 without a permit");
    EXPECT_EQ(bed.owner.line("SELECT counts, claimed_at FROM mayhem.acts"), "t|")
        << "a place is gone, and the record shows why";
    EXPECT_EQ(bed.settle("h1", a), "already");
}

TEST_F(BrokenFleetTest, AHostThatActsAlthoughItWasRefusedStopsTheGroup) {
    bed.owner.ask("SELECT mayhem.halt(gen_random_uuid(), 'web', 'boss', '')");
    ASSERT_EQ(bed.claim("h1", a), "halted");
    ASSERT_EQ(bed.owner.line("SELECT counts FROM mayhem.acts"), "f");

    EXPECT_EQ(bed.settle("h1", a), "ok");
    EXPECT_EQ(bed.owner.line("SELECT counts FROM mayhem.acts"), "t");
    EXPECT_EQ(bed.owner.line("SELECT count(*) FROM mayhem.breakers WHERE closed_at IS NULL"), "1");
}

TEST_F(BrokenFleetTest, AHostThatActsOnAGrantThatWasRevokedStopsTheGroup) {
    bed.let_pass("11 s");
    ASSERT_EQ(bed.decide("h2", bed.moment(1), b), "skipped|too_few_healthy");
    ASSERT_EQ(bed.owner.line("SELECT state FROM mayhem.acts"), "revoked");

    EXPECT_EQ(bed.settle("h1", a), "ok");
    EXPECT_EQ(bed.owner.line("SELECT state, counts FROM mayhem.acts"), "settled|t");
    EXPECT_EQ(bed.owner.line("SELECT count(*) FROM mayhem.breakers WHERE closed_at IS NULL"), "1");
}

// The database cannot know better than the host: this is the host's to get right.
TEST_F(BrokenFleetTest, AHostThatListsATargetAsTakenAndAsStandingIsBelieved) {
    ASSERT_EQ(bed.claim("h1", a), "ok");
    const std::string moment = bed.moment(1);
    bed.say("h1", {.standing = 2, .taken = "{" + a + "}", .offer = "(cc,t9,i9,,)", .moment = moment});
    bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});

    EXPECT_EQ(bed.decide("h2", moment, b), "granted|");
}

TEST_F(BrokenFleetTest, WithoutTheMomentInItAnOldAnswerWouldCount) {
    const auto decide = [&](int later, const std::string& message) {
        const std::string moment = bed.moment(later);
        bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});
        return bed.decide("h2", moment, message);
    };
    bed.owner.ask("UPDATE mayhem.groups SET min_healthy = 2");
    bed.say("h1", {.moment = bed.moment()});
    ASSERT_EQ(decide(1000, b), "skipped|too_few_healthy");

    break_function("believed", "AND CASE WHEN p_census IS NULL THEN a.moment >= p_moment ELSE a.census >= p_census END",
                   "");

    EXPECT_EQ(decide(1001, fleet_bed::uuid(3)), "granted|") << "h1 has said nothing of this moment";
}

TEST_F(BrokenFleetTest, WithoutTheActsUnderWayTwoWouldFall) {
    const auto decide = [&](int later, const std::string& message) {
        const std::string moment = bed.moment(later);
        bed.say("h1", {.offer = "(cc,t9,i9,,)", .moment = moment});
        bed.say("h2", {.offer = "(bb,t1,i1,,)", .moment = moment});
        return bed.decide("h2", moment, message);
    };
    ASSERT_EQ(decide(1, b), "skipped|too_few_healthy");

    break_function("weigh", "healthy := healthy - not_listed;", "");

    EXPECT_EQ(decide(2, fleet_bed::uuid(3)), "granted|");
}

TEST_F(BrokenFleetTest, WithoutTheHaltInItAClaimWouldBeAPermit) {
    break_function("claim", "WHEN is_halted(a.group_name) THEN 'halted'", "");
    bed.owner.ask("SELECT mayhem.halt(gen_random_uuid(), NULL, 'boss', '')");

    EXPECT_EQ(bed.claim("h1", a), "ok");
}

}  // namespace
}  // namespace mayhem::testing
