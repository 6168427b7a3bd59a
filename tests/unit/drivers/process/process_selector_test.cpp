// Proves that a selector takes exactly the processes that meet all its criteria and can never take everything, by
// matching descriptions of processes.
#include "drivers/process/process_selector.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace mayhem::drivers {

namespace {

process_info nginx() {
    process_info p;
    p.pid = 100;
    p.state = 'S';
    p.name = "nginx";
    p.executable = "/usr/sbin/nginx";
    p.command_line = "nginx: worker process";
    p.user = 33;
    return p;
}

bool matches(process_criteria criteria, const process_info& process) {
    return process_selector(std::move(criteria)).matches(process);
}

}  // namespace

TEST(ProcessSelectorTest, MatchesEachCriterion) {
    EXPECT_TRUE(matches({.executable = "/usr/sbin/nginx"}, nginx()));
    EXPECT_TRUE(matches({.executable = "nginx"}, nginx()));
    EXPECT_TRUE(matches({.name = "nginx"}, nginx()));
    EXPECT_TRUE(matches({.command_line = "worker"}, nginx()));
    EXPECT_TRUE(matches({.user = 33}, nginx()));

    EXPECT_FALSE(matches({.executable = "/usr/local/sbin/nginx"}, nginx()));
    EXPECT_FALSE(matches({.executable = "ngin"}, nginx()));
    EXPECT_FALSE(matches({.name = "ngin"}, nginx()));
    EXPECT_FALSE(matches({.command_line = "master"}, nginx()));
    EXPECT_FALSE(matches({.user = 0}, nginx()));
}

TEST(ProcessSelectorTest, LeavesOutWhatIsExcluded) {
    for (const char* pattern : {"ngin?", "nginx", "/usr/sbin/*", "worker process"}) {
        EXPECT_FALSE(matches({.user = 33, .except = {pattern}}, nginx())) << pattern;
    }
    for (const char* pattern : {"/usr/bin/*", "master", "work*"}) {
        EXPECT_TRUE(matches({.user = 33, .except = {pattern}}, nginx())) << pattern;
    }
}

TEST(ProcessSelectorTest, ComparesWhatTheKernelKeepsOfAnExcludedName) {
    process_info p = nginx();
    p.name = "a-name-of-15-by";

    EXPECT_FALSE(matches({.user = 33, .except = {"a-name-of-15-bytes"}}, p));
    EXPECT_TRUE(matches({.user = 33, .except = {"a-name-of-16-bytes"}}, p));
}

TEST(ProcessSelectorTest, ExcludesByPathWhatDoesNotShowItsExecutable) {
    process_info p = nginx();
    p.executable.clear();

    EXPECT_FALSE(matches({.name = "nginx", .except = {"/opt/*"}}, p));
    EXPECT_TRUE(matches({.name = "nginx", .except = {"redis"}}, p));
}

TEST(ProcessSelectorTest, RefusesToExcludeEverything) {
    using criteria = process_criteria;
    for (const criteria& c :
         {criteria{.name = "nginx", .except = {"ngin*"}}, criteria{.user = 33, .except = {"db", "*"}},
          criteria{.executable = "/usr/sbin/nginx", .except = {"nginx"}},
          criteria{.command_line = "worker process", .except = {"worker"}}}) {
        EXPECT_THROW((process_selector(c)), std::invalid_argument) << c.except.front();
    }
}

TEST(ProcessSelectorTest, AllCriteriaMustMatch) {
    EXPECT_TRUE(matches({.executable = "nginx", .name = "nginx", .command_line = "worker", .user = 33}, nginx()));
    EXPECT_FALSE(matches({.executable = "nginx", .command_line = "master"}, nginx()));
    EXPECT_FALSE(matches({.name = "nginx", .user = 34}, nginx()));
}

TEST(ProcessSelectorTest, WhatCouldNotBeReadDoesNotMatch) {
    process_info unreadable = nginx();
    unreadable.executable.clear();
    unreadable.user.reset();

    EXPECT_FALSE(matches({.executable = "nginx"}, unreadable));
    EXPECT_FALSE(matches({.user = 33}, unreadable));
}

TEST(ProcessSelectorTest, ComparesNamesAsTheKernelKeepsThem) {
    process_info p = nginx();
    p.name = "a-program-with-";

    EXPECT_TRUE(matches({.name = "a-program-with-a-long-name"}, p));
}

TEST(ProcessSelectorTest, NeverMatchesZombiesAndKernelThreads) {
    process_info zombie = nginx();
    zombie.state = 'Z';
    process_info thread = nginx();
    thread.is_kernel_thread = true;

    EXPECT_FALSE(matches({.name = "nginx"}, zombie));
    EXPECT_FALSE(matches({.name = "nginx"}, thread));
}

TEST(ProcessSelectorTest, CannotBeMadeEmpty) {
    EXPECT_THROW(process_selector({}), std::invalid_argument);
    EXPECT_THROW(process_selector({.executable = ""}), std::invalid_argument);
    EXPECT_THROW(process_selector({.name = "", .user = 33}), std::invalid_argument);
    EXPECT_THROW(process_selector({.command_line = ""}), std::invalid_argument);
}

TEST(ProcessSelectorTest, RefusesARelativePath) {
    EXPECT_THROW(process_selector({.executable = "sbin/nginx"}), std::invalid_argument);
}

TEST(ProcessSelectorTest, RulesOutByNameBeforeTheRestIsRead) {
    process_info unread;
    unread.state = 'S';
    unread.name = "nginx";

    EXPECT_TRUE(process_selector({.executable = "/usr/sbin/nginx", .name = "nginx"}).may_match(unread));
    EXPECT_FALSE(process_selector({.name = "sleep"}).may_match(unread));
}

TEST(ProcessSelectorTest, DescribesItself) {
    EXPECT_EQ(process_selector({.executable = "nginx", .user = 33}).describe(), "executable 'nginx', user 33");
}

TEST(ProcessSelectorTest, FindsUsersByNameAndNumber) {
    EXPECT_EQ(find_user("root"), 0U);
    EXPECT_EQ(find_user("4242"), 4242U);
    EXPECT_THROW((void)find_user("no-such-user-here"), std::invalid_argument);
}

}  // namespace mayhem::drivers
