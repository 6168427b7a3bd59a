// Proves whom the process driver leaves alone whatever a selector says, and what it says of them.
#include "drivers/process/why_spared.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mayhem::drivers {

using ::testing::HasSubstr;

namespace {

process_info process(pid_t pid, std::string executable) {
    process_info p;
    p.pid = pid;
    p.state = 'S';
    p.name = "worker";
    p.executable = std::move(executable);
    p.pid_namespaces = 1;
    return p;
}

const own_place own{.self = process(500, "/usr/bin/mayhem"), .ancestors = {400, 1}};
constexpr leave all{.names_program = true, .allow_terminal = true};
const process_info worker = process(77, "/usr/bin/worker");

}  // namespace

TEST(WhySparedTest, LeavesAnOrdinaryProcessToTheSelector) { EXPECT_FALSE(why_spared(worker, own, {})); }

TEST(WhySparedTest, SparesWhatIsProtectedWithoutAWord) {
    for (const process_info& p : {process(400, "/bin/sh"), process(77, "/usr/sbin/sshd"), process(500, "/usr/bin/x")}) {
        const auto spared = why_spared(p, own, all);

        ASSERT_TRUE(spared) << p.executable;
        EXPECT_EQ(spared->by, core::guard::protected_target);
        EXPECT_FALSE(spared->is_news);
    }
}

TEST(WhySparedTest, SparesMayhemsOwnPrograms) {
    const auto spared = why_spared(process(77, "/usr/bin/mayhem"), own, all);

    ASSERT_TRUE(spared);
    EXPECT_EQ(spared->by, core::guard::protected_target);
    EXPECT_EQ(spared->why, "a program of Mayhem's own");
}

TEST(WhySparedTest, SparesWhatRunsContainersFromWhatLasts) {
    constexpr leave lasting{.names_program = true, .allow_terminal = true, .lasts = true};
    for (const char* const file : {"/usr/bin/dockerd", "/usr/bin/containerd-shim-runc-v2", "/usr/bin/conmon"}) {
        const auto spared = why_spared(process(77, file), own, lasting);

        ASSERT_TRUE(spared) << file;
        EXPECT_EQ(spared->by, core::guard::protected_target);
        EXPECT_THAT(spared->why, HasSubstr("containers, which would be hit with it"));
        EXPECT_TRUE(spared->is_news) << "somebody means it";
        EXPECT_FALSE(why_spared(process(77, file), own, {.lasts = true})->is_news) << "a wildcard does not";
        EXPECT_FALSE(why_spared(process(77, file), own, all)) << "a restart goes by other rules";
    }
    EXPECT_FALSE(why_spared(worker, own, lasting));
}

TEST(WhySparedTest, SparesOtherPidNamespaces) {
    process_info inside = worker;
    inside.pid_namespaces = 2;
    process_info unknown = worker;
    unknown.pid_namespaces = std::nullopt;

    EXPECT_EQ(why_spared(inside, own, all)->by, core::guard::protected_target);
    EXPECT_THAT(why_spared(inside, own, all)->why, HasSubstr("driver = \"docker\""));
    EXPECT_THAT(why_spared(unknown, own, all)->why, HasSubstr("does not say"));
    EXPECT_TRUE(why_spared(inside, own, all)->is_news);
}

TEST(WhySparedTest, ComparesWithItsOwnWhereTheKernelKnowsNoNamespaces) {
    own_place bare = own;
    bare.self.pid_namespaces = std::nullopt;
    process_info p = worker;
    p.pid_namespaces = std::nullopt;

    EXPECT_FALSE(why_spared(p, bare, {}));
}

TEST(WhySparedTest, SparesWhatHasATerminalUnlessTheGroupSaysSo) {
    process_info p = worker;
    p.has_terminal = true;

    const auto spared = why_spared(p, own, {});

    ASSERT_TRUE(spared);
    EXPECT_EQ(spared->by, core::guard::not_opted_in);
    EXPECT_TRUE(spared->is_news);
    EXPECT_FALSE(why_spared(p, own, all));
}

TEST(WhySparedTest, LeavesWhatSomebodyIsAtToHim) {
    process_info traced = worker;
    traced.tracer = 4711;
    process_info stopped = worker;
    stopped.state = 'T';

    for (const process_info& p : {traced, stopped}) {
        const auto spared = why_spared(p, own, all);
        ASSERT_TRUE(spared);
        EXPECT_EQ(spared->by, core::guard::busy);
        EXPECT_TRUE(spared->is_news);
    }
}

}  // namespace mayhem::drivers
