// Proves that the notation of an incarnation is read back as it was written, and that nothing else is read, by example.
#include "drivers/proc/process_incarnation.hpp"

#include <gtest/gtest.h>

namespace mayhem::drivers {

TEST(ProcessIncarnationTest, IsReadBackAsItWasWritten) {
    const process_incarnation life{.pid = 4242, .start_ticks = 123456789012, .boot_id = "5bd1-e995"};

    EXPECT_EQ(life.to_string(), "4242:123456789012:5bd1-e995");
    EXPECT_EQ(process_incarnation::parse(life.to_string()), life);
}

TEST(ProcessIncarnationTest, RefusesOtherText) {
    for (const char* text :
         {"", "1", "1:2", "1:2:", ":2:b", "x:2:b", "0:2:b", "-1:2:b", "1:-2:b", "1 :2:b", "99999999999999:2:b"}) {
        EXPECT_EQ(process_incarnation::parse(text), std::nullopt) << text;
    }
}

}  // namespace mayhem::drivers
