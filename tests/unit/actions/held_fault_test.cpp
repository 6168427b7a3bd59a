// Proves what is taken from a holder's words of the effect that was seen: that there was none, only one that has ended
// in order can say. By a holder that has said all of it beforehand.
#include "actions/held_fault.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "mayhem/async/frame.hpp"
#include "support/virtual_loop.hpp"
#include "system/fork_support.hpp"
#include "system/write_all.hpp"

namespace mayhem::actions {
namespace {

using namespace std::chrono_literals;

const hold_word nothing_so_far{.is = hold_word::kind::held, .text = "no packet", .is_none = true};
const hold_word something{.is = hold_word::kind::seen, .text = "2 packets, 120 bytes"};
const hold_word in_order{.is = hold_word::kind::over, .ended_by = core::span_end::told_to_end};

/// Says these words, and is gone.
class told_link final : public holder_link {
public:
    explicit told_link(const std::vector<hold_word>& words) {
        for (const hold_word& w : words) {
            EXPECT_TRUE(system::write_all(words_.write.get(), to_line(w)));
        }
        words_.write.reset();
        EXPECT_EQ(::fcntl(words_.read.get(), F_SETFL, O_NONBLOCK), 0);
    }

    async::awaitable<void> ready() override { return done(); }
    [[nodiscard]] int orders() const noexcept override { return orders_.write.get(); }
    [[nodiscard]] int words() const noexcept override { return words_.read.get(); }
    void close_orders() noexcept override { orders_.write.reset(); }
    async::awaitable<void> gone() override { return done(); }
    async::awaitable<void> end_by_force() override { return done(); }
    std::string complaints() override { return {}; }

private:
    static async::awaitable<void> done() {
        const async::frame here;
        co_return;
    }

    system::pipe_ends orders_ = system::make_pipe();
    system::pipe_ends words_ = system::make_pipe();
};

async::awaitable<void> begin_and_end(const std::vector<hold_word>& words, core::seen_effect& seen) {
    const async::frame here;
    held_fault fault(std::make_unique<told_link>(words));
    const hold_word answer = co_await fault.hold({.first = {.pid = 1, .start_ticks = 1, .boot_id = "b"}, .length = 1s});
    EXPECT_EQ(answer.is, hold_word::kind::held);
    co_await fault.end();
    seen = fault.effect();
}

core::seen_effect effect_of(const std::vector<hold_word>& words) {
    core::seen_effect seen;
    test::virtual_loop loop;
    loop.run(begin_and_end(words, seen));
    return seen;
}

TEST(HeldFaultTest, ThatThereWasNoEffectIsTheWordOfOneThatHasEndedInOrder) {
    EXPECT_EQ(effect_of({nothing_so_far, in_order}), (core::seen_effect{.text = "no packet", .is_none = true}));
    EXPECT_EQ(effect_of({nothing_so_far, something, in_order}), (core::seen_effect{.text = something.text}));
}

TEST(HeldFaultTest, OneThatWasKilledHasNotSeenItsEnd) {
    EXPECT_EQ(effect_of({nothing_so_far}), (core::seen_effect{.text = "no packet"}));
}

}  // namespace
}  // namespace mayhem::actions
