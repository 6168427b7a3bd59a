// Proves when a wish that is a file counts as answered: the file is made and removed, a daemon's sight looks at it
// well, late, blindly or when it is dead, and the answers in the world's log are compared with what the daemon heard.
#include "sim/world/halt_files.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "sim/world/sim_sight.hpp"
#include "unit/sim/world/small_scene.hpp"

namespace mayhem::sim {
namespace {

using namespace std::chrono_literals;
using test::small_scene;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A file, and one life that looks at it.
struct watched_file {
    explicit watched_file(small_scene& s) : world(s) {}

    small_scene& world;
    halt_files files{world.parts};
    process life{world.parts, 1};
    sim_sight sight{life, files};
    std::vector<app::halt_look> heard;

    void begin_look() {
        const bool has_begun = sight.look("/state/halt", [this](const app::halt_look& l, bool is_watched) {
            EXPECT_TRUE(is_watched);
            heard.push_back(l);
        });
        EXPECT_TRUE(has_begun);
    }

    void look() {
        begin_look();
        world.loop.run();
    }
};

async::awaitable<void> wait_for_change(sim_sight* sight, int* changes) {
    const async::frame here;
    co_await sight->change();
    ++*changes;
}

TEST(HaltFilesTest, AWishIsAnsweredOnceTheDaemonHasLooked) {
    small_scene s;
    watched_file f(s);

    f.files.make("the audit");
    const std::size_t answers_before = s.events<answered>().size();
    f.look();
    f.look();

    EXPECT_EQ(answers_before, 0U);
    ASSERT_THAT(s.events<asked>(), SizeIs(1));
    EXPECT_EQ(s.events<asked>()[0].what, wish_kind::halt);
    EXPECT_EQ(s.events<asked>()[0].door, door::file);
    ASSERT_THAT(s.events<answered>(), SizeIs(1));
    EXPECT_EQ(s.events<answered>()[0].wish, s.events<asked>()[0].wish);
    EXPECT_EQ(s.events<answered>()[0].answer, answer::ok);
    ASSERT_TRUE(f.heard.at(0).has_value());
    ASSERT_TRUE(f.heard[0].value());
    EXPECT_EQ(f.heard[0].value()->why, "the audit");
}

TEST(HaltFilesTest, ABlindLookAnswersFailureAndNoWish) {
    small_scene s(fault::blind_sight);
    watched_file f(s);
    f.files.make("the audit");

    f.look();
    const std::size_t answers = s.events<answered>().size();
    f.look();

    EXPECT_FALSE(f.heard.at(0).has_value());
    EXPECT_EQ(f.heard[0].error(), "Permission denied");
    EXPECT_EQ(answers, 0U);
    EXPECT_EQ(s.rare.count(rare_state::halt_file_unseen), 1U);
    EXPECT_TRUE(f.heard.at(1).has_value());
    EXPECT_THAT(s.events<answered>(), SizeIs(1));
}

TEST(HaltFilesTest, ALookAnswersWhatItSawAndNotWhatCameAfterIt) {
    small_scene s(fault::slow_sight, [](const dice::outcome& o) { return o.severity > 0.9; });
    watched_file f(s);
    f.files.make("the audit");
    f.begin_look();
    s.loop.run_for(1s);

    f.files.remove();
    s.loop.run();
    const auto answers = s.events<answered>();
    f.look();

    ASSERT_THAT(answers, SizeIs(1)) << "of the file that was made, which is what the daemon heard";
    EXPECT_EQ(answers[0].wish, s.events<asked>().at(0).wish);
    EXPECT_TRUE(f.heard.at(0).value());
    EXPECT_FALSE(f.heard.at(1).value());
    EXPECT_THAT(s.events<answered>(), SizeIs(2));
    EXPECT_EQ(s.events<asked>().at(1).what, wish_kind::resume);
}

TEST(HaltFilesTest, ADeadDaemonHearsNothingAndAnswersNothing) {
    small_scene s;
    watched_file f(s);
    f.files.make("the audit");
    f.begin_look();
    s.loop.run_for(1us);

    f.life.die();
    s.loop.run();

    EXPECT_THAT(f.heard, IsEmpty());
    EXPECT_THAT(s.events<answered>(), IsEmpty());
    EXPECT_TRUE(f.files.is_there());
}

TEST(HaltFilesTest, AChangeWakesWhoWatchesUnlessItsNoticeIsLost) {
    small_scene s(fault::lost_notice);
    watched_file f(s);
    int changes = 0;
    s.loop.spawn(wait_for_change(&f.sight, &changes));

    f.files.make("the audit");
    s.loop.run_for(1h);
    const int after_the_first = changes;
    f.files.remove();
    s.loop.run();

    EXPECT_EQ(after_the_first, 0);
    EXPECT_EQ(changes, 1);
}

TEST(HaltFilesTest, TheFolderCanAlwaysBeWatched) {
    small_scene s;
    watched_file f(s);
    std::optional<bool> is_watched;

    EXPECT_TRUE(f.sight.attend("/state", [&](bool is) { is_watched = is; }));

    EXPECT_EQ(is_watched, true);
}

}  // namespace
}  // namespace mayhem::sim
