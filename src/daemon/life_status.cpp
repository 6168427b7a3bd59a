// What `systemctl status` shows of a daemon that runs: halted by whom, armed or not, whose breaker is open.
#include <fmt/format.h>

#include "config/armed_groups.hpp"
#include "daemon/life.hpp"
#include "mayhem/core/text/first_few.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::app {

std::string life::describe_state() const {
    constexpr std::size_t named_max = 5;
    std::string text;
    for (const pipeline::halt_reason& r : halt_.get().reasons()) {
        text += fmt::format("HALTED by {}{}{}; ", r.who, r.why.empty() ? "" : ": ", r.why);
    }
    text += describe_mode(options_.config);
    std::vector<std::string> open;
    if (flow_) {
        for (const pipeline::group& g : flow_->groups()) {
            if (g.state.breaker()) {
                open.push_back(g.settings.name);
            }
        }
    }
    text += open.empty() ? "" : "; breaker open: " + core::first_few(open, named_max);
    return core::printable_text(text);  // a line break would be another word to the service manager
}

void life::tell_state() noexcept {
    if (phase_ != phase::running || is_reloading_ || is_draining_) {
        return;
    }
    std::string state = describe_state();
    if (state != told_state_) {
        told_state_ = std::move(state);
        world_.kept_by.status(told_state_);
    }
}

}  // namespace mayhem::app
