#include "actions/holder/delayed_network.hpp"

#include <algorithm>
#include <chrono>

#include <poll.h>

#include "mayhem/core/random.hpp"
#include "mayhem/core/text/text_hash.hpp"

namespace mayhem::actions {

namespace {

std::string packets(std::uint64_t count, std::string_view what) {
    return std::to_string(count) + (count == 1 ? " packet " : " packets ") + std::string(what);
}

}  // namespace

std::string describe_delay(std::uint64_t delayed, std::uint64_t counted) {
    const std::uint64_t passed_by = counted - std::min(counted, delayed);
    if (delayed == 0 && passed_by == 0) {
        return "no packet";
    }
    return packets(delayed, "delayed") + (passed_by == 0 ? std::string() : ", " + packets(passed_by, "not delayed"));
}

std::optional<refusal> delayed_network::begin() {
    rules_.emplace(order_);
    queue_.emplace(order_.table);
    core::random_source random(core::text_hash(order_.table));
    delayer_.emplace(*queue_, packet_line(order_.network->latency, order_.network->jitter, random), &clock::now);
    return rules_->make(queue_->number());
}

/// The rules count a packet before it comes to the queue.
core::seen_effect delayed_network::effect() {
    if (rules_) {
        counted_ = std::max(counted_, rules_->count().packets);
        work();
    }
    return {.text = describe_delay(delayer_->delayed(), counted_), .is_none = delayer_->delayed() == 0};
}

/// Whoever takes a table away makes the kernel lose whoever waits in any queue; so they go first, and whoever was on
/// the way there when the rules ended.
void delayed_network::end() {
    constexpr int on_the_way_ms = 5;
    (void)effect();
    delayer_->let_go();
    rules_->end();
    pollfd ready{.fd = queue_->descriptor(), .events = POLLIN, .revents = 0};
    (void)::poll(&ready, 1, on_the_way_ms);
    delayer_->let_go();
    rules_.reset();
}

}  // namespace mayhem::actions
