// Proves that signals are named and understood in the spellings that people use, by table.
#include "system/signal_name.hpp"

#include <csignal>

#include <gtest/gtest.h>

namespace mayhem::system {

TEST(SignalNameTest, NamesSignals) {
    EXPECT_EQ(signal_name(SIGTERM), "SIGTERM");
    EXPECT_EQ(signal_name(SIGRTMIN), "SIGRTMIN");
    EXPECT_EQ(signal_name(SIGRTMIN + 3), "SIGRTMIN+3");
    EXPECT_EQ(signal_name(99), "signal 99");
}

TEST(SignalNameTest, UnderstandsNameWithAndWithoutPrefixAndNumber) {
    EXPECT_EQ(parse_signal("SIGTERM"), SIGTERM);
    EXPECT_EQ(parse_signal("TERM"), SIGTERM);
    EXPECT_EQ(parse_signal("kill"), SIGKILL);
    EXPECT_EQ(parse_signal("9"), SIGKILL);
    EXPECT_EQ(parse_signal("RTMIN+2"), SIGRTMIN + 2);
}

TEST(SignalNameTest, RefusesWhatIsNoSignal) {
    for (const char* text : {"", "0", "-9", "99", "9x", "SIG", "TERMINATE"}) {
        EXPECT_EQ(parse_signal(text), std::nullopt) << text;
    }
}

TEST(SignalNameTest, EveryNameIsUnderstood) {
    for (int signal = 1; signal < 32; ++signal) {
        EXPECT_EQ(parse_signal(signal_name(signal)), signal);
    }
}

TEST(SignalNameTest, KnowsWhichSignalsEndAProcess) {
    for (const int signal : {SIGTERM, SIGKILL, SIGINT, SIGHUP, SIGUSR1, SIGSEGV}) {
        EXPECT_TRUE(is_deadly(signal)) << signal;
    }
    for (const int signal : {0, SIGSTOP, SIGCONT, SIGCHLD, SIGWINCH, 99}) {
        EXPECT_FALSE(is_deadly(signal)) << signal;
    }
}

}  // namespace mayhem::system
