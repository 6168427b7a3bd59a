// Proves that a profile of this process names the function that burns the CPU, and that there is one at a time. CPU
// time is real, so the clock is too: the test burns until the sampler has seen it.
#include "telemetry/cpu_profile.hpp"

#include <chrono>
#include <cstdint>
#include <cstring>
#include <ctime>

#include <gtest/gtest.h>

namespace mayhem::telemetry {
namespace {

std::uint64_t word_at(const std::string& profile, std::size_t index) {
    std::uint64_t word = 0;
    std::memcpy(&word, profile.data() + index * sizeof word, sizeof word);
    return word;
}

std::chrono::nanoseconds cpu_time() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

void burn(std::chrono::milliseconds length) {
    const auto end = cpu_time() + length;
    while (cpu_time() < end) {
    }
}

TEST(CpuProfileTest, IsThereOneAtATime) {
    const std::unique_ptr<cpu_profile> first = cpu_profile::start();
    ASSERT_NE(first, nullptr);

    EXPECT_EQ(cpu_profile::start(), nullptr);
}

TEST(CpuProfileTest, EndsWithItsObject) {
    (void)cpu_profile::start();

    const std::unique_ptr<cpu_profile> next = cpu_profile::start();

    EXPECT_NE(next, nullptr);
}

TEST(CpuProfileTest, HasSamplesOfWhatRanAndTheMapOfTheProgram) {
    std::string taken;
    bool has_samples = false;
    for (int tries = 0; tries < 20 && !has_samples; ++tries) {  // time of the CPU can pass without a sample: a held VM
        const std::unique_ptr<cpu_profile> profile = cpu_profile::start();
        ASSERT_NE(profile, nullptr);
        burn(std::chrono::milliseconds{200});
        taken = profile->take();
        ASSERT_GT(taken.size(), 10 * sizeof(std::uint64_t));
        has_samples = word_at(taken, 5) > 0;
    }

    EXPECT_EQ(word_at(taken, 0), 0U);
    EXPECT_EQ(word_at(taken, 3), 10'000U) << "microseconds between samples";
    EXPECT_GT(word_at(taken, 5), 0U) << "how often the first stack was seen";
    EXPECT_NE(taken.find("telemetry_test"), std::string::npos) << "/proc/self/maps comes last";
}

TEST(CpuProfileTest, SaysNothingOnStandardError) {
    ::testing::internal::CaptureStderr();
    const std::unique_ptr<cpu_profile> profile = cpu_profile::start();
    (void)profile->take();

    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace mayhem::telemetry
