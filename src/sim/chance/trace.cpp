#include "sim/chance/trace.hpp"

#include <utility>

namespace mayhem::sim {

void trace::mix(std::uint64_t value) noexcept {
    hash_ = (hash_ ^ value) * 0x9e3779b97f4a7c15;
    hash_ ^= hash_ >> 29U;
}

void trace::note(const async::step_taken& s) noexcept {
    mix(static_cast<std::uint64_t>(s.at.time_since_epoch().count()));
    mix(s.task);
    mix((std::uint64_t{s.resumes} << 32U) | s.line);
    at_once_ = s.at == moment_ ? at_once_ + 1 : 0;
    moment_ = s.at;
    if (at_once_ == at_once_max && on_spin) {
        on_spin();
    }
    if (++steps_ % kept_every == 0) {
        hashes_.push_back(hash_);
    }
    if (steps_left_ > 0 && --steps_left_ == 0) {
        std::exchange(blow_, nullptr)();
    }
}

void trace::strike_after(std::uint64_t steps, std::function<void()> blow) {
    steps_left_ = steps + 1;
    blow_ = std::move(blow);
}

}  // namespace mayhem::sim
