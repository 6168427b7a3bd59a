#include "pipeline/handling/lease_keeper.hpp"

#include <algorithm>
#include <vector>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::pipeline {

lease_keeper::lease_keeper(async::loop& l, ports::leases& q, ports::observer& o, std::chrono::nanoseconds period,
                           std::chrono::nanoseconds length)
    : loop_(l), queue_(q), observer_(o), period_(period), length_(std::chrono::duration_cast<core::duration>(length)) {}

lease_keeper::hold::hold(lease_keeper& keeper, const ports::delivery& d) : keeper_(keeper), delivery_(d) {
    if (keeper_.by_due_.empty()) {
        keeper_.held_.set();
    }
    keeper_.note_extended(*this, d.leased_at);
}

lease_keeper::hold::~hold() { unlink(); }

void lease_keeper::note_extended(hold& h, async::clock::time_point from) {
    h.due_ = from + period_;
    by_due_.push_back(h);
    observer_.observe({.kind = ports::step_kind::extended,
                       .message = *h.delivery_.message,
                       .attempt = h.delivery_.attempt,
                       .length = length_});
}

async::awaitable<void> lease_keeper::extend_due() {
    const async::frame here;
    const async::clock::time_point now = loop_.turn_time();
    std::vector<ports::lease> due;
    while (!by_due_.empty() && by_due_.front().due_ <= now && due.size() < batch_max) {
        hold& h = by_due_.front();
        h.unlink();
        asked_.push_back(h);
        due.push_back(h.delivery_.lease);
    }
    const std::vector<ports::lease> lost = co_await queue_.extend(due);
    while (!asked_.empty()) {  // whose handling has ended meanwhile is not among them
        hold& h = asked_.front();
        h.unlink();
        h.is_lost_ = std::ranges::find(lost, h.delivery_.lease) != lost.end();
        if (!h.is_lost_) {
            note_extended(h, now);
            continue;
        }
        observer_.observe(
            {.kind = ports::step_kind::lease_lost, .message = *h.delivery_.message, .attempt = h.delivery_.attempt});
    }
}

async::awaitable<void> lease_keeper::run() {
    const async::frame here;
    for (;;) {
        if (by_due_.empty()) {
            held_.clear();
            co_await held_.wait();
        }
        co_await async::sleep_until(by_due_.empty() ? loop_.now() + period_ : by_due_.front().due_);
        async::throw_if_cancelled();  // the end may have begun while this waited for its turn
        loop_.update_time();  // a turn may have taken long: an extension counts from now, not from its beginning
        while (!by_due_.empty() && by_due_.front().due_ <= loop_.turn_time()) {
            co_await extend_due();
        }
    }
}

}  // namespace mayhem::pipeline
