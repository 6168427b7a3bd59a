// Proves SQLite's promise, on which the record rests, and that the disk is bad enough to break it: as the stores use
// it, no acknowledged commit is ever lost and no database damaged, wherever in a commit, a checkpoint or a recovery the
// process is killed or the power fails, and whichever calls fail; while with less care, or on a disk that lies, some
// are. Each case is some hundred lives; MAYHEM_TEST_SEED draws others.
#include <iostream>

#include <gtest/gtest.h>

#include "torture.hpp"

namespace mayhem::sim {
namespace {

using test::carry_out;
using test::tally;
using test::torture;

/// One call in so many fails so, if it is one of these.
std::function<fault_decision(core::random_source)> now_and_then(std::uint64_t one_in, disk_fault f,
                                                                std::vector<disk_operation> of) {
    return [=](core::random_source dice) -> fault_decision {
        return [=](const disk_call& c) mutable {
            const bool happens = dice.below(one_in) == 0;
            return happens && std::find(of.begin(), of.end(), c.operation) != of.end() ? f : disk_fault::none;
        };
    };
}

std::function<fault_decision(core::random_source)> lying_sync(const std::string& path_end) {
    return
        [=](const core::random_source&) { return test::always(disk_fault::ignored, disk_operation::sync, path_end); };
}

class PromiseTest : public testing::Test {
protected:
    tally outcome_of(const torture& t, const std::string& name) {
        const tally counts = carry_out(t, name);
        std::cout << name << ": " << counts << '\n';
        EXPECT_GT(2 * counts.commits, counts.lives) << "otherwise nothing was tried";
        return counts;
    }
    void expect_kept(const torture& t, const std::string& name) {
        const tally counts = outcome_of(t, name);
        EXPECT_EQ(counts.lost + counts.damaged + counts.unreadable, 0U) << counts;
    }
    void expect_broken(const torture& t, const std::string& name) {
        const tally counts = outcome_of(t, name);
        EXPECT_GT(counts.lost, 0U) << counts;
    }

    const testing::ScopedTrace trace_{__FILE__, __LINE__, test::seed_text()};
};

TEST_F(PromiseTest, IsKeptThroughPowerCuts) { expect_kept({}, "log, power cuts"); }

TEST_F(PromiseTest, IsKeptThroughKills) { expect_kept({.is_power_cut = false}, "log, kills"); }

TEST_F(PromiseTest, IsKeptWithoutSharedMemory) {
    expect_kept({.locking_mode = "EXCLUSIVE", .worlds = 80}, "log, exclusive, power cuts");
}

TEST_F(PromiseTest, IsKeptThoughCallsFail) {
    const std::vector<disk_operation> some{disk_operation::write, disk_operation::sync, disk_operation::read,
                                           disk_operation::truncate};
    expect_kept({.faults = now_and_then(60, disk_fault::io_error, some), .worlds = 80}, "errors, power cuts");
    expect_kept({.is_power_cut = false, .faults = now_and_then(60, disk_fault::io_error, some), .worlds = 80},
                "errors, kills");
    expect_kept({.faults = now_and_then(40, disk_fault::cut_short, {disk_operation::write}), .worlds = 80},
                "full disk, power cuts");
}

TEST_F(PromiseTest, IsKeptThoughAFailedSyncDropsPages) {
    expect_kept({.faults = now_and_then(20, disk_fault::pages_dropped, {disk_operation::sync})},
                "dropped pages, power cuts");
}

TEST_F(PromiseTest, IsKeptByAJournalThatIsNotDeleted) {
    for (const std::string mode : {"PERSIST", "TRUNCATE"}) {
        expect_kept({.journal_mode = mode, .worlds = 80}, mode + ", power cuts");
    }
    expect_kept({.journal_mode = "DELETE", .synchronous = "EXTRA", .worlds = 80}, "DELETE, extra, power cuts");
}

TEST_F(PromiseTest, IsBrokenByAJournalWhoseDeletionIsNotSynced) {
    expect_broken({.journal_mode = "DELETE"}, "DELETE, power cuts");
}

TEST_F(PromiseTest, IsBrokenWithoutASyncAtEachCommit) {
    expect_broken({.synchronous = "NORMAL", .worlds = 50}, "log, normal, power cuts");
}

TEST_F(PromiseTest, IsBrokenByADiskThatLies) {
    expect_broken({.faults = lying_sync(""), .worlds = 50}, "lying sync, power cuts");
    expect_broken({.faults = lying_sync("-wal"), .worlds = 50}, "lying sync of the log, power cuts");
}

TEST_F(PromiseTest, IsKeptByADiskThatLiesWhileThePowerIsOn) {
    expect_kept({.is_power_cut = false, .faults = lying_sync(""), .worlds = 50}, "lying sync, kills");
}

}  // namespace
}  // namespace mayhem::sim
