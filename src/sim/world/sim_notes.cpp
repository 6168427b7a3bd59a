#include "sim/world/sim_notes.hpp"

#include <chrono>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::sim {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds usual = 5ms;

}  // namespace

async::awaitable<bool> sim_notes::reach_disk() {
    const async::frame here;
    const bool was_alive = process_.is_alive();
    co_await async::shield(process_.take_time(fault::slow_thread, usual, 30s, trouble_kind::pool),
                           1h);  // a thread is not cut
    const dice::outcome fails = process_.world().dice.roll(fault::failed_note);
    if (was_alive && fails && process_.is_alive()) {
        const standing_trouble stands(process_.world().log, trouble_kind::disk, std::nullopt, "a note is refused");
        throw core::store_failed("the disk does not take the note");
    }
    const bool is_in_time = process_.is_alive() || process_.world().dice.stream("notes").uniform() < 0.5;
    const bool is_done = was_alive && is_in_time;
    co_return is_done;
}

void sim_notes::answer() const {
    if (!process_.is_alive()) {
        throw core::store_failed("it is dead");
    }
    process_.note_call();
}

async::awaitable<void> sim_notes::add(ports::undo_note n) {
    const async::frame here;
    const bool is_done = co_await reach_disk();
    if (is_done) {
        shelf_.add(n);
    }
    answer();
}

async::awaitable<void> sim_notes::remove(ports::undo_note n) {
    const async::frame here;
    const bool is_done = co_await reach_disk();
    if (is_done) {
        shelf_.remove(n);
    }
    answer();
}

async::awaitable<ports::undo_notes::found> sim_notes::all() {
    const async::frame here;
    co_await process_.take_time(fault::slow_thread, usual, 30s, trouble_kind::pool);
    found seen;
    if (process_.is_alive()) {
        seen.notes = shelf_.all();
    }
    co_return seen;
}

}  // namespace mayhem::sim
