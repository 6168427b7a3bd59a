#pragma once

#include "mayhem/async/awaitable.hpp"
#include "mayhem/core/message.hpp"
#include "mayhem/core/rules/outcome.hpp"
#include "mayhem/ports/journal.hpp"

namespace mayhem::pipeline {

/// Holds the recovery in `o` against the past of its target and writes there what comes of it. Meant for one that may
/// be slow (`core::may_be_slow`), after the act and before its record: one question to a store that is about to be
/// written to in any case, so that no acknowledgement waits for longer than it does for the record. A record that
/// cannot be read leaves "not known", and in `o.error` why. Throws nothing, not even a cancellation: what was seen
/// stands. Both references outlive it.
async::awaitable<void> judge_pace(ports::journal& record, const core::message& m, core::outcome& o);

}  // namespace mayhem::pipeline
