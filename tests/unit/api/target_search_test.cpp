// Proves that a name means one target beyond doubt, or is answered with whom it could mean. On virtual time.
#include "api/target_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class listing_driver final : public ports::driver {
public:
    std::vector<core::target> targets;
    std::chrono::nanoseconds takes{0};
    std::string error;

    std::string_view kind() const noexcept override { return "listing"; }
    async::awaitable<std::vector<core::target>> list() override {
        const async::frame here;
        co_await async::sleep_for(takes);
        if (!error.empty()) {
            throw core::targets_unlisted(error);
        }
        co_return targets;
    }
    async::awaitable<ports::act_result> restart(const core::target&, const ports::go_ahead&) override {
        const async::frame here;
        ADD_FAILURE() << "a search restarts nothing";
        co_return ports::act_result{};
    }
    async::awaitable<std::optional<core::target>> successor(const core::target&) override {
        const async::frame here;
        co_return std::nullopt;
    }
};

core::target make(const std::string& id, const std::string& name) {
    return {.id = id, .incarnation = "1", .name = name};
}

class TargetSearchTest : public testing::Test {
protected:
    TargetSearchTest() {
        web_.targets = {make("nginx -g", "nginx[1]"), make("nginx -g", "nginx[2]"), make("php", "php[3]")};
        shop_.targets = {make("redis", "redis[4]"), make("php", "php[3]")};
        groups_.push_back({{.name = "web", .schedule = {}, .mean_time_between = {}}, web_, core::random_source(1)});
        groups_.push_back({{.name = "shop", .schedule = {}, .mean_time_between = {}}, shop_, core::random_source(1)});
    }

    target_search find(const std::string& name, std::optional<std::string> group = {}) {
        target_search found;
        loop_.run(search(groups_, name, std::move(group), found));
        return found;
    }

    static async::awaitable<void> search(std::list<pipeline::group>& groups, std::string name,
                                         std::optional<std::string> group, target_search& found) {
        const async::frame here;
        found = co_await search_targets(groups, std::move(name), std::move(group), 4s);
    }

    test::virtual_loop loop_;
    listing_driver web_;
    listing_driver shop_;
    std::list<pipeline::group> groups_;
};

TEST_F(TargetSearchTest, FindsByIdAndByName) {
    EXPECT_TRUE(find("redis").is_clear());
    const target_search found = find("nginx[2]");

    ASSERT_TRUE(found.is_clear());
    EXPECT_EQ(found.found[0].target.name, "nginx[2]");
    EXPECT_EQ(found.found[0].group->settings.name, "web");
}

TEST_F(TargetSearchTest, NamesTheCandidatesOfAnAmbiguousName) {
    const target_search found = find("nginx -g");

    EXPECT_FALSE(found.is_clear());
    EXPECT_THAT(found.complaint("nginx -g", {}),
                HasSubstr("means 2 targets: nginx[1] in group 'web', nginx[2] in group 'web'"));
}

TEST_F(TargetSearchTest, AGroupDecidesBetweenGroups) {
    EXPECT_FALSE(find("php").is_clear());
    EXPECT_TRUE(find("php", "shop").is_clear());
    EXPECT_FALSE(find("redis", "web").is_clear());
}

TEST_F(TargetSearchTest, GuessesWhatWasMeant) {
    EXPECT_THAT(find("rediss").complaint("rediss", {}), HasSubstr("did you mean 'redis'?"));
    EXPECT_THAT(find("postgresql").complaint("postgresql", {}), HasSubstr("no group selects"));
    EXPECT_THAT(find("redis", "spho").complaint("redis", "spho"), HasSubstr("no group 'spho'"));
}

TEST_F(TargetSearchTest, IsNotSureWhileAGroupCannotBeListed) {
    web_.error = "the engine is down";

    const target_search found = find("redis");

    EXPECT_FALSE(found.is_clear());
    EXPECT_THAT(found.complaint("redis", {}), HasSubstr("group 'web': the engine is down"));
    EXPECT_TRUE(find("redis", "shop").is_clear());
}

TEST_F(TargetSearchTest, IsBounded) {
    web_.takes = 1h;

    const target_search found = find("redis");

    EXPECT_LE(loop_.elapsed(), 5s);
    EXPECT_THAT(found.complaint("redis", {}), HasSubstr("group 'web': no answer within 4 s"));
}

}  // namespace
}  // namespace mayhem::app
