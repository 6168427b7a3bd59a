// Proves that every packet that comes to a gate passes once, when it is due and not before, and is counted; with a gate
// that has no kernel behind it, and times of the test's own.
#include "actions/netfilter/packet_delayer.hpp"

#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "actions/holder/delayed_network.hpp"

namespace mayhem::actions {
namespace {

using namespace std::chrono_literals;
using clock = packet_line::clock;

constexpr clock::time_point begin{1h};

/// Packets wait in it as they wait in the kernel: who passes leaves it.
class fake_gate final : public packet_gate {
public:
    void come(std::uint32_t number) {
        come_.push_back(number);
        waiting_.push_back(number);
    }

    [[nodiscard]] std::span<const std::uint32_t> receive() override {
        std::exchange(when_asked, [] {})();
        told_.clear();
        for (; !come_.empty() && told_.size() < told_at_once; come_.pop_front()) {
            told_.push_back(come_.front());
        }
        return told_;
    }
    void pass_up_to(std::uint32_t last) override {
        for (; !waiting_.empty() && static_cast<std::int32_t>(waiting_.front() - last) <= 0; waiting_.pop_front()) {
            passed_.push_back(waiting_.front());
        }
    }
    void pass(std::uint32_t number) override {
        ASSERT_EQ(std::erase(waiting_, number), 1U) << "it does not wait";
        passed_.push_back(number);
    }

    [[nodiscard]] std::vector<std::uint32_t> take_passed() { return std::exchange(passed_, {}); }
    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    [[nodiscard]] std::size_t untold() const { return come_.size(); }

    std::function<void()> when_asked = [] {};

private:
    static constexpr std::size_t told_at_once = 64;

    std::deque<std::uint32_t> come_;
    std::deque<std::uint32_t> waiting_;
    std::vector<std::uint32_t> told_;
    std::vector<std::uint32_t> passed_;
};

using numbers = std::vector<std::uint32_t>;

class PacketDelayerTest : public ::testing::Test {
protected:
    void work_at(clock::time_point now) {
        now_ = now;
        delayer_.work();
    }

    fake_gate gate_;
    clock::time_point now_ = begin;
    packet_delayer delayer_{gate_, packet_line(100ms, 0ms, core::random_source(1)), [this] { return now_; }};
};

TEST_F(PacketDelayerTest, PassesEachWhenItIsDue) {
    gate_.come(1);
    gate_.come(2);
    work_at(begin);
    gate_.come(3);
    work_at(begin + 40ms);

    EXPECT_EQ(delayer_.next_due(), begin + 100ms);
    work_at(begin + 99ms);
    EXPECT_EQ(gate_.take_passed(), numbers{});
    work_at(begin + 100ms);
    EXPECT_EQ(gate_.take_passed(), (numbers{1, 2}));
    EXPECT_EQ(delayer_.next_due(), begin + 140ms);
    work_at(begin + 140ms);
    EXPECT_EQ(gate_.take_passed(), numbers{3});
    EXPECT_EQ(delayer_.next_due(), std::nullopt);
    EXPECT_EQ(delayer_.delayed(), 3U);
}

TEST_F(PacketDelayerTest, WhoComesWhileItDoesNotRunWaitsAllTheSame) {
    gate_.come(1);
    gate_.when_asked = [this] { now_ += 30ms; };  // who receives was not scheduled

    work_at(begin);

    EXPECT_EQ(delayer_.next_due(), begin + 130ms);
}

TEST_F(PacketDelayerTest, TheNumbersMayBeginAnew) {
    for (const std::uint32_t number : {0xFFFFFFFEU, 0xFFFFFFFFU, 0U, 1U}) {
        gate_.come(number);
    }
    work_at(begin);
    work_at(begin + 100ms);

    EXPECT_EQ(gate_.take_passed(), (numbers{0xFFFFFFFE, 0xFFFFFFFF, 0, 1}));
}

TEST_F(PacketDelayerTest, AFloodDoesNotHoldUpWhoIsDue) {
    gate_.come(0);
    work_at(begin);
    for (std::uint32_t i = 1; i <= 3 * packet_delayer::received_at_once; ++i) {
        gate_.come(i);
    }

    work_at(begin + 100ms);

    EXPECT_EQ(gate_.take_passed(), numbers{0});
    EXPECT_EQ(gate_.untold(), 2 * packet_delayer::received_at_once) << "the rest is for the next time";
}

TEST_F(PacketDelayerTest, ForWhomThereIsNoRoomPassesAtOnceAndIsNotCounted) {
    for (std::uint32_t i = 0; i < packet_line::longest + 2; ++i) {
        gate_.come(i);
    }
    while (gate_.untold() > 0) {
        work_at(begin);
    }

    EXPECT_EQ(gate_.take_passed(), (numbers{packet_line::longest, packet_line::longest + 1}));
    EXPECT_EQ(delayer_.delayed(), packet_line::longest);
    work_at(begin + 100ms);
    EXPECT_EQ(gate_.take_passed().size(), packet_line::longest);
}

TEST_F(PacketDelayerTest, AtTheEndWhoWaitsPassesAndWhoHasComeMeanwhileToo) {
    gate_.come(1);
    work_at(begin);
    gate_.come(2);

    delayer_.let_go();

    EXPECT_EQ(gate_.take_passed(), (numbers{1, 2}));
    EXPECT_EQ(gate_.waiting(), 0U);
    EXPECT_EQ(delayer_.delayed(), 1U);
    delayer_.let_go();
    EXPECT_EQ(gate_.take_passed(), numbers{});
}

TEST(DescribeDelayTest, SaysHowManyWereDelayedAndHowManyWereNot) {
    EXPECT_EQ(describe_delay(0, 0), "no packet");
    EXPECT_EQ(describe_delay(1, 1), "1 packet delayed");
    EXPECT_EQ(describe_delay(41'022, 41'022), "41022 packets delayed");
    EXPECT_EQ(describe_delay(41'022, 42'256), "41022 packets delayed, 1234 packets not delayed");
    EXPECT_EQ(describe_delay(7, 6), "7 packets delayed") << "one has come since they were counted";
    EXPECT_EQ(describe_delay(0, 1), "0 packets delayed, 1 packet not delayed");
}

}  // namespace
}  // namespace mayhem::actions
