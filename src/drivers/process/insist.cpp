#include "drivers/process/insist.hpp"

#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "system/pidfd.hpp"
#include "system/signal_name.hpp"

namespace mayhem::drivers {

namespace {

std::optional<core::guard> forbids_to_insist(const ports::go_ahead& may_act) {
    const std::optional<core::guard> no = may_act.withdrawn_by();
    return no == core::guard::expired ? std::nullopt : no;
}

async::awaitable<std::string> kill_if_needed(const told_to_end& process, std::chrono::nanoseconds kill_after,
                                             const ports::go_ahead& may_act) {
    const async::frame here;
    const auto ended = co_await async::with_timeout(process.ends(), kill_after);
    if (ended) {
        co_return std::string();
    }
    if (const auto no = forbids_to_insist(may_act)) {
        co_return "it was still there " + core::format_duration(kill_after) + " after " +
            system::signal_name(process.signal) + ", and was spared SIGKILL: " + std::string(core::to_string(*no));
    }
    if (!process.kill()) {
        co_return std::string();
    }
    const auto killed = co_await async::with_timeout(process.ends(), system::killed_within);
    co_return killed ? ""
                     : "it survives SIGKILL: it is stuck inside the kernel, mostly on a dead disk or file server; see "
                       "/proc/PID/stack";
}

}  // namespace

async::awaitable<std::string> insist(told_to_end process, std::chrono::nanoseconds kill_after,
                                     const ports::go_ahead& may_act) {
    const async::frame here;
    std::string trouble;
    try {
        trouble = co_await kill_if_needed(process, kill_after, may_act);
    } catch (const std::exception& e) {
        if (!async::is_cancel_requested()) {
            trouble = "it was sent " + system::signal_name(process.signal) + ", and then: " + e.what();
        }
    }
    co_return trouble;
}

}  // namespace mayhem::drivers
