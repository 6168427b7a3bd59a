// Proves what a program that was built without gperftools says: linked with the source that takes its place.
#include <stdexcept>

#include <gtest/gtest.h>

#include "telemetry/cpu_profile.hpp"

namespace mayhem::telemetry {
namespace {

TEST(CpuProfileAbsentTest, NamesThePackage) {
    EXPECT_FALSE(cpu_profile::is_available());
    try {
        (void)cpu_profile::start();
        FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& e) {
        EXPECT_NE(std::string(e.what()).find("libgoogle-perftools-dev"), std::string::npos) << e.what();
    }
}

}  // namespace
}  // namespace mayhem::telemetry
