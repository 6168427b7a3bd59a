// Proves that the sink writes whole lines to every kind of descriptor, leaves the descriptor's flags alone and gives up
// on a stuck reader at its deadline; each test makes its own descriptor, and the sink runs on the test's thread.
#include "telemetry/descriptor_sink.hpp"

#include <array>
#include <cstdio>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "telemetry/text_formatter.hpp"
#include "unit/telemetry/pipe.hpp"

namespace mayhem::telemetry {
namespace {

void write_line(descriptor_sink& sink, const std::string& text) {
    sink.log(spdlog::details::log_msg{"mayhem", spdlog::level::info, text});
}

void use_priorities(descriptor_sink& sink) {
    sink.set_formatter(std::make_unique<text_formatter>(text_formatter::head::priority));
}

TEST(DescriptorSinkTest, WritesToAPipe) {
    test::pipe p;
    {
        descriptor_sink sink(p.write_end());
        use_priorities(sink);
        write_line(sink, "one");
        write_line(sink, "two");
    }
    p.close_write_end();

    EXPECT_THAT(p.read_lines(), testing::ElementsAre("<6>one", "<6>two"));
}

TEST(DescriptorSinkTest, LeavesTheFlagsOfASharedDescriptorAlone) {
    const test::pipe p;
    const int before = ::fcntl(p.write_end(), F_GETFL);

    const descriptor_sink sink(p.write_end());

    EXPECT_EQ(::fcntl(p.write_end(), F_GETFL), before);
}

TEST(DescriptorSinkTest, GivesUpOnAStuckPipeAtTheDeadline) {
    const test::pipe p;
    descriptor_sink sink(p.write_end());
    use_priorities(sink);
    sink.give_up_at(std::chrono::steady_clock::now());

    for (int i = 0; i < 100; ++i) {
        write_line(sink, std::string(1000, 'x'));
    }

    EXPECT_GE(sink.lost(), 30U) << "a pipe holds 64 KiB at most";
    EXPECT_LT(sink.lost(), 100U);
}

TEST(DescriptorSinkTest, GivesUpOnAStuckSocketAtTheDeadline) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    descriptor_sink sink(ends[1]);
    use_priorities(sink);
    sink.give_up_at(std::chrono::steady_clock::now());

    for (int i = 0; i < 10'000 && sink.lost() == 0; ++i) {
        write_line(sink, std::string(1000, 'x'));
    }

    EXPECT_EQ(sink.lost(), 1U);
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(DescriptorSinkTest, AppendsToAFileThatOthersWriteToo) {
    std::FILE* const file = std::tmpfile();
    ASSERT_NE(file, nullptr);
    const int fd = ::fileno(file);
    ASSERT_EQ(::write(fd, "before\n", 7), 7);
    {
        descriptor_sink sink(fd);
        use_priorities(sink);
        write_line(sink, "line");
    }
    ASSERT_EQ(::write(fd, "after\n", 6), 6);

    std::array<char, 64> text{};
    const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
    EXPECT_EQ(std::string(text.data(), static_cast<std::size_t>(size)), "before\n<6>line\nafter\n");
    (void)std::fclose(file);  // a temporary file: nothing to lose
}

TEST(DescriptorSinkTest, GoesOnAfterAFullDisk) {
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    descriptor_sink sink(full);
    use_priorities(sink);

    write_line(sink, "one");
    write_line(sink, "two");

    EXPECT_EQ(sink.lost(), 2U);
    ::close(full);
}

TEST(DescriptorSinkTest, CountsWhatAClosedDescriptorLoses) {
    descriptor_sink sink(-1);
    use_priorities(sink);

    write_line(sink, "one");

    EXPECT_EQ(sink.lost(), 1U);
}

}  // namespace
}  // namespace mayhem::telemetry
