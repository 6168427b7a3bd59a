// Proves that what was handed back as durable is there after SIGKILL at any moment, and that nothing half-written is:
// a child writes as fast as it can and says through a pipe what was handed back; it is killed at random moments
// and the file is opened again, by the next child too.
#include <chrono>
#include <iostream>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mayhem/core/random.hpp"
#include "stores/sqlite/ledger.hpp"
#include "stores/sqlite/sqlite_writer.hpp"
#include "unit/stores/support.hpp"

namespace mayhem::stores {
namespace {

using test::message_number;

constexpr int kills = 25;

// Journals and settles messages from number `first` on until it is killed; writes each number to `fd` once it is
// durable.
[[noreturn]] void write_until_killed(const std::filesystem::path& path, std::uint64_t first, int fd) {
    std::uint64_t durable = first;
    sqlite_writer writer(sqlite_database::open(path), [&](const sqlite_writer::batch& b) {
        for (std::size_t i = 0; i < b.size(); ++i) {
            if (::write(fd, &durable, sizeof durable) != sizeof durable) {
                ::_exit(1);
            }
            ++durable;
        }
    });
    for (std::uint64_t n = first;;) {
        const bool accepted = writer.submit(std::make_shared<write_request>([m = message_number(n)](ledger& l) {
            l.enter(m);
            l.save(m, 1, test::at(0));
            l.record(m, test::recovered());
        }));
        if (accepted) {
            ++n;
        } else {
            std::this_thread::yield();
        }
    }
}

TEST(StoreCrashTest, WhatWasHandedBackSurvivesKillAtAnyMoment) {
    const std::uint64_t seed = core::random_source::system_seed();
    std::cout << "seed " << seed << '\n';
    core::random_source moments(seed);
    const test::temporary_folder folder;
    const std::filesystem::path path = folder / "mayhem.db";
    std::uint64_t next = 0;

    for (int i = 0; i < kills; ++i) {
        int ends[2] = {};
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t writer = ::fork();
        if (writer == 0) {
            write_until_killed(path, next, ends[1]);
        }
        ::close(ends[1]);
        pollfd readable{.fd = ends[0], .events = POLLIN, .revents = 0};
        const auto lives_on = std::chrono::microseconds{moments.below(30'000)};
        const bool waits_for_first = moments.below(4) != 0;
        if (waits_for_first) {
            ASSERT_EQ(::poll(&readable, 1, 30'000), 1);
        }
        std::uint64_t acknowledged = 0;
        std::uint64_t number = 0;
        const auto until = std::chrono::steady_clock::now() + lives_on;
        while (std::chrono::steady_clock::now() < until && ::poll(&readable, 1, 1) >= 0) {
            if ((readable.revents & POLLIN) != 0 && ::read(ends[0], &number, sizeof number) == sizeof number) {
                acknowledged = number + 1;
            }
        }
        ASSERT_EQ(::kill(writer, SIGKILL), 0);
        while (::read(ends[0], &number, sizeof number) == sizeof number) {
            acknowledged = number + 1;
        }
        ::close(ends[0]);
        ASSERT_EQ(::waitpid(writer, nullptr, 0), writer);

        sqlite_database again = sqlite_database::open(path);
        EXPECT_TRUE(again.check(std::chrono::minutes{1}));
        const auto there = static_cast<std::uint64_t>(test::count(path, "SELECT count(*) FROM messages"));
        const auto settled = static_cast<std::uint64_t>(
            test::count(path, "SELECT count(*) FROM messages JOIN attempts ON message = seq WHERE state = 'acked'"));
        ASSERT_GE(there, acknowledged) << "after kill " << i;
        ASSERT_EQ(settled, there) << "after kill " << i;
        next = there;
    }
    std::cout << next << " messages over " << kills << " kills\n";
    EXPECT_GT(next, 0U);
}

}  // namespace
}  // namespace mayhem::stores
