#include "daemon/request_desk.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_range.hpp"

namespace mayhem::app {

namespace {

/// The broker is told what is left to be told for so long, and no longer.
constexpr std::chrono::seconds telling_max{2};

}  // namespace

request_desk::request_desk(const std::vector<request_queue_config>& queues, const world& w,
                           const request_intake::surroundings& s) {
    for (request_queue_config c : queues) {
        if (!w.open_requests) {
            throw std::runtime_error("queue '" + c.name + "': this program reads no queues of requests");
        }
        opened_requests opened = w.open_requests(c);
        c.policy.host = std::move(opened.host);
        intakes_.emplace_back(std::move(c), std::move(opened.from), s);
    }
}

void request_desk::start() {
    is_started_ = true;
    for (request_intake& i : intakes_) {
        i.start();
    }
}

void request_desk::stop_receiving() {
    for (request_intake& i : intakes_) {
        i.stop_receiving();
    }
}

async::awaitable<void> request_desk::end(std::chrono::nanoseconds grace) {
    const async::frame here;
    if (!is_started_) {
        co_return;
    }
    std::vector<async::awaitable<void>> each;
    std::ranges::transform(intakes_, std::back_inserter(each), [grace](request_intake& i) {
        return i.end(std::min<std::chrono::nanoseconds>(grace, telling_max));
    });
    const std::vector<async::settled<void>> ended = co_await async::gather_settled(std::move(each));
    for (const async::settled<void>& e : ended) {
        e.rethrow_if_failed();
    }
}

std::vector<request_queue_facts> request_desk::facts() const {
    std::vector<request_queue_facts> all;
    std::ranges::transform(intakes_, std::back_inserter(all), &request_intake::facts);
    return all;
}

}  // namespace mayhem::app
