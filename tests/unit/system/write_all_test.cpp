// Proves that all of a text is written, however small the parts in which it is taken, and that a failure is told: on a
// pipe that a thread reads.
#include "system/write_all.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "system/unique_fd.hpp"

namespace mayhem::system {
namespace {

std::pair<unique_fd, unique_fd> make_pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    return {unique_fd(ends[0]), unique_fd(ends[1])};
}

TEST(WriteAllTest, GoesOnUntilAllIsTaken) {
    auto [reading, writing] = make_pipe();
    const std::string text(1'000'000, 'x');
    std::string taken;
    std::thread reader([&taken, from = reading.get()] {
        std::array<char, 1000> part{};
        for (ssize_t count = 1; count > 0;) {
            count = ::read(from, part.data(), part.size());
            taken.append(part.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
        }
    });

    const bool is_written = write_all(writing.get(), text);
    writing.reset();
    reader.join();

    EXPECT_TRUE(is_written);
    EXPECT_EQ(taken, text);
}

TEST(WriteAllTest, TellsWhyItCannot) {
    const unique_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    ASSERT_TRUE(full);

    EXPECT_FALSE(write_all(full.get(), "x"));
    EXPECT_EQ(errno, ENOSPC);
    EXPECT_FALSE(write_all(-1, "x"));
    EXPECT_EQ(errno, EBADF);
    EXPECT_TRUE(write_all(-1, "")) << "nothing is asked of it";
}

}  // namespace
}  // namespace mayhem::system
