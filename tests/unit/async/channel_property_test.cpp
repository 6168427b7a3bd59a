// Proves that a channel loses and doubles nothing under cancellation: senders and receivers that come, wait and are
// cancelled at random moments, many seeds; afterwards the values received and those left in the channel are exactly
// those sent, each receiver's from one sender in the order of sending. MAYHEM_TEST_SEED runs a single seed.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "mayhem/async/channel.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async {
namespace {

using test::virtual_loop;

constexpr std::size_t senders = 4;
constexpr std::size_t receivers = 4;

/// A value that shows whether it was moved away, and whence it came.
struct parcel {
    std::size_t sender = 0;
    int number = 0;
    friend auto operator<=>(const parcel&, const parcel&) = default;
};
using parcel_pointer = std::unique_ptr<parcel>;

struct world {
    explicit world(std::uint64_t seed) : random(seed), queue(1 + random() % 4) {}

    clock::duration pause() { return std::chrono::milliseconds{random() % 5}; }

    std::mt19937_64 random;
    channel<parcel_pointer> queue;
    std::vector<parcel> sent;
    std::array<std::vector<parcel>, receivers + 1> received;  ///< by receiver; the last has what was left over
    std::vector<parcel> kept;                                 ///< not sent: refused or cancelled
};

/// Counts a parcel as sent or kept when the task ends, however it ends: moved from means sent.
struct in_hand {
    in_hand(world& w, parcel p) : where(w), content(p), pointer(std::make_unique<parcel>(p)) {}
    in_hand(const in_hand&) = delete;
    in_hand& operator=(const in_hand&) = delete;
    ~in_hand() { (pointer ? where.kept : where.sent).push_back(content); }

    world& where;
    parcel content;
    parcel_pointer pointer;
};

awaitable<void> send_some(world& w, std::size_t sender) {
    const frame here;
    for (int number = 1; number <= 20; ++number) {
        in_hand mine{w, {sender, number}};
        if (w.random() % 3 == 0) {
            co_await sleep_for(w.pause());
        }
        if (w.random() % 4 == 0) {
            (void)co_await with_timeout(w.queue.send(mine.pointer), w.pause());
        } else if (w.random() % 4 == 0) {
            (void)w.queue.try_send(mine.pointer);
        } else {
            (void)co_await w.queue.send(mine.pointer);
        }
    }
}

void count(std::optional<parcel_pointer> p, std::vector<parcel>& received) {
    if (p) {
        received.push_back(**p);
    }
}

awaitable<void> receive_some(world& w, std::vector<parcel>& received) {
    const frame here;
    for (int i = 0; i < 25; ++i) {
        if (w.random() % 3 == 0) {
            co_await sleep_for(w.pause());
        }
        if (w.random() % 4 == 0) {
            std::optional<std::optional<parcel_pointer>> in_time = co_await with_timeout(w.queue.receive(), w.pause());
            count(std::move(in_time).value_or(std::nullopt), received);
        } else if (w.random() % 4 == 0) {
            count(w.queue.try_receive(), received);
        } else {
            std::optional<parcel_pointer> next = co_await w.queue.receive();
            count(std::move(next), received);
        }
    }
}

/// Each task in a group of its own, so that it can be cancelled alone.
using groups_of_one = std::vector<std::unique_ptr<task_group>>;

std::unique_ptr<task_group> group_of_one(loop& l, awaitable<void> body) {
    std::unique_ptr<task_group> group(new task_group(l, "one", {}));
    group->spawn("task", std::move(body));
    return group;
}

awaitable<void> disturb(world& w, groups_of_one& groups) {
    const frame here;
    for (int i = 0; i < 10; ++i) {
        co_await sleep_for(w.pause());
        for (const auto& g : groups) {
            if (w.random() % 8 == 0) {
                g->cancel();
            }
        }
    }
    if (w.random() % 2 == 0) {
        w.queue.close();
    }
    for (const auto& g : groups) {
        g->cancel();
        co_await g->join();
    }
}

std::vector<std::uint64_t> seeds() {
    if (const char* one = std::getenv("MAYHEM_TEST_SEED")) {
        return {std::strtoull(one, nullptr, 10)};
    }
    std::vector<std::uint64_t> all(200);
    std::iota(all.begin(), all.end(), std::uint64_t{1});
    return all;
}

void expect_each_senders_order(const world& w) {
    for (const std::vector<parcel>& received : w.received) {
        std::array<int, senders> last{};
        for (const parcel& p : received) {
            EXPECT_LT(last[p.sender], p.number) << "sender " << p.sender;
            last[p.sender] = p.number;
        }
    }
}

TEST(ChannelPropertyTest, LosesAndDoublesNothingUnderCancellation) {
    for (const std::uint64_t seed : seeds()) {
        SCOPED_TRACE("MAYHEM_TEST_SEED=" + std::to_string(seed));
        world w{seed};
        {
            virtual_loop t;
            groups_of_one groups;
            for (std::size_t i = 0; i < senders; ++i) {
                groups.push_back(group_of_one(t.loop, send_some(w, i)));
            }
            for (std::size_t i = 0; i < receivers; ++i) {
                groups.push_back(group_of_one(t.loop, receive_some(w, w.received[i])));
            }

            t.run(disturb(w, groups));

            for (const auto& g : groups) {
                EXPECT_EQ(g->failures(), 0U);
            }
        }
        while (std::optional<parcel_pointer> left = w.queue.try_receive()) {
            w.received[receivers].push_back(**left);
        }
        expect_each_senders_order(w);
        std::vector<parcel> arrived;
        for (const std::vector<parcel>& received : w.received) {
            arrived.insert(arrived.end(), received.begin(), received.end());
        }
        std::ranges::sort(w.sent);
        std::ranges::sort(arrived);
        ASSERT_EQ(arrived, w.sent) << "received and left over against sent";
    }
}

}  // namespace
}  // namespace mayhem::async
