// Proves the table of a branch's cancellation: each event in each state, first against the facts that a state stands
// for, then on a real branch, whose awaits and waits must behave as the state says. On virtual time.

#include "mayhem/async/detail/cancel_state.hpp"

#include <array>
#include <optional>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/virtual_loop.hpp"

namespace mayhem::async::detail {
namespace {

using namespace std::chrono_literals;
using enum cancel_state;
using test::virtual_loop;

constexpr std::array all_states{open, shielded, cleaning, shielded_asked, cleaning_asked, cleaning_told, cut, refusing};
constexpr std::array all_events{cancel_event::cancel, cancel_event::cancel_hard, cancel_event::begin_cleanup,
                                cancel_event::end_cleanup, cancel_event::end_shielded_cleanup};
static_assert(all_states.size() == cancel_states && all_events.size() == cancel_events);

/// What the states are made of.
struct facts {
    bool is_asked = false;
    bool is_told = false;    ///< it has come through
    bool is_held = false;    ///< by a shield or a clean-up
    bool is_gentle = false;  ///< awaits do not throw

    friend bool operator==(const facts&, const facts&) = default;
};

facts facts_of(cancel_state s) {
    switch (s) {
        case open: return {};
        case shielded: return {.is_held = true};
        case cleaning: return {.is_held = true, .is_gentle = true};
        case shielded_asked: return {.is_asked = true, .is_held = true};
        case cleaning_asked: return {.is_asked = true, .is_held = true, .is_gentle = true};
        case cleaning_told: return {.is_asked = true, .is_told = true, .is_held = true, .is_gentle = true};
        case cut: return {.is_asked = true, .is_told = true, .is_held = true};
        case refusing: return {.is_asked = true, .is_told = true};
    }
    return {};
}

facts after_event(facts f, cancel_event e) {
    switch (e) {
        case cancel_event::cancel:
            f.is_asked = true;
            f.is_told = f.is_told || !f.is_held;
            break;
        case cancel_event::cancel_hard: f.is_asked = f.is_told = true; break;
        case cancel_event::begin_cleanup: f.is_held = f.is_gentle = true; break;
        case cancel_event::end_cleanup:
        case cancel_event::end_shielded_cleanup:
            if (f.is_gentle) {
                f.is_gentle = false;
                f.is_held = e == cancel_event::end_shielded_cleanup;
                f.is_told = f.is_told || (f.is_asked && !f.is_held);
            }
            break;
    }
    return f;
}

TEST(CancelStateTest, EachEventInEachStateDoesWhatItsFactsSay) {
    for (const cancel_state s : all_states) {
        const facts f = facts_of(s);
        EXPECT_EQ(is_asked(s), f.is_asked);
        EXPECT_EQ(is_refused(s), f.is_told && !f.is_gentle);
        EXPECT_EQ(holds_back(s), f.is_held);
        EXPECT_EQ(is_cleaning(s), f.is_gentle);
        for (const cancel_event e : all_events) {
            EXPECT_EQ(facts_of(after(s, e)), after_event(f, e))
                << "state " << static_cast<int>(s) << ", event " << static_cast<int>(e);
        }
    }
}

TEST(CancelStateTest, AnOperationThatBeganNoCleanUpChangesNothingByItsEnd) {
    for (const cancel_state before : all_states) {
        for (const cancel_state now : all_states) {
            if (!is_cleaning(now) || is_cleaning(before)) {
                EXPECT_EQ(after_operation(before, now), now);
            }
        }
    }
}

/// One event in one state of a real branch, and what came of it.
struct walk {
    task_group& group;
    cancel_state from;
    cancel_event happens;
    cancel_state reached = open;
    cancel_state state = open;
    bool is_asked = false;
    bool has_thrown = false;

    [[nodiscard]] bool is_in_shield() const {
        return from == shielded || from == shielded_asked || from == cut ||
               happens == cancel_event::end_shielded_cleanup;
    }
    [[nodiscard]] bool is_end() const {
        return happens == cancel_event::end_cleanup || happens == cancel_event::end_shielded_cleanup;
    }
};

awaitable<void> come_to(cancel_state s, task_group& g) {
    const frame here;
    if (s == cleaning_told) {
        g.cancel_hard();
    }
    if (is_cleaning(s)) {
        co_await begin_cleanup();
    }
    if (s == cut) {
        g.cancel_hard();
    } else if (detail::is_asked(s) && s != cleaning_told) {
        g.cancel();
    }
}

awaitable<void> go_through(walk& w) {
    const frame here;
    co_await come_to(w.from, w.group);
    w.reached = current_branch->cancel_is;
    switch (w.happens) {
        case cancel_event::cancel: w.group.cancel(); break;
        case cancel_event::cancel_hard: w.group.cancel_hard(); break;
        case cancel_event::begin_cleanup: co_await begin_cleanup(); break;
        case cancel_event::end_cleanup:
        case cancel_event::end_shielded_cleanup: co_return;
    }
}

awaitable<void> look(walk& w) {
    const frame here;
    if (w.is_end()) {
        (void)co_await settle(go_through(w));
    } else {
        co_await go_through(w);
    }
    w.state = current_branch->cancel_is;
    w.is_asked = is_cancel_requested();
    try {
        co_await yield();
    } catch (const asio::system_error&) {
        w.has_thrown = true;
    }
}

awaitable<void> look_from_where_it_is(walk& w) {
    const frame here;
    if (w.is_in_shield()) {
        (void)co_await settle(shield(look(w), 1h));
    } else {
        co_await look(w);
    }
}

TEST(CancelStateTest, ARealBranchGoesThroughTheTable) {
    for (const cancel_state s : all_states) {
        for (const cancel_event e : all_events) {
            const bool is_possible =
                (e != cancel_event::end_cleanup && e != cancel_event::end_shielded_cleanup) || is_cleaning(s);
            if (!is_possible) {
                continue;
            }
            SCOPED_TRACE("state " + std::to_string(static_cast<int>(s)) + ", event " +
                         std::to_string(static_cast<int>(e)));
            virtual_loop t;
            walk w{.group = t.group, .from = s, .happens = e};

            t.run(look_from_where_it_is(w));

            EXPECT_EQ(w.reached, s);
            EXPECT_EQ(w.state, after(s, e));
            EXPECT_EQ(w.is_asked, is_asked(after(s, e)));
            EXPECT_EQ(w.has_thrown, is_refused(after(s, e)));
        }
    }
}

/// When the wait of a branch in state `s` ended, with a cancellation after a second and its event after two.
struct waiting {
    task_group& group;
    cancel_state in;
    event done{};
    std::optional<clock::time_point> ended{};
};

awaitable<void> wait(waiting& w) {
    const frame here;
    co_await come_to(w.in, w.group);
    try {
        co_await w.done.wait();
    } catch (const asio::system_error&) {
    }
    w.ended = this_loop().now();
}

awaitable<void> wait_where_it_is(waiting& w) {
    const frame here;
    if (w.in == shielded || w.in == shielded_asked || w.in == cut) {
        (void)co_await settle(shield(wait(w), 1h));
    } else {
        co_await wait(w);
    }
}

awaitable<void> cancel_and_complete(waiting& w, bool hard) {
    const frame here;
    co_await sleep_for(1s);
    if (hard) {
        w.group.cancel_hard();
    } else {
        w.group.cancel();
    }
    co_await sleep_for(1s);
    w.done.set();
}

TEST(CancelStateTest, ACancellationCutsTheWaitThatItsStateDoesNotHoldBack) {
    for (const cancel_state s : all_states) {
        for (const bool hard : {false, true}) {
            SCOPED_TRACE("state " + std::to_string(static_cast<int>(s)) + (hard ? ", hard" : ""));
            virtual_loop t;
            const clock::time_point began = t.loop.now();
            task_group waiters(t.loop, "waiters", {});
            waiting w{.group = waiters, .in = s};
            waiters.spawn("wait", wait_where_it_is(w));

            t.run(cancel_and_complete(w, hard));

            const clock::duration expected = is_refused(s) ? 0s : (holds_back(s) && !hard ? 2s : 1s);
            EXPECT_EQ(*w.ended - began, expected);
        }
    }
}

}  // namespace
}  // namespace mayhem::async::detail
