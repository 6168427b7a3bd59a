#include "pipeline/handling/lease_keeper.hpp"

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"

namespace mayhem::pipeline {

lease_keeper::lease_keeper(async::loop& l, ports::queue& q, ports::observer& o, std::chrono::nanoseconds period,
                           std::chrono::nanoseconds length)
    : loop_(l), queue_(q), observer_(o), period_(period), length_(std::chrono::duration_cast<core::duration>(length)) {}

lease_keeper::hold::hold(lease_keeper& keeper, const ports::delivery& d) : keeper_(keeper), delivery_(d) {
    if (keeper_.by_due_.empty()) {
        keeper_.held_.set();
    }
    keeper_.extend(*this);
}

lease_keeper::hold::~hold() { unlink(); }

void lease_keeper::extend(hold& h) {
    h.unlink();
    h.is_lost_ = !queue_.extend(h.delivery_);
    if (h.is_lost_) {
        observer_.observe(
            {.kind = ports::step_kind::lease_lost, .message = *h.delivery_.message, .attempt = h.delivery_.attempt});
        return;
    }
    h.due_ = loop_.turn_time() + period_;
    by_due_.push_back(h);
    observer_.observe({.kind = ports::step_kind::extended,
                       .message = *h.delivery_.message,
                       .attempt = h.delivery_.attempt,
                       .length = length_});
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
            extend(by_due_.front());
        }
    }
}

}  // namespace mayhem::pipeline
