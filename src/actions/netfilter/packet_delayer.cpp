#include "actions/netfilter/packet_delayer.hpp"

#include <span>

namespace mayhem::actions {

void packet_delayer::pass_up_to(std::optional<std::uint32_t> last) {
    if (last) {
        gate_.pass_up_to(*last);
    }
}

/// Whoever is due is let pass first, so that there is room for whoever comes.
void packet_delayer::work() {
    pass_up_to(line_.take_due(now_()));
    for (std::size_t received = 0; received < received_at_once;) {
        const std::span<const std::uint32_t> come = gate_.receive();
        if (come.empty()) {
            return;
        }
        received += come.size();
        const clock::time_point now = now_();
        for (const std::uint32_t number : come) {
            if (line_.add(number, now)) {
                ++delayed_;
            } else {
                gate_.pass(number);
            }
        }
    }
}

void packet_delayer::let_go() {
    std::optional<std::uint32_t> last = line_.take_all();
    for (std::size_t received = 0; received < packet_line::longest;) {
        const std::span<const std::uint32_t> come = gate_.receive();
        if (come.empty()) {
            break;
        }
        last = come.back();
        received += come.size();
    }
    pass_up_to(last);
}

}  // namespace mayhem::actions
