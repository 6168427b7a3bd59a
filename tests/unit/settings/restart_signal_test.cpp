// Proves which texts name the signal of a restart, and that every other is refused with what was probably meant.
#include "settings/restart_signal.hpp"

#include <csignal>

#include <gtest/gtest.h>

namespace mayhem::settings {
namespace {

TEST(RestartSignalTest, ReadsNamesAndNumbers) {
    for (const std::string_view text : {"TERM", "SIGTERM", "term", "sigterm", "15"}) {
        const auto signal = parse_restart_signal(text);
        ASSERT_TRUE(signal) << signal.error();
        EXPECT_EQ(*signal, SIGTERM) << text;
    }
    EXPECT_EQ(*parse_restart_signal("KILL"), SIGKILL);
    EXPECT_EQ(*parse_restart_signal("hup"), SIGHUP);
}

TEST(RestartSignalTest, SuggestsWhatWasMeant) {
    EXPECT_EQ(parse_restart_signal("TREM").error(), R"("TREM" is no signal: did you mean "TERM"?)");
    EXPECT_EQ(parse_restart_signal("SIGKIL").error(), R"("SIGKIL" is no signal: did you mean "SIGKILL"?)");
    EXPECT_EQ(parse_restart_signal("sigusr3").error(), R"("sigusr3" is no signal: did you mean "SIGUSR1"?)");
}

TEST(RestartSignalTest, NamesAnExampleWhereNothingIsClose) {
    for (const std::string_view text : {"", "gently", "0", "-9", "99", "15 "}) {
        EXPECT_EQ(parse_restart_signal(text).error(),
                  '"' + std::string(text) + "\" is no signal: give a name such as \"TERM\", or its number");
    }
}

TEST(RestartSignalTest, RefusesWhatEndsNothing) {
    for (const std::string_view text : {"STOP", "SIGCONT", "19", "WINCH"}) {
        EXPECT_EQ(parse_restart_signal(text).error(),
                  '"' + std::string(text) + "\" does not end a process: give a signal that does, such as \"TERM\"");
    }
}

}  // namespace
}  // namespace mayhem::settings
