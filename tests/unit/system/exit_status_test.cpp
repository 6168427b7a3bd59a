// Proves that the end of a child is told in words a person understands, by example.
#include "system/exit_status.hpp"

#include <csignal>

#include <gtest/gtest.h>

namespace mayhem::system {

TEST(ExitStatusTest, TellsExitFromSignalFromCoreDump) {
    EXPECT_EQ(exit_status{.number = 3}.describe(), "exited with status 3");
    EXPECT_EQ((exit_status{.by_signal = true, .number = SIGKILL}.describe()), "killed by SIGKILL");
    EXPECT_EQ((exit_status{.by_signal = true, .core_dumped = true, .number = SIGSEGV}.describe()),
              "killed by SIGSEGV (core dumped)");
}

}  // namespace mayhem::system
