// The log has nowhere to go: the daemon works and ends all the same. F45.

#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "record.hpp"
#include "system/unique_fd.hpp"
#include "workers.hpp"

namespace mayhem::testing {

namespace {

/// Works until it has handled something and is told to end.
void expect_it_lives(const std::function<void()>& in_child) {
    const test_folder folder;
    const std::string store = folder / "mayhem.db";
    const std::string config =
        folder.write("mayhem.toml", "[group.herd]\ndriver = \"simulated\"\nmean_time_between = \"1ms\"\n");
    program daemon({mayhem, "run", "-c", config, "--store", store}, {.environment = {}, .in_child = in_child});
    const auto acked = [&] { return std::filesystem::exists(store + "-wal") ? read_record(store).count("acked") : 0; };
    ASSERT_TRUE(eventually(
        [&] {
            try {
                return acked() > 400;  // far more lines than a pipe holds
            } catch (const std::exception&) {
                return false;  // the tables are not made yet
            }
        },
        std::chrono::minutes{1}));

    daemon.kill(SIGTERM);

    EXPECT_EQ(daemon.end(), "exit 0");
    EXPECT_EQ(read_record(store).integrity, "ok");  // no line went into it, though its number may be that of a stream
}

}  // namespace

TEST(TroubledLogTest, StandardErrorIsClosed) {
    expect_it_lives([] { ::close(STDERR_FILENO); });
}

TEST(TroubledLogTest, AllStandardStreamsAreClosed) {
    expect_it_lives([] {
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
            ::close(stream);
        }
    });
}

TEST(TroubledLogTest, TheReaderIsStuck) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const system::unique_fd read_end(ends[0]);
    const system::unique_fd write_end(ends[1]);

    expect_it_lives([&] { ::dup2(write_end.get(), STDERR_FILENO); });
}

TEST(TroubledLogTest, TheReaderIsGone) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const system::unique_fd write_end(ends[1]);
    ::close(ends[0]);

    expect_it_lives([&] { ::dup2(write_end.get(), STDERR_FILENO); });
}

}  // namespace mayhem::testing
