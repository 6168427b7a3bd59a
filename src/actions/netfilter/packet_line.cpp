#include "actions/netfilter/packet_line.hpp"

#include <algorithm>

namespace mayhem::actions {

packet_line::packet_line(std::chrono::microseconds latency, std::chrono::microseconds jitter,
                         core::random_source random)
    : latency_(latency), jitter_(jitter), random_(random) {}

bool packet_line::add(std::uint32_t number, clock::time_point now) {
    if (size_ == longest) {
        return false;
    }
    if (!drawn_until_ || now >= *drawn_until_) {
        const auto widest = static_cast<std::uint64_t>(2 * jitter_.count());
        drawn_ = latency_ - jitter_ + std::chrono::nanoseconds(random_.below(widest + 1));
        drawn_until_ = now + 2 * jitter_;
    }
    last_due_ = std::max(last_due_, now + drawn_);
    ring_->at((first_ + size_) % longest) = {.number = number, .due = last_due_};
    ++size_;
    return true;
}

std::optional<packet_line::clock::time_point> packet_line::next_due() const {
    return size_ == 0 ? std::nullopt : std::optional(ring_->at(first_).due);
}

std::optional<std::uint32_t> packet_line::take_due(clock::time_point now) {
    std::optional<std::uint32_t> last;
    for (; size_ > 0 && ring_->at(first_).due <= now; --size_) {
        last = ring_->at(first_).number;
        first_ = (first_ + 1) % longest;
    }
    return last;
}

}  // namespace mayhem::actions
