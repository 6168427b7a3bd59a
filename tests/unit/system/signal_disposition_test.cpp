// Proves what is read of a process's signals: from texts as the kernel writes them, and of this process.
#include "system/signal_disposition.hpp"

#include <csignal>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace mayhem::system {

TEST(SignalDispositionTest, ReadsWhatTheKernelWrites) {
    const std::string status =
        "Name:\tnginx\nSigBlk:\t0000000000000000\nSigIgn:\t0000000040001000\nSigCgt:\t0000000198016a07\nCapInh:\t0\n";

    EXPECT_EQ(parse_signal_disposition(status, SIGQUIT), signal_disposition::handled);
    EXPECT_EQ(parse_signal_disposition(status, SIGPIPE), signal_disposition::ignored);
    EXPECT_EQ(parse_signal_disposition(status, SIGABRT), signal_disposition::by_default);
    EXPECT_EQ(parse_signal_disposition(status, SIGKILL), signal_disposition::by_default);
}

TEST(SignalDispositionTest, WhatIsNoSuchTextSaysNothing) {
    for (const char* text : {"", "SigCgt:", "\nSigCgt:\tx\nSigIgn:\t0\n", "\nSigIgn:\t0\n"}) {
        EXPECT_EQ(parse_signal_disposition(text, SIGTERM), signal_disposition::unknown) << text;
    }
    EXPECT_EQ(parse_signal_disposition("\nSigCgt:\t0\nSigIgn:\t0\n", 65), signal_disposition::unknown);
}

TEST(SignalDispositionTest, LooksAtAProcess) {
    struct sigaction before{};
    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    ASSERT_EQ(::sigaction(SIGUSR2, &ignore, &before), 0);
    const signal_disposition seen = disposition_of(::getpid(), SIGUSR2);
    ASSERT_EQ(::sigaction(SIGUSR2, &before, nullptr), 0);

    EXPECT_EQ(seen, signal_disposition::ignored);
    EXPECT_EQ(disposition_of(0x7fffffff, SIGTERM), signal_disposition::unknown);
}

}  // namespace mayhem::system
