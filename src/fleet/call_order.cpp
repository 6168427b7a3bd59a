#include "fleet/call_order.hpp"

#include <algorithm>

#include "mayhem/async/assertion.hpp"
#include "mayhem/async/frame.hpp"

namespace mayhem::fleet {

/// A place in a line, given up whatever ends the wait.
class call_order::place {
public:
    place(call_order& of, std::deque<waiter*>& line) : of_(of), line_(line) { line_.push_back(&self_); }
    ~place() {
        if (self_.has_turn) {
            of_.pass_on();
        } else {
            std::erase(line_, &self_);
        }
    }
    place(const place&) = delete;
    place& operator=(const place&) = delete;

    [[nodiscard]] async::event& called() noexcept { return self_.called; }
    void keep_turn() noexcept { self_.has_turn = false; }

private:
    call_order& of_;
    std::deque<waiter*>& line_;
    waiter self_;
};

call_order::~call_order() {
    MAYHEM_ASSERT(waiting() == 0, "the order of calls outlives those who wait for their turn");
}

async::awaitable<call_order::turn> call_order::take(urgency u) {
    const async::frame here;
    if (!is_taken_) {
        is_taken_ = true;
        co_return turn(*this);
    }
    if (waiting() >= waiting_max) {
        co_return turn();
    }
    place mine(*this, lines_[u == urgency::first ? 0 : 1]);
    co_await mine.called().wait();
    mine.keep_turn();
    co_return turn(*this);
}

void call_order::pass_on() noexcept {
    for (std::deque<waiter*>& line : lines_) {
        if (!line.empty()) {
            waiter& next = *line.front();
            line.pop_front();
            next.has_turn = true;
            next.called.set();
            return;
        }
    }
    is_taken_ = false;
}

}  // namespace mayhem::fleet
