#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "mayhem/async/awaitable.hpp"
#include "mayhem/ports/go_ahead.hpp"

namespace mayhem::drivers {

/// A process that was told to end, by a signal that it may not obey.
struct told_to_end {
    int signal = 0;                                ///< what it was sent
    std::function<async::awaitable<void>()> ends;  ///< waits for its end; called twice at the most
    std::function<bool()> kill;                    ///< sends SIGKILL; false if it has ended
};

/// Sends SIGKILL to who is still there after `kill_after`, if that is allowed then: in the same step `may_act` is asked
/// once more, because a halt, or the end of the hours, may have come since the first signal, and whoever is halted for
/// may be writing its data. That the message has expired meanwhile forbids nothing: the act had begun.
///
/// Returns why the process may not come back, for the record (`ports::act_result::trouble`): it was spared, it cannot
/// be killed, or it is stuck inside the kernel 5 s after SIGKILL. Empty: it has ended, or a cancellation ended the
/// wait, and what was sent before is the act. Throws nothing, because something was done. `may_act` outlives the call.
[[nodiscard]] async::awaitable<std::string> insist(told_to_end process, std::chrono::nanoseconds kill_after,
                                                   const ports::go_ahead& may_act);

}  // namespace mayhem::drivers
