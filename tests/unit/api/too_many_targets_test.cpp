// Proves that a group which more targets match than a group may have costs itself its moments, with a word that says
// what to do, and nobody else anything: whoever lists targets, with the real process driver on an imitation of /proc.
#include <list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/inspection.hpp"
#include "api/survey.hpp"
#include "api/target_search.hpp"
#include "assembly/bystander.hpp"
#include "drivers/process/process_driver.hpp"
#include "drivers/process/process_kind.hpp"
#include "drivers/simulated/simulated_driver.hpp"
#include "drivers/simulated/simulated_kind.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/thread_pool.hpp"
#include "pipeline/handling/guard_look.hpp"
#include "pipeline/making/publisher.hpp"
#include "queues/memory/memory_queue.hpp"
#include "stores/null/null_store.hpp"
#include "support/fake_undo_notes.hpp"
#include "support/virtual_loop.hpp"
#include "unit/drivers/fake_proc.hpp"

namespace mayhem::app {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* advice =
    "3 processes match the selector (name 'worker'), more than the 2 that a group may have: "
    "narrow it";

pipeline::group_settings named(const std::string& name) {
    pipeline::group_settings s;
    s.name = name;
    s.mean_time_between = 1h;
    s.limits.min_healthy = 1;
    return s;
}

class TooManyTargetsTest : public ::testing::Test {
protected:
    TooManyTargetsTest() {
        proc_.add_self();
        for (pid_t pid = 900'001; pid <= 900'003; ++pid) {
            proc_.add({.pid = pid});
        }
        crowd_ = std::make_unique<drivers::process_driver>(crowd_settings(), pool_);
        groups_.push_back({named("crowd"), *crowd_, core::random_source(1)});
        groups_.push_back({named("herd"), herd_, core::random_source(2)});
    }

    drivers::process_driver_settings crowd_settings() {
        drivers::process_selector workers({.name = "worker"});
        return {.selector = std::move(workers), .targets_max = 2, .proc_root = proc_.root()};
    }

    config both_groups() {
        config c;
        c.seed = 1;
        c.groups.push_back({named("crowd"), &drivers::process_kind, crowd_settings()});
        c.groups.push_back({named("herd"), &drivers::simulated_kind, drivers::simulated_driver_settings{.hosts = 3}});
        return c;
    }

    const std::filesystem::path no_store_ = std::filesystem::temp_directory_path() / "mayhem-no-such-folder" / "x.db";
    drivers::fake_proc proc_;
    async::thread_pool pool_{1, "test"};
    std::unique_ptr<drivers::process_driver> crowd_;
    drivers::simulated_driver herd_{{.hosts = 3, .failure_probability = 0.0}, core::random_source(3)};
    std::list<pipeline::group> groups_;
    stores::null_store store_;
    pipeline::halt_switch halt_;
    pipeline::acted_incarnations acted_;
    pipeline::restart_requests requests_;
    test::no_spans spans_;
    async::wall_jumps jumps_;
    warning_collector warned_;
    test::virtual_loop loop_;
};

TEST_F(TooManyTargetsTest, ThePublisherSkipsTheMomentAndTheOtherGroupGoesOn) {
    queues::memory_queue queue(loop_.loop, {.capacity = 1000});
    const pipeline::surroundings around{queue, store_, store_,    store_,        warned_,
                                        halt_, acted_, requests_, spans_.keeper, jumps_};
    pipeline::publisher crowd(groups_.front(), around);
    pipeline::publisher herd(groups_.back(), around);
    loop_.spawn(crowd.run());
    loop_.spawn(herd.run());

    loop_.run_for(24h);
    const std::size_t published = queue.unsettled();
    loop_.group.cancel();
    loop_.run();

    EXPECT_GT(published, 5U);
    EXPECT_THAT(warned_.warnings(), Not(IsEmpty()));
    EXPECT_THAT(warned_.warnings(),
                Each("group 'crowd': cannot list its targets: " + std::string(advice) + "; this moment is skipped"));
}

TEST_F(TooManyTargetsTest, TheGuardsTakeTheGroupForUnsteady) {
    core::guard_facts facts;
    const auto look = [](pipeline::group& g, pipeline::guard_look l, core::guard_facts& to) -> async::awaitable<void> {
        const async::frame here;
        core::message m;
        to = co_await l.ask_all(m, g);
    };

    loop_.run(look(groups_.front(), {halt_, acted_, store_, false}, facts));

    ASSERT_TRUE(facts.unsteady);
    EXPECT_EQ(*facts.unsteady, "its targets cannot be listed: " + std::string(advice));
}

TEST_F(TooManyTargetsTest, ASearchSaysWhyItIsNotSure) {
    target_search found;
    const auto search = [](std::list<pipeline::group>& groups, target_search& to) -> async::awaitable<void> {
        const async::frame here;
        to = co_await search_targets(groups, "worker", std::nullopt, 4s);
    };

    loop_.run(search(groups_, found));

    EXPECT_THAT(found.troubles, ::testing::ElementsAre("group 'crowd': " + std::string(advice)));
    EXPECT_EQ(found.others.size(), 6U) << "ids and names of the other group";
}

TEST_F(TooManyTargetsTest, AnInspectionShowsTheOtherGroup) {
    const std::vector<group_view> views = inspect(both_groups(), no_store_);

    ASSERT_EQ(views.size(), 2U);
    EXPECT_EQ(views[0].trouble, advice);
    EXPECT_EQ(views[1].trouble, "");
    EXPECT_EQ(views[1].targets.size(), 3U);
}

TEST_F(TooManyTargetsTest, ASurveyFindsIt) {
    EXPECT_THAT(survey(both_groups()),
                ::testing::ElementsAre("group 'crowd': its targets cannot be listed: " + std::string(advice)));
}

}  // namespace
}  // namespace mayhem::app
